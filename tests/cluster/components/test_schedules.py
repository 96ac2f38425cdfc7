"""Schedules on the real API server: what railbed takes, it takes too."""

import json
import subprocess
from typing import Any

import pytest

from railbed.description.app import AppCron
from railbed.description.cron import kubernetes_schedule
from sandbox import cluster
from tests.unit.test_app import SCHEDULES
from tests.unit.test_cron import TAKEN

TIME_ZONES = ["Etc/UTC", "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "US/Eastern"]


def cron_job(name: str, schedule: str, time_zone: str = "Etc/UTC") -> dict[str, Any]:
    container = {"name": "task", "image": "railbed.sandbox/pause:1"}
    template = {"spec": {"template": {"spec": {"containers": [container], "restartPolicy": "Never"}}}}
    spec = {"schedule": schedule, "timeZone": time_zone, "jobTemplate": template}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec}


def created(variables: dict[str, str], *jobs: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    """What the API server says to new CronJobs, without making them."""
    command = [str(cluster.binaries() / "kubectl"), "--namespace", "default", "create", "--dry-run=server", "-f", "-"]
    given = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(jobs)})
    return subprocess.run(command, env=variables, input=given, capture_output=True, text=True, check=False)


def test_every_schedule_that_is_taken_is_one_to_kubernetes(variables: dict[str, str]) -> None:
    schedules = [*SCHEDULES, *(written for written, _, _ in TAKEN)]
    jobs = [cron_job(f"t{number}", kubernetes_schedule(schedule)) for number, schedule in enumerate(schedules)]
    answer = created(variables, *jobs)
    assert answer.returncode == 0, f"the release would fail after its migration has run:\n{answer.stderr}"
    assert len(answer.stdout.splitlines()) == len(schedules)


@pytest.mark.parametrize("schedule", ["0 6 * * 7", "0 6 * * SAT-SUN"])
def test_sunday_as_seven_is_none_to_kubernetes(variables: dict[str, str], schedule: str) -> None:
    assert "Invalid value" in created(variables, cron_job("t", schedule)).stderr, "then nothing needs to be translated"


def test_every_time_zone_that_is_taken_is_one_to_kubernetes(variables: dict[str, str]) -> None:
    jobs = []
    for number, time_zone in enumerate(TIME_ZONES):
        AppCron(schedule="@daily", command=["true"], time_zone=time_zone)
        jobs.append(cron_job(f"t{number}", "@daily", time_zone))
    answer = created(variables, *jobs)
    assert answer.returncode == 0, answer.stderr
