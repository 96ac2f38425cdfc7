"""A task definition with everything that belongs to it: roles, secrets, and the group of its logs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ecs import TaskDefinition

from railbed.aws.ecs.log_router import LogRouterOptions
from railbed.aws.ecs.roles import TaskRoles
from railbed.aws.ecs.secrets import secret_references
from railbed.aws.ecs.task import CONTAINER, LARGEST_TASK_DEFINITION, EcsTask, Properties
from railbed.aws.ecs.writable_folders import OVER_FILES, PREPARING_CONTAINER, WritableFolders, capabilities_but
from railbed.aws.names import name_of_stack
from railbed.description.commands import RAILS_ENVIRONMENT
from railbed.description.process_limits import largest
from railbed.enums import Capacity
from railbed.secrets.public_configuration import in_clear_text
from railbed.validation.overrides import merged
from railbed.watching.previews import partly_known

LOG_PREFIX = "task"
"""First part of the names of log streams: task/container/id of the task."""

FOR_CONSOLES = (*OVER_FILES, "SETGID", "SETUID")
"""What root keeps in consoles, for the application's files and to become its user."""


class DefinedTask:
    """One task definition of a component.

    Its old revisions stay registered, so that ECS can go back to them and tasks of the old release can start again.
    """

    def __init__(
        self,
        name: str,
        task: EcsTask,
        parent: pulumi.Resource,
        *,
        command: Sequence[str] | None,
        defaults: Mapping[str, str] | None = None,
        execute_command: bool = False,
    ) -> None:
        self._name, self._task, self._parent, self._execute_command = name, task, parent, execute_command
        # The agent of ECS Exec writes to the root file system, "making it read-only isn't supported":
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
        self._folders = None if execute_command else WritableFolders(task)
        self.log_group = LogGroup(
            f"{name}-log", retention_in_days=task.log_retention_days, opts=pulumi.ResourceOptions(parent=parent)
        )
        self._references = {**secret_references(name, task.secrets, parent), **task.secret_references}
        self._environment = {
            key: in_clear_text(key, value)
            for key, value in {**RAILS_ENVIRONMENT, **(defaults or {}), **task.env}.items()
            if key not in self._references
        }
        self._router = task if isinstance(task, LogRouterOptions) and task.log_router_image is not None else None
        self.roles = TaskRoles(name, task, self._may_be_read(), self.log_group.arn, parent, execute_command=execute_command)
        logs: Properties = {"logConfiguration": self._router.log_configuration()} if self._router else {}
        self.container: Properties = merged(self.container_of(CONTAINER, command, **logs), task.overrides.get("container", {}))

    def _may_be_read(self) -> dict[str, pulumi.Input[str]]:
        """References of secrets that a task needs to start, by a name of their own."""
        options: Mapping[str, pulumi.Input[str]] = self._router.log_router_secret_options if self._router else {}
        return {**self._references, **{f"log router {name}": arn for name, arn in options.items()}}

    @property
    def preparing(self) -> list[str]:
        """Names of the containers that run to their end before the application's starts."""
        return [PREPARING_CONTAINER] if self._folders and not self._task.volumes_in_image else []

    def container_of(self, name: str, command: Sequence[str] | None, **fields: object) -> Properties:
        """A container with the application's image and environment; None as the command runs the image's own CMD."""
        task = self._task
        container: Properties = {
            "name": name,
            "image": task.image,
            "essential": True,
            "user": str(task.user),
            "workingDirectory": task.workdir,
            "environment": [{"name": key, "value": value} for key, value in sorted(self._environment.items())],
            "secrets": [{"name": key, "valueFrom": reference} for key, reference in sorted(self._references.items())],
            "readonlyRootFilesystem": self._folders is not None,
            "linuxParameters": {
                "initProcessEnabled": True,
                "capabilities": capabilities_but(FOR_CONSOLES) if self._execute_command else {"drop": ["ALL"]},
            },
            "logConfiguration": self.cloudwatch_logs(),
            **fields,
        }
        if task.entrypoint is not None:
            container["entryPoint"] = task.entrypoint
        if command is not None:
            container["command"] = list(command)
        return container

    def cloudwatch_logs(self) -> Properties:
        """Where a container's output goes."""
        return {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": self.log_group.name,
                "awslogs-region": self._task.region_output(),
                "awslogs-stream-prefix": LOG_PREFIX,
                # Otherwise a container would stand still while CloudWatch does not answer.
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        }

    def register(self, *others: Properties) -> TaskDefinition:
        """Register the task definition, with further containers of the image."""
        task = self._task
        beside: list[Properties] = [self._router.log_router(self.cloudwatch_logs())] if self._router else []
        if self._folders and (preparing := self._folders.preparing(logConfiguration=self.cloudwatch_logs())):
            beside.append(preparing)
        for container in (self.container, *others):
            self._give_folders(container, prepared=bool(self.preparing))
        definition: dict[str, Any] = {
            "family": name_of_stack(self._name),
            "requires_compatibilities": ["EC2" if task.capacity is Capacity.EC2 else "FARGATE"],
            "network_mode": task.network_mode.value,
            "cpu": str(task.cpu),
            "memory": str(task.memory),
            "execution_role_arn": self.roles.execution.arn,
            "task_role_arn": self.roles.task.arn,
            "runtime_platform": {
                "operating_system_family": "LINUX",
                "cpu_architecture": task.architecture.value.upper(),
            },
            "container_definitions": pulumi.Output.json_dumps(
                partly_known([self.container, *beside, *others]), sort_keys=True
            ).apply(lambda text: _small_enough(self._name, text)),
            "skip_destroy": True,
        }
        if task.disk_gibibytes is not None:
            definition["ephemeral_storage"] = {"size_in_gib": task.disk_gibibytes}
        definition = merged(definition, task.overrides.get("task_definition", {}))
        if self._folders:
            definition["volumes"] = [*self._folders.volumes(), *definition.get("volumes", [])]
        return TaskDefinition(
            self._name,
            **definition,
            # A task that starts before its roles may do something fails.
            opts=pulumi.ResourceOptions(parent=self._parent, depends_on=self.roles.policies),
        )

    def _give_folders(self, container: Properties, *, prepared: bool) -> None:
        """Mount the folders that a container writes to, besides those that overrides mount, once they have been prepared."""
        if self._folders is None:
            return
        own: list[Properties] = container.get("mountPoints", [])
        taken = {each.get("containerPath") for each in own}
        container["mountPoints"] = [*(each for each in self._folders.mounts() if each["containerPath"] not in taken), *own]
        if prepared:
            waits = {"containerName": PREPARING_CONTAINER, "condition": "SUCCESS"}
            container["dependsOn"] = [waits, *container.get("dependsOn", [])]


def _small_enough(name: str, definitions: str) -> str:
    if (size := len(definitions.encode())) > LARGEST_TASK_DEFINITION:
        variables = json.loads(definitions)[0].get("environment", [])
        named = largest({variable["name"]: variable["value"] for variable in variables})
        raise pulumi.RunError(
            f"task definition '{name}' has {size} bytes, more than the {LARGEST_TASK_DEFINITION} that ECS allows (the largest "
            f"variables: {named}): keep large content in the image, in object storage or in secrets, or shorten the command"
        )
    return definitions


def stream_of(container: str, task_id: str) -> str:
    """Name of the log stream of a task's container."""
    return f"{LOG_PREFIX}/{container}/{task_id}"
