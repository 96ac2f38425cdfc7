"""Tasks that RunTask starts: each is a Pod, and says of itself what the Pod does."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.ecs.models import Container, Task, TaskDefinition
from moto.moto_api import state_manager

from .kubernetes import Kubernetes, Properties
from .logs import Logs
from .pods import Definition, pod_spec, secret_of

ESSENTIAL_EXITED = "Essential container in task exited"
# The kubelet's words for containers that cannot be started, and ECS' for the same:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
_CANNOT_START = {
    "ErrImagePull": "CannotPullContainerError",
    "ImagePullBackOff": "CannotPullContainerError",
    "ErrImageNeverPull": "CannotPullContainerError",
    "InvalidImageName": "CannotPullContainerError",
    "CreateContainerConfigError": "ResourceInitializationError",
    "CreateContainerError": "CannotCreateContainerError",
    "RunContainerError": "CannotStartContainerError",
}


def keep_states() -> None:
    """Have moto leave the states of tasks to us."""
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 10**9})


def definition_of(definition: TaskDefinition, secret: Callable[[str], str], overrides: Mapping[str, Any]) -> Definition:
    """What a task is to run, with the values of its secrets."""
    containers: list[Properties] = definition.container_definitions
    references = {each["valueFrom"] for container in containers for each in container.get("secrets", [])}
    changes = {each["name"]: each for each in overrides.get("containerOverrides", [])}
    return Definition(containers, {reference: secret(reference) for reference in references}, changes)


def prepare(task: Task, definition: TaskDefinition) -> None:
    """Give a task all its containers, not started yet: moto knows the first one only, and takes it for done."""
    containers: list[Any] = []
    of_moto: Any = Container
    for container in definition.container_definitions:
        made = of_moto(definition)
        made.name, made.image, made.exitCode = container["name"], container["image"], None
        containers.append(made)
    task.containers = containers
    task.status = "PENDING"


def stop(task: Task, reason: str) -> None:
    """A task has ended."""
    task.status = task.desired_status = "STOPPED"
    task.stopped_reason = reason
    setattr(task, "stopped_at", datetime.now(UTC))  # noqa: B010 - moto has no such attribute, its answers have
    for container in task.containers:
        container.last_status = "STOPPED"


def cannot_start(status: Properties) -> str:
    """Why a container cannot be started, in ECS' words; empty if nothing is known to hinder it."""
    waiting = status.get("state", {}).get("waiting", {})
    kind = _CANNOT_START.get(waiting.get("reason", ""))
    return f"{kind}: {waiting.get('message', '')}" if kind else ""


def statuses(pod: Properties) -> dict[str, Properties]:
    """What the kubelet says of each container, by name."""
    status = pod.get("status", {})
    return {each["name"]: each for each in [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]}


class RunningTask:
    """A one-off task and its Pod."""

    def __init__(self, task: Task, definition: Definition, kubernetes: Kubernetes, logs: Logs) -> None:
        self._task, self._definition, self._kubernetes, self._logs = task, definition, kubernetes, logs
        self._name = f"task-{task.id}"
        self._ending = False

    def start(self) -> None:
        """Start the Pod."""
        self._kubernetes.put_secret(self._name, self._name, secret_of(self._definition))
        spec = pod_spec(self._definition, self._name, once=True)
        self._kubernetes.run_pod(self._name, {"task": self._task.id}, spec)

    def end(self, reason: str) -> None:
        """Tell the task to end, as StopTask does; it is stopped once it has."""
        self._task.desired_status, self._task.stopped_reason = "STOPPED", reason
        self._ending = True
        self._kubernetes.delete_pod(self._name)

    def look(self) -> bool:
        """Bring the task up to date; whether it still goes on."""
        pod = self._kubernetes.pod(self._name)
        if pod is None:
            self._logs.finish(self._task.id)
            self._kubernetes.delete_secrets(self._name)
            stop(self._task, self._task.stopped_reason or "Task was stopped")
            return False
        found = statuses(pod)
        self._follow(found)
        hindrance = next((reason for each in found.values() if (reason := cannot_start(each))), "")
        ended = self._exit_code(self._definition.deciding) is not None or any(
            container.exitCode for container in self._containers if self._is_before(container.name, pod)
        )
        if (ended or hindrance) and not self._ending:
            self._logs.finish(self._task.id)
            self._kubernetes.delete_pod(self._name)
            self._kubernetes.delete_secrets(self._name)
            stop(self._task, hindrance or ESSENTIAL_EXITED)
            return False
        return True

    def _follow(self, found: Mapping[str, Properties]) -> None:
        for container, given in zip(self._containers, self._definition.containers, strict=True):
            state = found.get(container.name, {}).get("state", {})
            if "running" in state or "terminated" in state:
                container.last_status = "RUNNING" if "running" in state else "STOPPED"
                container.exitCode = state.get("terminated", {}).get("exitCode")
                self._task.status = "RUNNING"
                self._logs.follow(self._task.id, given, self._lines(container.name))

    def _lines(self, container: str) -> Callable[[], Iterable[list[str]]]:
        return lambda: self._kubernetes.log(self._name, container, previous=False)

    @property
    def _containers(self) -> list[Any]:
        return self._task.containers

    def _exit_code(self, name: str) -> int | None:
        code: int | None = next(each.exitCode for each in self._containers if each.name == name)
        return code

    @staticmethod
    def _is_before(name: str, pod: Properties) -> bool:
        return name in [each["name"] for each in pod["spec"].get("initContainers", [])]
