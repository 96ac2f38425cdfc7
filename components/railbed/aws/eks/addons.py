"""Add-ons that AWS maintains in a cluster: network, DNS, volumes, metrics and roles for pods."""

import json
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_aws.eks import Addon, Cluster

from railbed.aws.eks.limits import BEFORE_NODES, ON_NODES
from railbed.aws.eks.versions import default_addon_version
from railbed.aws.service_role import service_role
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.enums import Patches

_ROLES = {
    "vpc-cni": ("cni", "AmazonEKS_CNI_Policy", "aws-node"),
    "aws-ebs-csi-driver": ("ebs-csi", "service-role/AmazonEBSCSIDriverPolicy", "ebs-csi-controller-sa"),
}
"""Add-ons whose pods need a role: suffix of its name, policy, and the service account that takes it on."""


def addons_before_nodes(
    name: str, cluster: EksOrDoksClusterModel, control_plane: Cluster, parent: pulumi.Resource
) -> list[pulumi.Resource]:
    """What nodes need to become ready."""
    child = pulumi.ResourceOptions(parent=parent)
    return [_addon(name, addon, cluster, control_plane, parent, child) for addon in BEFORE_NODES]


def addons_on_nodes(
    name: str,
    cluster: EksOrDoksClusterModel,
    control_plane: Cluster,
    parent: pulumi.Resource,
    opts: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """What must have nodes to become healthy."""
    return [_addon(name, addon, cluster, control_plane, parent, opts) for addon in ON_NODES]


def default_storage_class(
    name: str, provider: kubernetes.Provider, parent: pulumi.Resource
) -> kubernetes.storage.v1.StorageClass:
    """Encrypted gp3 volumes for all claims that name no class."""
    return kubernetes.storage.v1.StorageClass(
        f"{name}-gp3",
        metadata={"name": "gp3", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        provisioner="ebs.csi.aws.com",
        parameters={"type": "gp3", "encrypted": "true"},
        # A volume is made where its pod runs, and may grow; what becomes of it with its claim is the claim's business.
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
        reclaim_policy="Delete",
        opts=pulumi.ResourceOptions(parent=parent, provider=provider),
    )


def _addon(
    name: str,
    addon: str,
    cluster: EksOrDoksClusterModel,
    control_plane: Cluster,
    parent: pulumi.Resource,
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    arguments: dict[str, Any] = {
        "region": cluster.region,
        "cluster_name": control_plane.name,
        "addon_name": addon,
        "resolve_conflicts_on_create": "OVERWRITE",
        # What somebody has set in the cluster survives an upgrade of the add-on.
        "resolve_conflicts_on_update": "PRESERVE",
        "tags": cluster.tags,
    }
    if addon in cluster.addon_versions:
        arguments["addon_version"] = cluster.addon_versions[addon]
    elif cluster.patches is Patches.AUTOMATIC:
        arguments["addon_version"] = default_addon_version(addon, cluster.version, cluster.region, parent)
    if addon == "aws-ebs-csi-driver" and cluster.tags:
        arguments["configuration_values"] = json.dumps({"controller": {"extraVolumeTags": cluster.tags}})
    if addon == "vpc-cni" and cluster.network_policy:
        # https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
        arguments["configuration_values"] = json.dumps({"enableNetworkPolicy": "true"})
    if addon in _ROLES:
        suffix, policy, service_account = _ROLES[addon]
        role, permissions = service_role(
            f"{name}-{suffix}",
            "pods.eks.amazonaws.com",
            parent=parent,
            tags=cluster.tags,
            managed={"policy": policy},
            actions=("sts:AssumeRole", "sts:TagSession"),
        )
        arguments["pod_identity_associations"] = [{"role_arn": role.arn, "service_account": service_account}]
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=permissions))
    return Addon(f"{name}-{addon}", **arguments, opts=opts)
