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
from railbed.aws.names import name_of_stack
from railbed.description.commands import RAILS_ENVIRONMENT
from railbed.description.process_limits import largest
from railbed.enums import Capacity
from railbed.secrets.public_configuration import in_clear_text
from railbed.validation.overrides import merged
from railbed.watching.previews import partly_known

LOG_PREFIX = "task"
"""First part of the names of log streams: task/container/id of the task."""

# The agent of ECS Exec writes here, in a container whose root file system is read-only.
EXEC_FOLDERS = ("/var/lib/amazon", "/var/log/amazon")


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

    def container_of(self, name: str, command: Sequence[str] | None, **fields: object) -> Properties:
        """A container with the application's image and environment; None as the command runs the image's own CMD."""
        task = self._task
        folders = [*task.writable(), *(EXEC_FOLDERS if self._execute_command else ())]
        container: Properties = {
            "name": name,
            "image": task.image,
            "essential": True,
            "user": str(task.user),
            "workingDirectory": task.workdir,
            "environment": [{"name": key, "value": value} for key, value in sorted(self._environment.items())],
            "secrets": [{"name": key, "valueFrom": reference} for key, reference in sorted(self._references.items())],
            "readonlyRootFilesystem": True,
            "linuxParameters": {
                "initProcessEnabled": True,
                "capabilities": {"drop": ["ALL"]},
                # Fargate knows it too since January 2026 (aws.amazon.com/about-aws/whats-new/2026/01,
                # amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances); an empty volume would belong to root.
                "tmpfs": [
                    {"containerPath": folder, "size": task.writable_mebibytes, "mountOptions": ["mode=1777"]}
                    for folder in folders
                ],
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
        """Register the task definition, with further containers."""
        task = self._task
        beside: list[Properties] = [self._router.log_router(self.cloudwatch_logs())] if self._router else []
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
        return TaskDefinition(
            self._name,
            **merged(definition, task.overrides.get("task_definition", {})),
            # A task that starts before its roles may do something fails.
            opts=pulumi.ResourceOptions(parent=self._parent, depends_on=self.roles.policies),
        )


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
