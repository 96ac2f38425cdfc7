"""No argument makes Kubernetes kill a pod while it still finishes its work: a property over random arguments."""

import random
from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.recording import Deployment
from tests.unit.samples import make

RANDOM = random.Random(20260801)


def some(count: int, **ranges: tuple[int, int]) -> list[dict[str, int]]:
    """Random arguments within their ranges, with both ends of every range among them."""
    ends = [{name: bounds[end] for name, bounds in ranges.items()} for end in (0, 1)]
    return ends + [{name: RANDOM.randint(*bounds) for name, bounds in ranges.items()} for _ in range(count)]


def several(deploy: Deploy, component: str, cases: list[dict[str, Any]]) -> Deployment:
    """One component a case, named by its position."""
    return deploy(lambda: [make(component, f"case-{position}", **case) for position, case in enumerate(cases)])


@pytest.mark.parametrize("server", ["puma", "unicorn", "passenger", "image"])
def test_web_pods_have_time_to_drain_and_to_answer(deploy: Deploy, server: str) -> None:
    cases = some(12, drain_seconds=(0, 300), request_seconds=(1, 3600))
    deployed = several(deploy, "RailsWeb", [case | {"server": server} for case in cases])
    for position, case in enumerate(cases):
        web = deployed.the("Deployment", f"case-{position}")
        grace = web.pod["terminationGracePeriodSeconds"]
        assert grace >= case["drain_seconds"] + case["request_seconds"] + 5, f"requests would be cut off: {case}"
        before_stop = web.container["lifecycle"]["preStop"]
        if server in ("puma", "unicorn"):
            assert f"sleep {case['drain_seconds']}" in before_stop["exec"]["command"][2].split("; ")
        else:
            assert case["drain_seconds"] <= before_stop["sleep"]["seconds"] < grace, f"refused by Kubernetes: {case}"


def test_workers_have_time_to_give_their_jobs_back(deploy: Deploy) -> None:
    cases = some(20, shutdown_seconds=(1, 3600))
    deployed = several(deploy, "SidekiqWorkers", cases)
    for position, case in enumerate(cases):
        workers = deployed.the("Deployment", f"case-{position}")
        words = workers.container["args"]
        assert words[words.index("-t") + 1] == str(case["shutdown_seconds"])
        assert workers.pod["terminationGracePeriodSeconds"] >= case["shutdown_seconds"] + 5, f"jobs would be lost: {case}"


@pytest.mark.parametrize("component", ["RailsWeb", "SidekiqWorkers"])
def test_a_rollout_fails_only_after_a_pod_had_its_time_to_start(deploy: Deploy, component: str) -> None:
    cases = some(20, startup_seconds=(10, 3600))
    deployed = several(deploy, component, cases)
    for position, case in enumerate(cases):
        pods = deployed.the("Deployment", f"case-{position}")
        probe = pods.container["startupProbe"]
        patience = probe["periodSeconds"] * probe["failureThreshold"]
        assert patience >= case["startup_seconds"], f"killed while it starts: {case}"
        assert pods.spec["progressDeadlineSeconds"] > patience, f"the rollout would fail too early: {case}"


def test_a_migration_ends_before_pulumi_stops_waiting(deploy: Deploy) -> None:
    cases = some(20, deadline_seconds=(10, 86400))
    deployed = several(deploy, "MigrationJob", cases)
    for position, case in enumerate(cases):
        job = deployed.the("Job", f"case-{position}")
        waits = int(job.request.customTimeouts.create.removesuffix("s"))
        assert waits > job.spec["activeDeadlineSeconds"] + job.pod["terminationGracePeriodSeconds"], case
