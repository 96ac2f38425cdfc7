"""A changed setting or secret rolls the workloads that use it, and only those; secrets never show in clear text."""

import base64
import json
from collections.abc import Iterator

import pytest

from tests.cluster.rails_stack import MASTER_KEY, RailsStack, Run, rails_stack

PARTS = ("web", "worker", "database", "cache")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.hasten()
        stack.settings["secrets"]["API_TOKEN"] = "token-before-0123456789"
        run = stack.up("--diff")
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        assert_shows_no_secret(stack, run)
        yield stack


def secrets_of(stack: RailsStack) -> set[str]:
    """The values that nobody may see: those of the settings, and the generated passwords."""
    passwords = [item["data"]["password"] for item in stack.objects("secrets") if "password" in item.get("data", {})]
    assert len(passwords) == 2, "the generated passwords are not where this test looks for them"
    return {*stack.settings["secrets"].values(), *(base64.b64decode(text).decode() for text in passwords)}


def assert_shows_no_secret(stack: RailsStack, run: Run) -> None:
    for secret in secrets_of(stack):
        for form in (secret, base64.b64encode(secret.encode()).decode()):
            assert form not in run.text, f"a secret is in the output of `pulumi up --diff`:\n{run.text}"


def changed(stack: RailsStack, what: str) -> tuple[set[str], bool]:
    """An `up` after a change: which parts got new pods, and whether the migration ran."""
    pods, jobs = {part: stack.pods(part) for part in PARTS}, names(stack, "jobs")
    configurations = len(names(stack, "configmaps")), len(names(stack, "secrets"))
    run = stack.up("--diff")
    assert run.code == 0, f"{what} cannot be changed:\n{run.text}"
    assert_shows_no_secret(stack, run)
    after = len(names(stack, "configmaps")), len(names(stack, "secrets"))
    assert after == configurations, f"ConfigMaps and Secrets: {configurations} before {what} changed, {after} after"
    return {part for part in PARTS if stack.pods(part) != pods[part]}, names(stack, "jobs") != jobs


def names(stack: RailsStack, kind: str) -> set[str]:
    return {item["metadata"]["name"] for item in stack.objects(kind)}


def test_a_variable_of_the_application_rolls_all_its_workloads(deployed: RailsStack) -> None:
    deployed.app["env"]["DEMO_GREETING"] = "changed"
    rolled, _ = changed(deployed, "a variable of the application")
    assert rolled == {"web", "worker"}, f"rolled: {rolled}"
    assert deployed.status()["greeting"] == "changed", "the new value has not reached the application"


def test_a_variable_of_the_web_rolls_the_web_only(deployed: RailsStack) -> None:
    deployed.app["web"]["env"] = {"ONLY_WEB": "1"}
    assert changed(deployed, "a variable of the web") == ({"web"}, False)


def test_a_variable_of_a_worker_group_rolls_that_group_only(deployed: RailsStack) -> None:
    deployed.app["workers"]["default"]["env"] = {"ONLY_WORKERS": "1"}
    assert changed(deployed, "a variable of a worker group") == ({"worker"}, False)


def test_a_rotated_secret_rolls_the_workloads_that_use_it(deployed: RailsStack) -> None:
    deployed.settings["secrets"]["API_TOKEN"] = "token-after-9876543210"
    rolled, _ = changed(deployed, "a secret")
    assert rolled == {"web", "worker"}, f"rolled: {rolled}"
    value = deployed.kubectl("exec", f"deployment/{deployed.name}-web", "--", "printenv", "API_TOKEN").strip()
    assert value == "token-after-9876543210", "the rotated secret has not reached the application"


def test_a_new_database_password_is_set_and_the_data_stays(deployed: RailsStack) -> None:
    with deployed.client() as client:
        assert client.get("/").status_code == 200
    visits, before = deployed.status()["visits"], secrets_of(deployed)
    resources = json.loads(deployed.state())["checkpoint"]["latest"]["resources"]
    (generated,) = [
        item["urn"]
        for item in resources
        if item["type"].startswith("random:") and item["urn"].endswith(f"::{deployed.name}-database-password")
    ]
    run = deployed.up("--replace", generated)
    assert run.code == 0, f"the database password cannot be rotated:\n{run.text}"
    assert len(secrets_of(deployed) - before) == 1, "the password is the old one"
    assert deployed.status()["visits"] >= visits > 0, "the data is gone, or the application cannot log in"
    again = deployed.up()
    assert (again.code, again.operations) == (0, {}), f"the rotation was not complete:\n{again.text}"


def test_no_secret_is_in_clear_text(deployed: RailsStack) -> None:
    secrets = secrets_of(deployed)
    assert MASTER_KEY in secrets
    places = {
        "the state": deployed.state(),
        "the outputs": json.dumps(deployed.outputs()),
        "the objects": deployed.kubectl("get", "all,jobs,cronjobs,configmaps,pvc,events,controllerrevisions", "-o", "json"),
    }
    for pod in deployed.objects("pods"):
        name = pod["metadata"]["name"]
        places[f"the log of {name}"] = deployed.kubectl("logs", name, "--all-containers")
        if pod["status"]["phase"] == "Running":
            command = ("sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '")
            places[f"the command lines in {name}"] = deployed.kubectl("exec", name, "--", *command)
    for place, text in places.items():
        assert text or place.startswith("the log"), f"{place} could not be read"
        for secret in secrets:
            for form in (secret, base64.b64encode(secret.encode()).decode()):
                assert form not in text, f"a secret is in clear text in {place}"
