"""Services: each is a Deployment, and tells in ECS' words how its rollout goes.

Kubernetes keeps the count and rolls. What is ECS' own and is told here as AWS documents it: a deployment that does not come
up is FAILED, and the service goes back to the last one that was COMPLETED.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

import hashlib
import math
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.ecs.models import Service, Task

from .kubernetes import Kubernetes, Properties
from .logs import Logs
from .pods import Definition, pod_spec, secret_of
from .tasks import ESSENTIAL_EXITED, cannot_start, statuses, stop

FEWEST_FAILURES, MOST_FAILURES = 3, 200
_GRACE_SECONDS = 60
"""Beside the health check's grace period, for a container to be scheduled and started."""


@dataclass(frozen=True)
class Release:
    """What a deployment of a service runs."""

    task_definition: str
    definition: Definition
    count: int
    health: Properties | None
    labels: dict[str, str]
    seconds: int
    """In which a new container must answer its health check."""
    minimum_percent: int
    maximum_percent: int


class RunningService:
    """A service and its Deployment."""

    def __init__(self, service: Service, kubernetes: Kubernetes, logs: Logs, new_task: Callable[[str, str], Task]) -> None:
        self._service, self._kubernetes, self._logs, self._new_task = service, kubernetes, logs, new_task
        self._name = f"service-{hashlib.sha256(service.arn.encode()).hexdigest()[:12]}"
        self._releases: dict[str, Release] = {}
        self._tasks: dict[tuple[str, int], Task] = {}
        """By Pod, and how often it was started anew."""

    @property
    def _deployments(self) -> list[Properties]:
        deployments: list[Properties] = self._service.deployments
        return deployments

    def deploy(self, release: Release, reason: str = "") -> None:
        """Begin a deployment."""
        number = f"ecs-svc/{uuid.uuid4().int % 10**19:019d}"
        self._releases[number] = release
        now = datetime.now(UTC)
        for each in self._deployments:
            each["status"] = "ACTIVE"
        before = [each for each in self._deployments if each["rolloutState"] != "IN_PROGRESS"][:2]
        primary = {
            "id": number,
            "status": "PRIMARY",
            "taskDefinition": release.task_definition,
            "desiredCount": release.count,
            "runningCount": 0,
            "pendingCount": release.count,
            "failedTasks": 0,
            "rolloutState": "IN_PROGRESS",
            "rolloutStateReason": reason or f"ECS deployment {number} in progress.",
            "createdAt": now,
            "updatedAt": now,
        }
        self._service.deployments = [primary, *before]
        self._service.task_definition = release.task_definition
        secret = f"{self._name}-{number[-12:]}"
        self._kubernetes.put_secret(secret, self._name, secret_of(release.definition))
        self._kubernetes.put_deployment(self._name, self._specification(number, secret, release))

    def _specification(self, number: str, secret: str, release: Release) -> Properties:
        count = max(release.count, 1)
        fewer = count - math.ceil(count * release.minimum_percent / 100)
        more = math.floor(count * release.maximum_percent / 100) - count
        labels = {"service": self._name, "deployment": number[-12:], **release.labels}
        return {
            "replicas": release.count,
            "selector": {"matchLabels": {"service": self._name}},
            "revisionHistoryLimit": 1,
            "progressDeadlineSeconds": release.seconds + _GRACE_SECONDS,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": fewer, "maxSurge": more}},
            "template": {
                "metadata": {"labels": labels},
                "spec": pod_spec(release.definition, secret, release.health, once=False),
            },
        }

    def scale(self, count: int) -> None:
        """Keep another number of tasks."""
        primary = self._deployments[0]
        release = self._releases[primary["id"]]
        self._releases[primary["id"]] = Release(**{**vars(release), "count": count})
        primary["desiredCount"] = count
        secret = f"{self._name}-{primary['id'][-12:]}"
        specification = self._specification(primary["id"], secret, self._releases[primary["id"]])
        self._kubernetes.put_deployment(self._name, specification)

    def end(self) -> None:
        """Delete it with its tasks."""
        self._kubernetes.delete_deployment(self._name)
        self._kubernetes.delete_secrets(self._name)
        for task in self._tasks.values():
            if task.desired_status != "STOPPED":
                stop(task, "Task stopped because the service was deleted")

    def current(self) -> Release:
        """What it is to run."""
        return self._releases[self._deployments[0]["id"]]

    def look(self) -> None:
        """Bring service, deployments and tasks up to date."""
        pods = self._kubernetes.pods(service=self._name)
        self._look_at_tasks(pods)
        ready = {pod["metadata"]["name"]: _is_ready(pod) for pod in pods}
        for each in self._deployments:
            own = [pod["metadata"]["name"] for pod in pods if pod["metadata"]["labels"]["deployment"] == each["id"][-12:]]
            each["runningCount"] = sum(ready[name] for name in own)
            each["pendingCount"] = len(own) - each["runningCount"]
        primary = self._deployments[0]
        self._service.running_count = sum(ready.values())
        self._service.pending_count = max(primary["desiredCount"] - primary["runningCount"], 0)
        if primary["rolloutState"] == "IN_PROGRESS":
            self._judge(primary)

    def _judge(self, primary: Properties) -> None:
        deployment = self._kubernetes.deployment(self._name) or {}
        status, wanted = deployment.get("status", {}), deployment.get("spec", {}).get("replicas", 0)
        seen = status.get("observedGeneration") == deployment.get("metadata", {}).get("generation")
        counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")]
        conditions = {each["type"]: each for each in status.get("conditions", [])}
        if seen and counts == [wanted] * 3:
            self._complete(primary)
            return
        threshold = min(max(math.ceil(primary["desiredCount"] / 2), FEWEST_FAILURES), MOST_FAILURES)
        late = seen and conditions.get("Progressing", {}).get("reason") == "ProgressDeadlineExceeded"
        if late or primary["failedTasks"] >= threshold:
            self._fail(primary, "health checks failed" if late and not primary["failedTasks"] else "tasks failed to start")

    def _complete(self, primary: Properties) -> None:
        primary |= {
            "rolloutState": "COMPLETED",
            "rolloutStateReason": f"ECS deployment {primary['id']} completed.",
            "updatedAt": datetime.now(UTC),
        }
        self._service.deployments = [primary, *(each for each in self._deployments if each["rolloutState"] == "FAILED")]
        self._say(f"(deployment {primary['id']}) deployment completed.")
        self._say("has reached a steady state.")

    def _fail(self, primary: Properties, reason: str) -> None:
        primary |= {"rolloutState": "FAILED", "rolloutStateReason": f"ECS deployment circuit breaker: {reason}."}
        self._say(f"(deployment {primary['id']}) deployment failed: {reason}.")
        good = next((each["id"] for each in self._deployments if each["rolloutState"] == "COMPLETED"), None)
        if good is None:  # AWS leaves a service that never ran as it is
            return
        self._say(f"rolling back to deployment {good}.")
        self.deploy(self._releases[good], f"ECS deployment circuit breaker: rolling back to deploymentId {good}.")

    def _say(self, text: str) -> None:
        event = {"id": str(uuid.uuid4()), "createdAt": datetime.now(UTC), "message": f"(service {self._service.name}) {text}"}
        self._service.events.insert(0, event)
        del self._service.events[100:]

    def _look_at_tasks(self, pods: Iterable[Properties]) -> None:
        present = set()
        for pod in pods:
            name, found, of = pod["metadata"]["name"], statuses(pod), pod["metadata"]["labels"]["deployment"]
            deployment = next((each for each in self._deployments if each["id"][-12:] == of), None)
            present.add(name)
            if deployment is None or not found:
                continue
            definition = self._releases[deployment["id"]].definition
            status = found.get(definition.deciding, {})
            restarts = int(status.get("restartCount", 0))
            if restarts and (ended := status.get("lastState", {}).get("terminated")):
                self._ended(pod, restarts - 1, deployment, ended, previous=True)
            if ended := status.get("state", {}).get("terminated"):
                self._ended(pod, restarts, deployment, ended, previous=False)
            elif "running" in status.get("state", {}):
                self._task(pod, restarts, deployment, "RUNNING", previous=False)
            elif reason := cannot_start(status):
                self._cannot_start(pod, deployment, reason)
        for (name, _), task in self._tasks.items():
            if name not in present and task.desired_status != "STOPPED":
                stop(task, f"Scaling activity initiated by (deployment {self._deployments[0]['id']})")

    def _task(self, pod: Properties, restarts: int, deployment: Properties, status: str, *, previous: bool) -> Task:
        name = pod["metadata"]["name"]
        task = self._tasks.get((name, restarts))
        if task is None:
            task = self._tasks[name, restarts] = self._new_task(deployment["taskDefinition"], deployment["id"])
        if task.desired_status != "STOPPED":
            task.status = status
            for container in task.containers:
                container.last_status = status
        if status == "RUNNING":
            for given in self._releases[deployment["id"]].definition.containers:
                self._logs.follow(task.id, given, self._lines(name, given["name"], previous=previous))
        return task

    def _lines(self, pod: str, container: str, *, previous: bool) -> Callable[[], Iterable[list[str]]]:
        return lambda: self._kubernetes.log(pod, container, previous=previous)

    def _ended(self, pod: Properties, restarts: int, deployment: Properties, ended: Properties, *, previous: bool) -> None:
        task = self._task(pod, restarts, deployment, "RUNNING", previous=previous)
        if task.desired_status == "STOPPED":
            return
        deciding = self._releases[deployment["id"]].definition.deciding
        self._logs.finish(task.id)  # its pod may be gone as soon as the deployment has failed
        stop(task, ESSENTIAL_EXITED)
        for container in task.containers:
            if container.name == deciding:
                container.exitCode = int(ended["exitCode"])
        if "deletionTimestamp" not in pod["metadata"]:
            deployment["failedTasks"] += 1

    def _cannot_start(self, pod: Properties, deployment: Properties, reason: str) -> None:
        task = self._task(pod, 0, deployment, "PENDING", previous=False)
        if task.desired_status != "STOPPED":
            stop(task, reason)
        # ECS would have started others in its place, for the same reason in vain.
        deployment["failedTasks"] = max(deployment["failedTasks"], FEWEST_FAILURES, math.ceil(deployment["desiredCount"] / 2))


def _is_ready(pod: Properties) -> bool:
    conditions: list[dict[str, Any]] = pod.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
