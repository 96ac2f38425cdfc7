"""The two roles of a task: one for ECS that starts it, one for the application in it."""

from collections.abc import Mapping

import pulumi
from pulumi_aws.iam import Role, RolePolicy

from railbed.aws.ecs.log_router import LogRouterOptions
from railbed.aws.ecs.secrets import grants, registry_grants
from railbed.aws.ecs.task import EcsTask
from railbed.aws.iam_policy import policy_document, trust_policy

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
EXECUTE_COMMAND_ACTIONS = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]


class TaskRoles:
    """Execution role: pulls the image, reads the secrets, writes the logs. Task role: what the application itself may do."""

    def __init__(
        self,
        name: str,
        task: EcsTask,
        references: Mapping[str, pulumi.Input[str]],
        log_group_arn: pulumi.Output[str],
        parent: pulumi.Resource,
        *,
        execute_command: bool,
    ) -> None:
        self._name, self._parent = name, parent
        self.execution = self._role("execution")
        self.task = self._role("task")
        router = task.log_router_image if isinstance(task, LogRouterOptions) else None
        may_start = pulumi.Output.all(
            images=[task.image, *([router] if router is not None else [])],
            log_group_arn=log_group_arn,
            references=list(references.values()),
            keys=task.kms_key_arns,
        ).apply(
            lambda known: policy_document(
                [
                    *registry_grants(known["images"]),
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": f"{known['log_group_arn']}:*",
                    },
                    *grants(known["references"], known["keys"]),
                ]
            )
        )
        self.policies = [self._policy("execution", self.execution, may_start)]
        if execute_command:
            self.policies.append(self._policy("exec", self.task, log_group_arn.apply(_may_open_consoles)))
        if task.task_policy is not None:
            self.policies.append(self._policy("task", self.task, task.task_policy))

    def _role(self, suffix: str) -> Role:
        return Role(
            f"{self._name}-{suffix}",
            # AWS takes 38 characters before those that the provider adds.
            name_prefix=f"{self._name[: 36 - len(suffix)]}-{suffix}-",
            assume_role_policy=trust_policy("ecs-tasks.amazonaws.com"),
            opts=pulumi.ResourceOptions(parent=self._parent),
        )

    def _policy(self, suffix: str, role: Role, policy: pulumi.Input[str]) -> RolePolicy:
        return RolePolicy(
            f"{self._name}-{suffix}", role=role.name, policy=policy, opts=pulumi.ResourceOptions(parent=self._parent)
        )


def _may_open_consoles(log_group_arn: str) -> str:
    """ECS Exec, and what is typed into it in the task's own log."""
    logging = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    return policy_document(
        [
            {"Effect": "Allow", "Action": [*EXECUTE_COMMAND_ACTIONS, "logs:DescribeLogGroups"], "Resource": "*"},
            {"Effect": "Allow", "Action": logging, "Resource": f"{log_group_arn}:*"},
        ]
    )
