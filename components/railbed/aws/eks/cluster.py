"""The resources of a cluster on AWS: network, control plane and who has access to it."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.eks import AccessEntry, AccessPolicyAssociation, Cluster
from pulumi_aws.kms import Key
from pulumi_random import RandomId

from railbed.args import NetworkArgs
from railbed.aws.configuration import AwsConfiguration
from railbed.aws.eks.addons import addons_before_nodes, addons_on_nodes
from railbed.aws.eks.kubeconfig import eks_kubeconfig
from railbed.aws.eks.node_group import autoscaling_group_of, node_group, node_role
from railbed.aws.network.network import Network
from railbed.aws.regions import partition_of
from railbed.aws.service_role import service_role
from railbed.aws.zones import EKS, chosen_zones
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.cluster.parts import ClusterNetwork, ClusterParts
from railbed.validation.overrides import overridden

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

ADMIN_POLICY = "eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def create_eks_cluster(name: str, cluster: EksOrDoksClusterModel, parent: pulumi.Resource) -> ClusterParts:
    """Cluster, add-ons and node groups, in a network of its own or a given one."""
    configuration = AwsConfiguration.of_stack().signed_in_as(cluster.identity)
    network = _network(name, cluster, parent)
    control_plane = _control_plane(name, cluster, network.private_subnet_ids, parent)
    _admins(name, cluster, control_plane, parent)

    addons = addons_before_nodes(name, cluster, control_plane, parent)
    role, permissions = node_role(name, cluster, parent)
    nodes_need = pulumi.ResourceOptions(parent=parent, depends_on=[*addons, *permissions])
    groups = {
        key: node_group(f"{name}-{key}", key, pool, cluster, control_plane, role, network.private_subnet_ids, nodes_need)
        for key, pool in cluster.pools().items()
    }
    addons_need = pulumi.ResourceOptions(parent=parent, depends_on=list(groups.values()))
    addons += addons_on_nodes(name, cluster, control_plane, parent, addons_need)

    return ClusterParts(
        name=control_plane.name,
        endpoint=control_plane.endpoint,
        kubeconfig=eks_kubeconfig(
            configuration,
            cluster.region,
            control_plane.name,
            control_plane.endpoint,
            control_plane.certificate_authority.apply(lambda authority: str(authority.data)),
        ),
        identity=control_plane.arn,
        ready=[*groups.values(), *addons],
        network=network,
        cluster_id=control_plane.id,
        node_security_group_id=control_plane.vpc_config.apply(lambda config: str(config.cluster_security_group_id)),
        autoscaling_groups={key: autoscaling_group_of(group) for key, group in groups.items()},
    )


def _network(name: str, cluster: EksOrDoksClusterModel, parent: pulumi.Resource) -> ClusterNetwork:
    if cluster.vpc_id is not None:
        return ClusterNetwork(
            vpc_id=pulumi.Output.from_input(cluster.vpc_id),
            public_subnet_ids=_listed(cluster.public_subnet_ids),
            private_subnet_ids=_listed(cluster.private_subnet_ids),
        )
    arguments: NetworkArgs = {
        "region": cluster.region,
        "nat": cluster.nat,
        "flow_logs": cluster.flow_logs,
        "log_retention_days": cluster.log_retention_days,
        "tags": cluster.tags,
        "protect": cluster.protect,
    }
    if cluster.vpc_cidr is not None:
        arguments["cidr"] = cluster.vpc_cidr
    arguments["zones"] = cluster.zones or chosen_zones(cluster.region, EKS, pulumi.InvokeOptions(parent=parent))
    network = Network(f"{name}-network", arguments, pulumi.ResourceOptions(parent=parent))
    return ClusterNetwork(
        vpc_id=network.vpc_id,
        public_subnet_ids=network.public_subnet_ids,
        private_subnet_ids=network.private_subnet_ids,
        database_subnet_ids=network.database_subnet_ids,
    )


def _listed(values: Sequence[pulumi.Input[str]]) -> pulumi.Output[list[str]]:
    return pulumi.Output.all(*values).apply(list)


def _control_plane(
    name: str, cluster: EksOrDoksClusterModel, subnet_ids: pulumi.Output[list[str]], parent: pulumi.Resource
) -> Cluster:
    child = pulumi.ResourceOptions(parent=parent)
    # The log group must be there before the cluster, which would make one that keeps logs for ever: so the name is chosen here.
    unique = RandomId(f"{name}-id", byte_length=4, opts=child)
    cluster_name = pulumi.Output.concat(f"{name}-", unique.hex)
    logs = LogGroup(
        f"{name}-logs",
        region=cluster.region,
        name=pulumi.Output.concat("/aws/eks/", cluster_name, "/cluster"),
        retention_in_days=cluster.log_retention_days,
        tags=cluster.tags,
        opts=child,
    )
    key = Key(
        f"{name}-secrets",
        region=cluster.region,
        description=f"Secrets in the Kubernetes cluster {name}",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        tags=cluster.tags,
        # Without the key nothing can be read that the cluster has encrypted.
        opts=pulumi.ResourceOptions(parent=parent, protect=cluster.protect),
    )
    use_key = {
        "Effect": "Allow",
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
        "Resource": key.arn,
    }
    role, permissions = service_role(
        f"{name}-control-plane",
        "eks.amazonaws.com",
        parent=parent,
        tags=cluster.tags,
        managed={"cluster": "AmazonEKSClusterPolicy"},
        statements={"secrets": [use_key]},
    )
    arguments: dict[str, Any] = {
        "region": cluster.region,
        "name": cluster_name,
        "version": cluster.version,
        "role_arn": role.arn,
        "vpc_config": _vpc_config(cluster, subnet_ids),
        # Changing the next two, or the key, would replace the cluster: they have no arguments.
        "access_config": {"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": True},
        "bootstrap_self_managed_addons": False,
        "encryption_config": {"provider": {"key_arn": key.arn}, "resources": ["secrets"]},
        "enabled_cluster_log_types": LOG_TYPES,
        "upgrade_policy": {"support_type": "STANDARD" if cluster.upgrades_itself else "EXTENDED"},
        "deletion_protection": cluster.protect,
        "tags": cluster.tags,
    }
    return Cluster(
        name,
        **overridden(arguments, cluster.overrides, "cluster"),
        opts=pulumi.ResourceOptions(parent=parent, protect=cluster.protect, depends_on=[logs, *permissions]),
    )


def _vpc_config(cluster: EksOrDoksClusterModel, subnet_ids: pulumi.Output[list[str]]) -> dict[str, Any]:
    ranges = cluster.endpoint_access_cidrs
    config: dict[str, Any] = {
        "subnet_ids": subnet_ids,
        "endpoint_private_access": True,
        "endpoint_public_access": ranges != [],
    }
    return config | {"public_access_cidrs": ranges} if ranges else config


def _admins(name: str, cluster: EksOrDoksClusterModel, control_plane: Cluster, parent: pulumi.Resource) -> None:
    for key, arn in cluster.admin_role_arns.items():
        entry = AccessEntry(
            f"{name}-admin-{key}",
            region=cluster.region,
            cluster_name=control_plane.name,
            principal_arn=arn,
            tags=cluster.tags,
            opts=pulumi.ResourceOptions(parent=parent),
        )
        AccessPolicyAssociation(
            f"{name}-admin-{key}",
            region=cluster.region,
            cluster_name=control_plane.name,
            principal_arn=entry.principal_arn,
            policy_arn=f"arn:{partition_of(cluster.region)}:{ADMIN_POLICY}",
            access_scope={"type": "cluster"},
            opts=pulumi.ResourceOptions(parent=parent),
        )
