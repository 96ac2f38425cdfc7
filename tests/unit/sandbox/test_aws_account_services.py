"""How a service of the sandbox's AWS tells of its deployments, against what Kubernetes tells of them."""

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.aws_account.pods import Definition
from sandbox.aws_account.services import Release, RunningService


class Cluster:
    """Kubernetes, as far as a service asks it: what it is told to run, and what it says of it."""

    def __init__(self) -> None:
        self.specification: dict[str, Any] = {}
        self.reported: list[dict[str, Any]] = []
        self.status: dict[str, Any] = {}

    def put_secret(self, name: str, of: str, values: dict[str, str]) -> None: ...

    def put_deployment(self, name: str, spec: dict[str, Any]) -> None:
        self.specification, self.status = spec, {}

    def pods(self, **labels: str) -> list[dict[str, Any]]:
        return self.reported

    def deployment(self, name: str) -> dict[str, Any]:
        status = {"observedGeneration": 1, **self.status}
        return {"metadata": {"generation": 1}, "spec": self.specification, "status": status}

    def come_up(self) -> None:
        count = self.specification["replicas"]
        self.reported = []
        self.status = {"replicas": count, "updatedReplicas": count, "availableReplicas": count}

    def report(self, **status: Any) -> None:
        labels = self.specification["template"]["metadata"]["labels"]
        container = {"name": "app", "restartCount": 0, "state": {}, **status}
        self.reported = [
            {"metadata": {"name": "pod", "labels": labels}, "status": {"containerStatuses": [container]}},
        ]


class Logs:
    def follow(self, *_: Any) -> None: ...
    def finish(self, *_: Any) -> None: ...


def task(definition: str, number: str) -> Any:
    container = SimpleNamespace(name="app", last_status="PENDING", exitCode=None)
    return SimpleNamespace(
        id="1", task_definition_arn=definition, started_by=number, containers=[container], status="PENDING",
        desired_status="RUNNING", stopped_reason="",
    )  # fmt: skip


def release(revision: int, count: int = 2) -> Release:
    definition = Definition([{"name": "app", "image": f"shop:{revision}"}], {})
    return Release(f"shop:{revision}", definition, count, None, {}, 0, 100, 200)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def service(cluster: Cluster) -> Any:
    """A service whose first release runs."""
    state = SimpleNamespace(arn="arn:shop", name="shop", deployments=[], events=[], task_definition="")
    made_of: Any = (state, cluster, Logs(), task)
    running = RunningService(*made_of)
    running.deploy(release(1))
    assert state.deployments[0]["rolloutState"] == "IN_PROGRESS"
    cluster.come_up()
    running.look()
    return SimpleNamespace(state=state, running=running)


def test_a_deployment_is_completed_once_all_its_tasks_run(service: Any) -> None:
    (only,) = service.state.deployments
    assert (only["status"], only["rolloutState"], only["taskDefinition"]) == ("PRIMARY", "COMPLETED", "shop:1")
    assert service.state.events[0]["message"] == "(service shop) has reached a steady state."


def test_a_deployment_whose_tasks_keep_ending_fails_and_the_one_before_comes_back(service: Any, cluster: Cluster) -> None:
    service.running.deploy(release(2))
    for restarts in range(3):
        assert service.state.deployments[0]["rolloutState"] == "IN_PROGRESS", f"given up after {restarts} failures"
        cluster.report(restartCount=restarts, state={"terminated": {"exitCode": 7}})
        service.running.look()
    primary, failed, _ = service.state.deployments
    assert (failed["rolloutState"], failed["failedTasks"], failed["taskDefinition"]) == ("FAILED", 3, "shop:2")
    assert failed["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."
    assert (primary["taskDefinition"], service.state.task_definition) == ("shop:1", "shop:1")
    assert cluster.specification["template"]["spec"]["containers"][0]["image"] == "shop:1"


def test_an_image_that_is_not_there_fails_a_deployment_at_once(service: Any, cluster: Cluster) -> None:
    service.running.deploy(release(2))
    cluster.report(state={"waiting": {"reason": "ErrImagePull", "message": "not found"}})
    service.running.look()
    assert [each["rolloutState"] for each in service.state.deployments[:2]] == ["IN_PROGRESS", "FAILED"]


def test_tasks_that_never_answer_fail_a_deployment_by_their_health_check(service: Any, cluster: Cluster) -> None:
    service.running.deploy(release(2))
    cluster.status = {"conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]}
    service.running.look()
    assert service.state.deployments[1]["rolloutStateReason"].endswith("health checks failed.")


def test_a_first_deployment_that_fails_has_nothing_to_go_back_to(cluster: Cluster) -> None:
    state = SimpleNamespace(arn="arn:shop", name="shop", deployments=[], events=[], task_definition="")
    made_of: Any = (state, cluster, Logs(), task)
    running = RunningService(*made_of)
    running.deploy(release(1))
    cluster.report(state={"waiting": {"reason": "ErrImagePull", "message": "not found"}})
    running.look()
    (only,) = state.deployments
    assert (only["status"], only["rolloutState"]) == ("PRIMARY", "FAILED")


def test_the_percentages_of_a_deployment_bound_how_it_rolls(service: Any, cluster: Cluster) -> None:
    assert cluster.specification["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 2}


def test_another_number_of_tasks_is_no_deployment(service: Any, cluster: Cluster) -> None:
    number = service.state.deployments[0]["id"]
    service.running.scale(5)
    assert (service.state.deployments[0]["id"], cluster.specification["replicas"]) == (number, 5)
