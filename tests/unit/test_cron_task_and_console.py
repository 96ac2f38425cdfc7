"""CronTask and Console."""

from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.samples import MARK, make


def test_the_least_arguments_run_a_task_once_at_its_time(deploy: Deploy) -> None:
    task = deploy(lambda: make("CronTask")).the("CronJob")
    labels = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": "cron", **MARK}
    assert {key: value for key, value in task.spec.items() if key != "jobTemplate"} == {
        "schedule": "@daily",
        "timeZone": "Etc/UTC",
        "suspend": False,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 300,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 3,
    }
    assert task.at("spec.jobTemplate.metadata") == {"labels": labels}
    assert task.at("spec.jobTemplate.spec.backoffLimit") == 0, "a task that failed would run twice"
    assert task.at("spec.jobTemplate.spec.activeDeadlineSeconds") == 3600
    assert task.pod["restartPolicy"] == "Never"
    assert task.container["args"] == ["bin/rails", "digest:send"]
    assert task.pod["terminationGracePeriodSeconds"] == 30


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"schedule": "0 6 * * 1-5"}, "spec.schedule", "0 6 * * 1-5"),
        ({"time_zone": "Europe/Berlin"}, "spec.timeZone", "Europe/Berlin"),
        ({"overlap": True}, "spec.concurrencyPolicy", "Allow"),
        ({"suspended": True}, "spec.suspend", True),
        ({"deadline_seconds": 60}, "spec.jobTemplate.spec.activeDeadlineSeconds", 60),
        ({"command": ["ls", "-l"]}, "spec.jobTemplate.spec.template.spec.containers.0.args", ["ls", "-l"]),
    ],
)
def test_each_argument_reaches_the_cron_job(deploy: Deploy, arguments: dict[str, Any], path: str, expected: object) -> None:
    assert deploy(lambda: make("CronTask", **arguments)).the("CronJob").at(path) == expected


def test_outputs_of_a_task(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("CronTask"))
    assert deployed.result == deployed.the("CronTask").outputs == {"cron_job_name": "shop"}


def test_the_console_waits_and_leaves_sessions_their_time(deploy: Deploy) -> None:
    console = deploy(lambda: make("Console")).the("Deployment")
    assert console.spec["replicas"] == 1
    assert console.spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}, (
        "a release would end what runs in the console, or leave no console while it goes on"
    )
    assert console.container["command"] == ["sh", "-c", "trap 'exit 0' TERM INT; sleep infinity & wait"], (
        "the image's ENTRYPOINT might migrate, and `sleep` alone would ignore TERM"
    )
    assert "args" not in console.container
    assert console.container["stdin"] is True
    assert console.pod["terminationGracePeriodSeconds"] == 3600, "a long task would be killed by a release"
    assert "while busy" in console.at("spec.template.spec.containers.0.lifecycle.preStop.exec.command.2")


def test_the_console_waits_behind_an_entrypoint_that_is_named(deploy: Deploy) -> None:
    container = deploy(lambda: make("Console", entrypoint=["/bin/entry"])).the("Deployment").container
    assert (container["command"], container["args"][0]) == (["/bin/entry"], "sh"), "the entrypoint is silently left out"


def test_the_console_tells_how_it_is_opened(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("Console", namespace="shop-production"))
    command = "kubectl -n shop-production exec -it deployment/shop -- bin/rails console"
    assert deployed.result == deployed.the("Console").outputs == {"command": command}
