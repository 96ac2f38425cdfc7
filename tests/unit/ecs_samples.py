"""The least that every component on ECS must be given, how to make one, and what AWS answers."""

import json
from importlib import import_module
from typing import Any

import pulumi

from tests.unit.recording import Deployment, Outputs, Recorded, record

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/app:1f3c2ab"
CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/shop"
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-secrets-AbCdEf"
ROLES = "arn:aws:iam::123456789012:role"
DEFINITION = "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:7"
PLACE = {"cluster_arn": CLUSTER, "subnet_ids": ["subnet-a", "subnet-b"], "security_group_ids": ["sg-app"]}

LEAST: dict[str, tuple[str, dict[str, Any]]] = {
    "EcsCluster": ("cluster", {}),
    "EcsConsole": ("console", {"image": IMAGE, **PLACE}),
    "EcsService": ("service", {"image": IMAGE, **PLACE}),
    "EcsTaskRun": ("task_run", {"image": IMAGE, **PLACE}),
    "EcsScheduledTask": ("scheduled_task", {"image": IMAGE, **PLACE, "schedule": "@daily", "command": ["bin/digest"]}),
    "EcsApp": ("app", {"app": {"name": "shop", "image": {"ref": IMAGE}}, **PLACE}),
}

BEHIND_LOAD_BALANCER = {
    "port": 3000,
    "target_group_arn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/4d5e6f",
    "load_balancer_security_group_id": "sg-balancer",
    "vpc_id": "vpc-1",
}

ON_INSTANCES = {
    "capacity": "ec2",
    "capacity_provider": "shop-instances",
    "network_mode": "bridge",
    "subnet_ids": None,
    "security_group_ids": None,
}

OUTPUTS: Outputs = {
    "TaskDefinition": {"arn": DEFINITION},
    "Cluster": {"arn": CLUSTER, "name": "shop"},
    "LogGroup": {"arn": "arn:aws:logs:eu-central-1:123456789012:log-group:shop-log", "name": "shop-log"},
    "Secret": {"arn": SECRET},
    "SecretVersion": {"versionId": "11112222-3333"},
    "Service": {"name": "shop-1a2b3c"},
    "Schedule": {"name": "shop-schedule"},
    "StateMachine": {"arn": "arn:aws:states:eu-central-1:123456789012:stateMachine:shop"},
    "CapacityProvider": {"name": "shop-instances"},
    "Group": {"arn": "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:shop"},
    "InstanceProfile": {"arn": "arn:aws:iam::123456789012:instance-profile/shop"},
    "LaunchTemplate": {"latestVersion": 3},
    "Role": lambda name: {"arn": f"{ROLES}/{name}", "name": name},
}


def make_ecs(component: str, name: str = "shop", /, **arguments: Any) -> pulumi.ComponentResource:
    """A component with its least arguments and these; None takes one away."""
    module, least = LEAST[component]
    given = {key: value for key, value in (least | arguments).items() if value is not None}
    made: pulumi.ComponentResource = getattr(import_module(f"railbed.aws.ecs.{module}"), component)(name, given)
    return made


def deployed(component: str, name: str = "shop", registered: list[Recorded] | None = None, /, **arguments: Any) -> Deployment:
    """What a program with one component registers, answered as AWS does."""
    return record(lambda: make_ecs(component, name, **arguments), registered=registered, outputs=OUTPUTS)


def containers_of(definition: Recorded) -> list[dict[str, Any]]:
    """The containers of a task definition, that of the application first, without the one that prepares folders."""
    return [each for each in all_containers_of(definition) if each["name"] != "writable-folders"]


def all_containers_of(definition: Recorded) -> list[dict[str, Any]]:
    """The containers of a task definition."""
    containers: list[dict[str, Any]] = json.loads(definition.inputs["containerDefinitions"])
    return containers
