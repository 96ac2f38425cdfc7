"""One-off tasks on ECS: a task of the migration's definition, with the image of the web tasks that serve now."""

import time
from collections.abc import Sequence
from typing import Any

from railbed.aws.ecs.fargate_sizes import smallest_fargate_size
from railbed.aws.ecs.states import TaskState
from railbed.aws.ecs.task import CONTAINER
from railbed.aws.ecs.watching.access import LOG_ARRIVES_SECONDS
from railbed.validation.quantities import mebibytes, millicores
from railbed_stacks.operations.ecs import start
from railbed_stacks.operations.ecs.access import EcsTasks, container_of, explained, log_group_of
from railbed_stacks.operations.ecs.logs import TaskLogs
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import MIGRATION, Show, Size

POLL_SECONDS = 2.0
LOST_SECONDS = 300
"""How long AWS may not answer while a task runs."""
STARTED_BY = "railbed-run"
LEAST_CPU = 128


class EcsRun:
    """One run of a command.

    The migration's definition is taken, not that of web: its log is in CloudWatch wherever others go, and it runs on capacity
    that AWS does not take back.
    """

    def __init__(self, tasks: EcsTasks) -> None:
        self._tasks = tasks

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        """Run it to its end; its exit code. Raises `OperationError`."""
        web = start.web_service(self._tasks)
        definition = self._definition(self._image_of(web))
        request = start.request_of(web, definition) | {"overrides": _overrides(definition, command, size)}
        arn = start.start_task(self._tasks, STARTED_BY, request)
        try:
            return self._followed(arn, TaskLogs(self._tasks, log_group_of(MIGRATION, definition)), show)
        except KeyboardInterrupt:
            with explained():
                self._tasks.access.stop_task(arn, "railbed run was interrupted")
            raise

    def _image_of(self, web: dict[str, Any]) -> str:
        """The image of the release that serves: the deployment that has completed, or else has tasks that run."""
        deployments = web.get("deployments", [])
        serving = [each for each in deployments if each.get("rolloutState") == "COMPLETED" and each.get("runningCount")]
        serving = serving or [each for each in deployments if each.get("runningCount")]
        chosen = serving[0]["taskDefinition"] if serving else web["taskDefinition"]
        return str(container_of(self._tasks.definition(chosen))["image"])

    def _definition(self, image: str) -> dict[str, Any]:
        """The newest definition of the migration with this image."""
        family = self._tasks.place.families[MIGRATION]
        answer = self._tasks.ask("ecs", "list_task_definitions", familyPrefix=family, sort="DESC", maxResults=20)
        for arn in answer["taskDefinitionArns"]:
            if arn.rsplit("/", 1)[-1].rsplit(":", 1)[0] != family:
                continue
            definition = self._tasks.definition(arn)
            if container_of(definition)["image"] == image:
                return definition
        raise OperationError(f"there is no task definition of {family} with the image that serves, {image}: run `pulumi up`")

    def _followed(self, arn: str, logs: TaskLogs, show: Show) -> int:
        """Show the log until the task has ended, and give its exit code. It goes on where AWS does not answer."""
        token: str | None = None
        ended, lost = 0.0, 0.0
        while True:
            try:
                with explained():
                    found = self._tasks.access.tasks([arn])
                task = found[0] if found else None
                lines, token = logs.read_on(arn.rsplit("/", 1)[-1], token) if task and task.started else ([], token)
                lost = 0.0
            except OperationError as error:
                lost = lost or time.monotonic()
                if time.monotonic() - lost > LOST_SECONDS:
                    raise OperationError(f"how the task ends cannot be read: {error}. It goes on: {arn}") from None
                time.sleep(POLL_SECONDS)
                continue
            for line in lines:
                show(line)
            if task is not None and task.stopped:
                ended = ended or time.monotonic()
                # Its last lines may still be on their way.
                if not task.started or time.monotonic() - ended > LOG_ARRIVES_SECONDS:
                    return _exit_code(task)
            time.sleep(POLL_SECONDS)


def _exit_code(task: TaskState) -> int:
    code = next((each.exit_code for each in task.containers if each.name == CONTAINER), None)
    if code is None:
        raise OperationError(f"the task did not run its command: {task.reasons() or 'ECS gives no reason'}")
    return code


def _overrides(definition: dict[str, Any], command: Sequence[str], size: Size | None) -> dict[str, Any]:
    overrides: dict[str, Any] = {"containerOverrides": [{"name": CONTAINER, "command": list(command)}]}
    if size is not None:
        overrides |= _task_size(size, on_fargate="FARGATE" in definition.get("requiresCompatibilities", []))
    return overrides


def _task_size(size: Size, *, on_fargate: bool) -> dict[str, str]:
    cpu, memory = max(LEAST_CPU, -(-millicores(size.cpu) * 1024 // 1000)), mebibytes(size.memory)
    if on_fargate:
        offered = smallest_fargate_size(cpu, memory)
        if offered is None:
            raise OperationError(f"--size: Fargate has no task with {size.cpu} CPU and {size.memory}: ask for less")
        cpu, memory = offered
    return {"cpu": str(cpu), "memory": str(memory)}
