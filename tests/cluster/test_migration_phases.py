"""A release with a migration before the rollout and one after it."""

import json
from collections.abc import Iterator

import pytest

from tests.cluster.rails_stack import RailsStack, rails_stack

EARLY, LATE = "AddBrowserToVisits", "RequireBrowserOfVisits"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.hasten()
        stack.app["migration"]["post"] = True
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield stack


def order(stack: RailsStack) -> list[str]:
    """What an `up` did to Jobs and Deployments: `begin` and `end` of each, in order."""
    steps = []
    for event in map(json.loads, (stack.folder / "events.json").read_text().splitlines()):
        for kind, word in (("resourcePreEvent", "begin"), ("resOutputsEvent", "end")):
            step = event.get(kind, {}).get("metadata")
            if step and step["op"] in ("update", "create-replacement") and step["type"].split(":")[-1] in ("Job", "Deployment"):
                steps.append(f"{word} {step['urn'].split('::')[-1].removeprefix(f'{stack.name}-')}")
    return steps


def test_the_post_migration_runs_after_the_rollout(deployed: RailsStack) -> None:
    with deployed.client() as client:
        assert client.get("/").status_code == 200, "version 1 does not answer"
    deployed.app["image"]["ref"] = "railbed.sandbox/demo:2"
    run = deployed.up()
    assert run.code == 0, f"version 2 could not be released:\n{run.text}"
    steps = order(deployed)
    assert steps.index("end migrate") < min(steps.index("begin web"), steps.index("begin default")), steps
    assert steps.index("begin post-migrate") > max(steps.index("end web"), steps.index("end default")), steps

    logs = {job: log_shown(run.text, f"{deployed.name}-{job}-") for job in ("migrate", "post-migrate")}
    assert EARLY in logs["migrate"] and LATE not in logs["migrate"], f"before the rollout ran:\n{logs['migrate']}"
    assert LATE in logs["post-migrate"] and EARLY not in logs["post-migrate"], f"after it ran:\n{logs['post-migrate']}"
    with deployed.client() as client:
        assert client.get("/").status_code == 200, "version 2 does not answer"


def log_shown(text: str, job: str) -> str:
    """The end of a Job's log in the output of `pulumi up`."""
    _, _, after = text.rpartition(f"The end of the log of {job}")
    assert after, f"the log of {job} is not shown:\n{text}"
    return after.partition("\n\n")[0]


def test_an_up_without_a_change_migrates_nothing(deployed: RailsStack) -> None:
    run = deployed.up()
    assert (run.code, run.operations) == (0, {}), f"an `up` without a change still did something:\n{run.text}"
