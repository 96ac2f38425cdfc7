"""EcsConsole: a task that is started for a console, and ends with it."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws.ecs import TaskDefinitionArgs
from pydantic import Field

from railbed.args import EcsConsoleArgs
from railbed.aws.ecs.component import EcsComponent
from railbed.aws.ecs.container_fields import CONTAINER_FIELDS
from railbed.aws.ecs.network import run_request
from railbed.aws.ecs.task import CONTAINER, EcsTask, EcsTaskOptions
from railbed.aws.ecs.task_definition import DefinedTask
from railbed.validation.overrides import Known, check_overrides
from railbed.validation.rules import rule


class EcsConsoleOptions(EcsTaskOptions):
    """What a user chooses of an EcsConsole."""

    longest_seconds: int = Field(28800, ge=60, le=604800)
    """Seconds after which the task ends whatever runs in it. Default 28800, eight hours."""

    @rule
    def _everything_can_be_written_to(self) -> None:
        if self.writable_paths:
            raise ValueError("writable_paths has no effect: everything in a console can be written to; remove it")

    @rule
    def _overrides_are_known(self) -> None:
        children: dict[str, Known] = {"task_definition": TaskDefinitionArgs, "container": CONTAINER_FIELDS}
        check_overrides(self.overrides, children)


class EcsConsoleModel(EcsConsoleOptions, EcsTask):
    """Arguments of EcsConsole."""


class EcsConsole(EcsComponent[EcsConsoleModel]):
    """A task for consoles and one-off commands, with the image of the release that runs. It costs nothing until it is started.

    AWS supports ECS Exec in containers alone whose root file system can be written to: no service needs one, as this task has
    it. Who opens a console is root in the container, as with every ECS Exec.

    Raises `InvalidArguments` before anything is registered.
    """

    command: pulumi.Output[str]
    """What a shell runs to start a task, open a Rails console in it, and stop the task after it."""
    task_definition_arn: pulumi.Output[str]
    """ARN of the task definition."""
    log_group_name: pulumi.Output[str]
    """Group of its logs in CloudWatch: what is typed into consoles, too."""

    def __init__(self, name: str, args: EcsConsoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, EcsConsoleModel, opts)
        given = self._arguments

        task = DefinedTask(name, given, self, command=["sleep", str(given.longest_seconds)], execute_command=True)
        definition = task.register()

        self.command = pulumi.Output.all(
            region=given.region_output(), cluster=given.cluster_arn, request=run_request(given, definition.arn)
        ).apply(_shell_line)
        self.task_definition_arn = definition.arn
        self.log_group_name = task.log_group.name
        self._register_outputs()


def _shell_line(known: Mapping[str, Any]) -> str:
    where = f"--region {known['region']} --cluster {known['cluster'].rsplit('/', 1)[-1]}"
    request, task = known["request"], '--task "$task"'
    tasks, agent = '--tasks "$task"', f"tasks[0].containers[?name=='{CONTAINER}'].managedAgents[].lastStatus"
    # The agent of ECS Exec starts after the container.
    return " ".join(
        [
            f"task=$(aws ecs run-task {where} --enable-execute-command {_options(request)}",
            "--query 'tasks[0].taskArn' --output text) &&",
            f"aws ecs wait tasks-running {where} {tasks} &&",
            f'until aws ecs describe-tasks {where} {tasks} --query "{agent}" --output text | grep -q -e RUNNING -e STOPPED;',
            "do sleep 1; done &&",
            f"aws ecs execute-command {where} {task} --container {CONTAINER} --interactive --command 'bin/rails console';",
            f"aws ecs stop-task {where} {task} --query task.taskArn --output text",
        ]
    )


def _options(request: Mapping[str, Any]) -> str:
    """A request of RunTask as the AWS CLI takes it."""
    (strategy,) = request["capacityProviderStrategy"]
    options = [
        f"--task-definition {request['taskDefinition']}",
        f"--capacity-provider-strategy capacityProvider={strategy['capacityProvider']},weight={strategy['weight']}",
        f"--propagate-tags {request['propagateTags']}",
        "--enable-ecs-managed-tags",
    ]
    if "networkConfiguration" in request:
        network = request["networkConfiguration"]["awsvpcConfiguration"]
        subnets, groups = ",".join(network["subnets"]), ",".join(network["securityGroups"])
        place = f"subnets=[{subnets}],securityGroups=[{groups}],assignPublicIp={network['assignPublicIp']}"
        options.append(f"--network-configuration 'awsvpcConfiguration={{{place}}}'")
    return " ".join(options)
