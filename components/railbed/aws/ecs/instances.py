"""EC2 instances that join a cluster."""

import base64
from collections.abc import Sequence

import pulumi
from pulumi_aws.autoscaling import Group
from pulumi_aws.ec2 import LaunchTemplate
from pulumi_aws.ecs import Cluster
from pulumi_aws.iam import InstanceProfile, Role, RolePolicyAttachment

from railbed.aws.ecs.cluster_arguments import EcsInstances
from railbed.aws.ecs.secrets import policy_document
from railbed.aws.instance_types import architecture_of
from railbed.aws.regions import managed_policy, partition_of_arn, principal_of_ec2
from railbed.enums import Architecture

# EC2 itself looks the parameter up, whenever an instance starts.
NEWEST_IMAGE = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
NEWEST_ARM_IMAGE = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

AGENT_POLICY = "service-role/AmazonEC2ContainerServiceforEC2Role"


def _assumed_by_instances(cluster_arn: str) -> str:
    trusted = {"Service": principal_of_ec2(partition_of_arn(cluster_arn))}
    return policy_document([{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}])


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
    trust = cluster.arn.apply(_assumed_by_instances)
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
    arm = architecture_of(instances.instance_type) is Architecture.ARM64
    newest = NEWEST_ARM_IMAGE if arm else NEWEST_IMAGE
    return LaunchTemplate(
        f"{name}-instances",
        image_id=instances.image_id or newest,
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
