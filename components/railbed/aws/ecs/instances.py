"""EC2 instances that join a cluster."""

import base64
from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws.autoscaling import Group
from pulumi_aws.ec2 import LaunchTemplate
from pulumi_aws.ecs import Cluster
from pulumi_aws.iam import InstanceProfile, Role, RolePolicyAttachment

from railbed.aws.ecs.cluster_arguments import EcsInstances
from railbed.aws.ecs.instance_image import newest_ecs_image, newest_ecs_image_parameter
from railbed.aws.iam_policy import trust_policy
from railbed.aws.instance_types import architecture_of
from railbed.aws.regions import managed_policy, partition_of_arn, principal_of_ec2
from railbed.enums import Patches

REPLACEMENT: Any = {
    "strategy": "Rolling",
    "preferences": {
        # All are protected: ECS takes that off once nothing needs the instance. Those that are replaced ECS empties first
        # (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html).
        "scale_in_protected_instances": "Refresh",
        # Each new one comes before an old one goes.
        "min_healthy_percentage": 100,
        "max_healthy_percentage": 110,
        # Until it has joined the cluster.
        "instance_warmup": "120",
        "skip_matching": True,
    },
}
"""How instances that are not as the launch template describes them are replaced. The API starts it and goes on by itself."""

AGENT_POLICY = "service-role/AmazonEC2ContainerServiceforEC2Role"


def auto_scaling_group(
    name: str,
    instances: EcsInstances,
    subnet_ids: Sequence[pulumi.Input[str]],
    cluster: Cluster,
    security_group_id: pulumi.Output[str],
    parent: pulumi.Resource,
) -> Group:
    """Instances of the cluster; ECS sets how many."""
    child = pulumi.ResourceOptions(parent=parent)
    trust = cluster.arn.apply(lambda arn: trust_policy(principal_of_ec2(partition_of_arn(arn))))
    role = Role(f"{name}-instance", name_prefix=f"{name[:28]}-instance-", assume_role_policy=trust, opts=child)
    policy = role.arn.apply(lambda arn: managed_policy(arn, AGENT_POLICY))
    agent = RolePolicyAttachment(f"{name}-instance", role=role.name, policy_arn=policy, opts=child)
    profile = InstanceProfile(
        f"{name}-instance", role=role.name, opts=pulumi.ResourceOptions(parent=parent, depends_on=[agent])
    )
    template = _launch_template(name, instances, cluster.name, security_group_id, profile, parent)
    return Group(
        f"{name}-instances",
        min_size=instances.minimum,
        max_size=instances.maximum,
        vpc_zone_identifiers=subnet_ids,
        launch_template={"id": template.id, "version": template.latest_version.apply(str)},
        instance_refresh=REPLACEMENT if instances.patches is Patches.AUTOMATIC else None,
        # ECS takes the protection from an instance once no task needs it any more.
        protect_from_scale_in=True,
        # Otherwise the protection would keep `pulumi destroy` from ending them.
        force_delete=True,
        tags=[
            {"key": "Name", "value": name, "propagate_at_launch": True},
            {"key": "AmazonECSManaged", "value": "true", "propagate_at_launch": True},
        ],
        opts=pulumi.ResourceOptions(parent=parent, ignore_changes=["desiredCapacity"]),
    )


def _launch_template(
    name: str,
    instances: EcsInstances,
    cluster_name: pulumi.Output[str],
    security_group_id: pulumi.Output[str],
    profile: InstanceProfile,
    parent: pulumi.Resource,
) -> LaunchTemplate:
    return LaunchTemplate(
        f"{name}-instances",
        image_id=instances.image_id or _newest_image(instances, parent),
        instance_type=instances.instance_type,
        key_name=instances.key_name,
        iam_instance_profile={"arn": profile.arn},
        vpc_security_group_ids=[security_group_id, *instances.security_group_ids],
        # Version 2 only, and no further than the instance itself: containers have their own roles.
        metadata_options={"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
        block_device_mappings=[
            {
                "device_name": "/dev/xvda",
                "ebs": {
                    "volume_size": instances.disk_gibibytes,
                    "volume_type": "gp3",
                    "encrypted": "true",
                    "delete_on_termination": "true",
                },
            }
        ],
        user_data=cluster_name.apply(_user_data),
        update_default_version=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _newest_image(instances: EcsInstances, parent: pulumi.Resource) -> pulumi.Input[str]:
    architecture = architecture_of(instances.instance_type)
    if instances.patches is Patches.AUTOMATIC:
        return newest_ecs_image(architecture, parent)
    # EC2 itself looks the parameter up, whenever an instance starts.
    return f"resolve:ssm:{newest_ecs_image_parameter(architecture)}"


def _user_data(cluster_name: str) -> str:
    settings = {
        "ECS_CLUSTER": cluster_name,
        "ECS_AWSVPC_BLOCK_IMDS": "true",
        "ECS_ENABLE_SPOT_INSTANCE_DRAINING": "true",
        # Longer than any grace period, as the task definitions name their own.
        "ECS_CONTAINER_STOP_TIMEOUT": "120s",
    }
    lines = [f"echo {key}={value} >> /etc/ecs/ecs.config" for key, value in settings.items()]
    return base64.b64encode("\n".join(["#!/bin/sh", *lines, ""]).encode()).decode()
