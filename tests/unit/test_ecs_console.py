"""EcsConsole: a task of its own for consoles, whose files can be written to, as ECS Exec needs it."""

from typing import Any

import pytest

from railbed import InvalidArguments
from tests.unit.ecs_samples import DEFINITION, ON_INSTANCES, all_containers_of, deployed

WHERE = "--region eu-central-1 --cluster shop"
RUN = f"task=$(aws ecs run-task {WHERE} --enable-execute-command --task-definition {DEFINITION} "
TAGS = "--propagate-tags TASK_DEFINITION --enable-ecs-managed-tags "


def test_everything_in_it_can_be_written_to_and_it_ends_by_itself() -> None:
    definition = deployed("EcsConsole", longest_seconds=3600).the("TaskDefinition")
    (container,) = all_containers_of(definition)
    assert container["command"] == ["sleep", "3600"]
    assert container["readonlyRootFilesystem"] is False, "the agent of ECS Exec does not start otherwise"
    assert "volumes" not in definition.inputs
    assert container["user"] == "1000"
    assert not {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETUID"} & set(container["linuxParameters"]["capabilities"]["drop"]), (
        "who opens a console is root, and could not write to the application's folders"
    )
    assert "NET_RAW" in container["linuxParameters"]["capabilities"]["drop"]


def test_one_line_starts_the_task_opens_the_console_and_stops_the_task() -> None:
    console = deployed("EcsConsole")
    network = "'awsvpcConfiguration={subnets=[subnet-a,subnet-b],securityGroups=[sg-app],assignPublicIp=DISABLED}'"
    agent = "tasks[0].containers[?name=='app'].managedAgents[].lastStatus"
    assert console.result == {
        "command": f"{RUN}--capacity-provider-strategy capacityProvider=FARGATE,weight=1 {TAGS}"
        f"--network-configuration {network} --query 'tasks[0].taskArn' --output text) && "
        f'aws ecs wait tasks-running {WHERE} --tasks "$task" && '
        f'until aws ecs describe-tasks {WHERE} --tasks "$task" --query "{agent}" --output text | '
        "grep -q -e RUNNING -e STOPPED; do sleep 1; done && "
        f'aws ecs execute-command {WHERE} --task "$task" --container app --interactive '
        "--command 'bin/rails console'; "
        f'aws ecs stop-task {WHERE} --task "$task" --query task.taskArn --output text',
        "task_definition_arn": DEFINITION,
        "log_group_name": "shop-log",
    }


def test_on_instances_it_has_their_network() -> None:
    command = deployed("EcsConsole", **ON_INSTANCES).result["command"]
    assert "--capacity-provider-strategy capacityProvider=shop-instances,weight=1 " in command
    assert "--network-configuration" not in command


def test_the_agent_may_connect_and_log() -> None:
    assert "shop-exec" in [each.name for each in deployed("EcsConsole").all("RolePolicy")]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"writable_paths": ["/data"]}, "writable_paths has no effect: everything in a console can be written to"),
        ({"longest_seconds": 10}, "longest_seconds: found 10; "),
        ({"overrides": {"service": {}}}, "overrides of service have no effect: use one of container, task_definition"),
    ],
)
def test_what_would_change_nothing_is_refused(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deployed("EcsConsole", **arguments)
    assert problem in str(raised.value)
