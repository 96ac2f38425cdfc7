"""Starts a task at its time: again where ECS is short of capacity, and not while one of its family still runs.

Neither ECS nor EventBridge Scheduler can do that alone: for the scheduler a start is a success that RunTask answers
with failures only (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html).
"""

from typing import Any

import pulumi
from pulumi_aws.ecs import TaskDefinition
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.sfn import StateMachine

from railbed.aws.ecs.network import run_request
from railbed.aws.ecs.roles import TaskRoles
from railbed.aws.ecs.task import EcsTask, Properties
from railbed.aws.iam_policy import policy_document, trust_policy
from railbed.aws.regions import partition_of_arn

LATEST_START_SECONDS = 300
"""A run that has not started so long after its time is left out."""
TRIES, PAUSE_SECONDS = 6, 45

# Errors of the API, such as throttling: 5, 10, 20, 40 and 80 seconds later.
RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 5, "BackoffRate": 2, "JitterStrategy": "FULL"}]


class ScheduledStart:
    """A state machine that starts a task; without `overlap` it looks for a running one first, and leaves the run out."""

    def __init__(
        self,
        name: str,
        task: EcsTask,
        definition: TaskDefinition,
        roles: TaskRoles,
        parent: pulumi.Resource,
        *,
        overlap: bool,
    ) -> None:
        self._name, self._parent = name, parent
        statements = pulumi.Output.all(
            _may_run_task(task.cluster_arn, definition.arn, roles), pulumi.Output.from_input(task.cluster_arn)
        ).apply(lambda known: [*known[0], *([] if overlap else [_may_list_tasks(known[1])])])
        role = _role(f"{name}-run", "states.amazonaws.com", statements, parent)
        self._machine = StateMachine(
            name,
            name_prefix=f"{name[:37]}-",
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(
                pulumi.Output.all(task.cluster_arn, definition.family, run_request(task, definition.arn)).apply(
                    lambda known: _states(*known, overlap=overlap)
                ),
                sort_keys=True,
            ),
            opts=pulumi.ResourceOptions(parent=parent),
        )

    @property
    def arn(self) -> pulumi.Output[str]:
        """ARN of the state machine."""
        return self._machine.arn

    def target(self) -> Properties:
        """What the schedule starts."""
        statements = self._machine.arn.apply(
            lambda arn: [{"Effect": "Allow", "Action": "states:StartExecution", "Resource": arn}]
        )
        role = _role(f"{self._name}-schedule", "scheduler.amazonaws.com", statements, self._parent)
        return {"arn": self._machine.arn, "role_arn": role.arn, "input": "{}"}


def _may_run_task(
    cluster_arn: pulumi.Input[str], task_definition_arn: pulumi.Output[str], roles: TaskRoles
) -> pulumi.Output[list[dict[str, Any]]]:
    """Statements of an IAM policy: run this task definition in this cluster, with its two roles."""
    return pulumi.Output.all(cluster_arn, task_definition_arn, roles.execution.arn, roles.task.arn).apply(
        lambda known: [
            {
                "Effect": "Allow",
                "Action": "ecs:RunTask",
                "Resource": known[1],
                "Condition": {"ArnEquals": {"ecs:cluster": known[0]}},
            },
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": sorted(known[2:]),
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            },
        ]
    )


def _role(name: str, service: str, statements: pulumi.Output[list[dict[str, Any]]], parent: pulumi.Resource) -> Role:
    """A role that a service of AWS takes on, with what it may do."""
    child = pulumi.ResourceOptions(parent=parent)
    role = Role(name, name_prefix=f"{name[-37:]}-", assume_role_policy=trust_policy(service), opts=child)
    RolePolicy(name, role=role.name, policy=statements.apply(policy_document), opts=child)
    return role


def _may_list_tasks(cluster_arn: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": "ecs:ListTasks",
        "Resource": "*",
        "Condition": {"ArnEquals": {"ecs:cluster": cluster_arn}},
    }


def _states(cluster_arn: str, family: str, request: dict[str, Any], *, overlap: bool) -> dict[str, Any]:
    """https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html"""
    states = f"arn:{partition_of_arn(cluster_arn)}:states:::aws-sdk:ecs"
    parameters = {"Cluster": cluster_arn, **_capitalised({key: request[key] for key in sorted(request) if key not in _TAGS})}
    look = {
        "Look": {
            "Type": "Task",
            "Resource": f"{states}:listTasks",
            "Parameters": {"Cluster": cluster_arn, "Family": family},
            "ResultPath": "$.found",
            "Retry": RETRY,
            "Next": "Decide",
        },
        "Decide": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.found.TaskArns[0]", "IsPresent": True, "Next": "LeaveOut"}],
            "Default": "Prepare",
        },
        "LeaveOut": {"Type": "Succeed"},
    }
    first = "Prepare" if overlap else "Look"
    return {
        "StartAt": "Begin",
        "TimeoutSeconds": LATEST_START_SECONDS,
        "States": {
            "Begin": {"Type": "Pass", "Result": {"tries": 0}, "Next": first},
            **({} if overlap else look),
            # With the same token again, ECS gives the task that it has started although its answer was lost.
            "Prepare": {
                "Type": "Pass",
                "Parameters": {"tries.$": "States.MathAdd($.tries, 1)", "token.$": "States.UUID()"},
                "Next": "Run",
            },
            "Run": {
                "Type": "Task",
                "Resource": f"{states}:runTask",
                "Parameters": {**parameters, "ClientToken.$": "$.token"},
                "ResultPath": "$.started",
                "Retry": RETRY,
                "Next": "Check",
            },
            "Check": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.started.Tasks[0]", "IsPresent": True, "Next": "Started"},
                    {"Variable": "$.tries", "NumericGreaterThanEquals": TRIES, "Next": "GiveUp"},
                ],
                "Default": "Again",
            },
            "Started": {"Type": "Succeed"},
            "Again": {"Type": "Wait", "Seconds": PAUSE_SECONDS, "Next": first},
            "GiveUp": {"Type": "Fail", "Error": "NotPlaced", "CausePath": "$.started.Failures[0].Reason"},
        },
    }


_TAGS = ("propagateTags", "enableECSManagedTags")
"""They would need the right to tag tasks."""


def _capitalised(value: Any) -> Any:
    """Step Functions begins the names of ECS' parameters with a capital."""
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: _capitalised(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_capitalised(inner) for inner in value]
    return value
