"""Where tasks run and how they are reached: for the provider, and for ECS' own API."""

from typing import Any

import pulumi

from railbed.aws.ecs.task import EcsTask, Properties
from railbed.enums import Capacity, NetworkMode


def capacity_provider_of(task: EcsTask) -> pulumi.Input[str]:
    """Name of the capacity provider."""
    if task.capacity is Capacity.EC2:
        assert task.capacity_provider is not None
        return task.capacity_provider
    return str(task.capacity.value).upper()


def network_configuration(task: EcsTask, *more_security_groups: pulumi.Input[str]) -> Properties | None:
    """The `network_configuration` of a service; none with the instance's network."""
    if task.network_mode is NetworkMode.BRIDGE:
        return None
    return {
        "subnets": task.subnet_ids,
        "security_groups": [*task.security_group_ids, *more_security_groups],
        "assign_public_ip": task.assign_public_ip,
    }


def run_request(task: EcsTask, task_definition_arn: pulumi.Input[str]) -> pulumi.Output[dict[str, Any]]:
    """Arguments of ECS' RunTask besides the cluster."""
    request: dict[str, Any] = {
        "taskDefinition": task_definition_arn,
        "capacityProviderStrategy": [{"capacityProvider": capacity_provider_of(task), "weight": 1}],
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
    }
    if task.network_mode is NetworkMode.AWSVPC:
        request["networkConfiguration"] = {
            "awsvpcConfiguration": {
                "subnets": task.subnet_ids,
                "securityGroups": task.security_group_ids,
                "assignPublicIp": "ENABLED" if task.assign_public_ip else "DISABLED",
            }
        }
    return pulumi.Output.from_input(request)
