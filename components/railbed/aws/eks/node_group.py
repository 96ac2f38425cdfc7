"""Nodes of a cluster on AWS."""

from typing import Any

import pulumi
from pulumi_aws.ec2 import LaunchTemplate
from pulumi_aws.eks import Cluster, NodeGroup
from pulumi_aws.iam import Role

from railbed.aws.eks.scaling import following, live_nodes
from railbed.aws.eks.versions import newest_node_release
from railbed.aws.instance_types import architecture_of
from railbed.aws.regions import partition_of, principal_of_ec2
from railbed.aws.service_role import service_role
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.cluster.node_pools import NodePool, NodeTaint
from railbed.enums import Architecture, Patches, TaintEffect
from railbed.validation.overrides import overridden

_IMAGES = {Architecture.ARM64: "AL2023_ARM_64_STANDARD", Architecture.X86_64: "AL2023_x86_64_STANDARD"}

_EFFECTS = {
    TaintEffect.NO_SCHEDULE: "NO_SCHEDULE",
    TaintEffect.PREFER_NO_SCHEDULE: "PREFER_NO_SCHEDULE",
    TaintEffect.NO_EXECUTE: "NO_EXECUTE",
}


def node_role(name: str, cluster: EksOrDoksClusterModel, parent: pulumi.Resource) -> tuple[Role, list[pulumi.Resource]]:
    """The role of all nodes, and its permissions: to join the cluster and to pull images. Pods get roles of their own."""
    return service_role(
        f"{name}-nodes",
        principal_of_ec2(partition_of(cluster.region)),
        parent=parent,
        tags=cluster.tags,
        managed={"join": "AmazonEKSWorkerNodePolicy", "pull": "AmazonEC2ContainerRegistryPullOnly"},
    )


def node_group(
    name: str,
    key: str,
    pool: NodePool,
    cluster: EksOrDoksClusterModel,
    control_plane: Cluster,
    role: Role,
    subnet_ids: pulumi.Output[list[str]],
    opts: pulumi.ResourceOptions,
) -> NodeGroup:
    """Nodes of one size in all private subnets. A new version or launch template rolls them, a third at a time."""
    template = _launch_template(name, cluster, opts.parent)
    arguments: dict[str, Any] = {
        "region": cluster.region,
        "cluster_name": control_plane.name,
        "version": control_plane.version,
        # AWS adds characters to a prefix, so that a group of another size is up before the old one goes.
        "node_group_name_prefix": f"{key}-",
        "node_role_arn": role.arn,
        "subnet_ids": subnet_ids,
        "ami_type": ami_type(pool.node_size or ""),
        "instance_types": [pool.node_size],
        "launch_template": {"id": template.id, "version": template.latest_version.apply(str)},
        "scaling_config": {"min_size": pool.min_nodes, "max_size": pool.max_nodes, "desired_size": pool.min_nodes},
        "update_config": {"max_unavailable_percentage": 33},
        "node_repair_config": {"enabled": True},
        "labels": pool.labels,
        "taints": [_taint(taint) for taint in pool.taints],
        "tags": cluster.tags,
    }
    if _takes_newest_image(cluster):
        architecture = architecture_of(pool.node_size or "")
        arguments["release_version"] = newest_node_release(cluster.version, architecture, cluster.region, opts.parent)
    # How many nodes run between the bounds is the autoscaler's to say.
    follow = following(live_nodes(key, control_plane.name, cluster.region, opts.parent))
    return NodeGroup(
        name,
        **overridden(arguments, cluster.overrides, "node_pool"),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transforms=[follow])),
    )


def autoscaling_group_of(group: NodeGroup) -> pulumi.Output[str]:
    """Name of the Auto Scaling group behind a node group, to which load balancers send requests."""
    return group.resources.apply(lambda resources: str((resources[0].autoscaling_groups or [])[0].name))


def ami_type(instance_type: str) -> str:
    """Amazon Linux 2023 for the processor."""
    return _IMAGES[architecture_of(instance_type)]


def _takes_newest_image(cluster: EksOrDoksClusterModel) -> bool:
    """Whether nodes follow the releases of Amazon Linux; images that a program names have releases of their own."""
    named = {"ami_type", "release_version", "version"} & cluster.overrides.get("node_pool", {}).keys()
    return cluster.patches is Patches.AUTOMATIC and not named and "image_id" not in cluster.overrides.get("launch_template", {})


def _launch_template(name: str, cluster: EksOrDoksClusterModel, parent: pulumi.Resource | None) -> LaunchTemplate:
    tags = {"Name": name, **cluster.tags}
    arguments: dict[str, Any] = {
        "region": cluster.region,
        "update_default_version": True,
        # With one hop, pods without the host's network cannot take on the nodes' role (AWS' best practices for EKS, "Restrict
        # access to the instance profile assigned to the worker node").
        "metadata_options": {"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
        "block_device_mappings": [
            {
                "device_name": "/dev/xvda",
                "ebs": {
                    "volume_type": "gp3",
                    "volume_size": cluster.disk_gib,
                    "encrypted": "true",
                    "delete_on_termination": "true",
                },
            }
        ],
        "tag_specifications": [{"resource_type": kind, "tags": tags} for kind in ("instance", "volume")],
        "tags": tags,
    }
    return LaunchTemplate(
        name,
        **overridden(arguments, cluster.overrides, "launch_template"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _taint(taint: NodeTaint) -> dict[str, str]:
    return {"key": taint.key, "value": taint.value, "effect": _EFFECTS[taint.effect]}
