"""`pulumi up` ended in the middle, by Ctrl-C or a lost machine: the next one finishes the work, and nothing is left over."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.cluster.rails_stack import RailsStack, Run, rails_stack
from tests.cluster.waiting import eventually


def slow_migration(number: int) -> list[str]:
    return ["sh", "-c", f"echo copying rows {number}; sleep 15; bin/rails db:prepare; echo copied rows {number}"]


@pytest.fixture(scope="module")
def killed_at_first(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    """A stack whose first `up` was killed while it created things."""
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.hasten()
        process = stack.start("up", "--yes", "--skip-preview")
        eventually(lambda: "database" in stack.state() and stack.pods("database"), "the database is being made")
        stack.kill(process)
        yield stack


@pytest.fixture(scope="module")
def deployed(killed_at_first: RailsStack) -> RailsStack:
    run = killed_at_first.up()
    assert run.code == 0, f"the first deployment was killed, and cannot be completed:\n{run.text}"
    assert killed_at_first.status()["version"] == "1", "the application does not serve"
    return killed_at_first


def running_migrations(stack: RailsStack) -> list[str]:
    pods = stack.objects("pods")
    return [
        pod["metadata"]["name"]
        for pod in pods
        if pod["metadata"]["labels"].get("app.kubernetes.io/component") == "migration"
        and any("running" in container["state"] for container in pod["status"].get("containerStatuses", []))
    ]


def migrates(stack: RailsStack, text: str) -> bool:
    """Whether a migration has said something."""
    running = running_migrations(stack)
    return any(text in stack.kubectl("logs", pod, "--container", "migrate") for pod in running)


def completed(stack: RailsStack) -> Run:
    """The next `up`: it succeeds, never migrates twice at a time, and leaves nothing over."""
    process = stack.start("up", "--yes", "--skip-preview")
    most = 0
    try:
        while process.poll() is None:
            most = max(most, len(running_migrations(stack)))
            try:
                process.wait(1)
            except subprocess.TimeoutExpired:
                continue
    finally:
        run = stack.finish(process)
    print(run.text)
    assert run.code == 0, f"the next `up` does not succeed:\n{run.text}"
    assert most <= 1, f"{most} migrations ran at the same time"
    assert_nothing_is_left_over(stack)
    again = stack.up()
    assert (again.code, again.operations) == (0, {}), f"the state was not whole after the next `up`:\n{again.text}"
    return run


def assert_nothing_is_left_over(stack: RailsStack) -> None:
    """Every object that railbed made is in Pulumi's state."""
    state = stack.state()
    for kind in ("jobs", "deployments", "statefulsets", "services", "configmaps", "secrets", "poddisruptionbudgets"):
        for item in stack.objects(kind):
            ours = item["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "railbed"
            name = f"{stack.namespace}/{item['metadata']['name']}"
            assert not ours or f'"{name}"' in state, f"{kind} {name} was left by the interrupted `up`"


def test_a_first_up_killed_half_way_is_completed_by_the_next(killed_at_first: RailsStack) -> None:
    completed(killed_at_first)
    assert killed_at_first.status()["version"] == "1", "the application does not serve"


def test_a_migration_goes_on_when_up_is_killed_and_the_next_up_waits_for_it(deployed: RailsStack) -> None:
    pods = deployed.pods("web")
    deployed.app["migration"]["command"] = slow_migration(1)
    process = deployed.start("up", "--yes", "--skip-preview")
    eventually(lambda: migrates(deployed, "copying rows 1"), "the migration runs")
    deployed.kill(process)
    assert deployed.pods("web") == pods, "web pods were replaced before the migration had finished"
    run = completed(deployed)
    assert "An interrupted run left" in run.text, f"the user does not read what `up` waits for:\n{run.text}"


def test_a_migration_goes_on_when_up_is_stopped_by_hand_and_the_next_up_waits_for_it(deployed: RailsStack) -> None:
    deployed.app["migration"]["command"] = slow_migration(2)
    process = deployed.start("up", "--yes", "--skip-preview")
    eventually(lambda: migrates(deployed, "copying rows 2"), "the migration runs")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
    stopped = deployed.finish(process)
    print(stopped.text)
    assert stopped.code != 0, f"a stopped `up` says that it succeeded:\n{stopped.text}"
    assert "Traceback" not in stopped.text, f"the user reads a traceback:\n{stopped.text}"
    completed(deployed)


def test_another_release_waits_for_the_migration_of_an_interrupted_one(deployed: RailsStack) -> None:
    deployed.app["migration"]["command"] = slow_migration(3)
    process = deployed.start("up", "--yes", "--skip-preview")
    eventually(lambda: migrates(deployed, "copying rows 3"), "the migration runs")
    deployed.kill(process)
    deployed.app["migration"]["command"] = ["bin/rails", "db:prepare"]
    completed(deployed)


def test_a_rollout_cut_short_is_finished_by_the_next_up(deployed: RailsStack) -> None:
    pods = deployed.pods("web")
    deployed.app["image"]["ref"] = "railbed.sandbox/demo:2"
    process = deployed.start("up", "--yes", "--skip-preview")
    eventually(lambda: deployed.pods("web") - pods, "the rollout begins")
    deployed.kill(process)
    assert deployed.status()["version"] in ("1", "2"), "the application does not serve in the middle of a rollout"
    completed(deployed)
    assert not deployed.pods("web") & pods, "pods of the old release are left"
    assert deployed.status()["version"] == "2"


def test_the_warning_about_interrupted_operations_can_be_cleared(deployed: RailsStack) -> None:
    refreshed = deployed.finish(deployed.start("refresh", "--yes", "--skip-preview", "--clear-pending-creates"))
    assert refreshed.code == 0, f"`pulumi refresh --clear-pending-creates` fails:\n{refreshed.text}"
    run = deployed.up()
    assert (run.code, run.operations) == (0, {}), f"after a refresh `up` changes something:\n{run.text}"
    assert "pending operations" not in run.text, f"the warning stays:\n{run.text}"


def test_a_migration_that_cannot_start_does_not_block_the_next_up_for_longer_than_its_start_time(deployed: RailsStack) -> None:
    image = deployed.app["image"]["ref"]
    deployed.app["image"]["ref"] = "railbed.sandbox/absent:1"
    process = deployed.start("up", "--yes", "--skip-preview")
    eventually(lambda: len(deployed.objects("jobs")) > 1, "the migration is made")
    deployed.kill(process)
    deployed.app["image"]["ref"] = image
    deployed.app["migration"] |= {"start_seconds": 10, "command": ["bin/rails", "db:prepare", "--trace"]}
    run = completed(deployed)
    assert "has not started within 10 seconds and is ended" in run.text, f"the user does not read what was ended:\n{run.text}"
