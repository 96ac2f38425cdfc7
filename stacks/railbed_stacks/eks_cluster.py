"""The EKS cluster of a stack: its own, or one that exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_aws import eks
from pydantic import Field

from railbed import EksOrDoksCluster
from railbed.aws.configuration import AwsConfiguration
from railbed.aws.eks.kubeconfig import eks_kubeconfig
from railbed.cluster.eks_options import EksOptions
from railbed.cluster.provider import provider_of
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.existing import ExistingAwsNetwork, check_alone
from railbed_stacks.lookups import Lookups

NODE_PORT = 30080
"""Port of every node of a cluster that the stack creates."""


class ExistingEksCluster(Arguments):
    """A cluster of EKS that exists."""

    # https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    name: Annotated[str, matching("[0-9A-Za-z][A-Za-z0-9_-]{0,99}", "specify the name of an EKS cluster, such as tools")]
    """Name of the cluster."""
    node_port: int = Field(ge=30000, le=32767)
    """Port of every node that the load balancer sends requests to; no other Service of the cluster has it. A stack that makes
    its cluster has 30080."""


class EksClusterSection(EksOptions):
    """Settings of the EKS cluster of a stack."""

    existing: ExistingEksCluster | None = None
    """A cluster that exists, which several applications and environments may share: its nodes, add-ons and autoscaler are not
    the stack's. Default: none, the stack creates one."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing)


@dataclass(frozen=True)
class NodeCluster:
    """A cluster of EKS as a stack uses it, whoever made it."""

    name: pulumi.Input[str]
    kubeconfig: pulumi.Output[str]
    """Secret."""
    provider: kubernetes.Provider
    node_security_group_id: pulumi.Input[str]
    """Security group of nodes and pods."""
    autoscaling_groups: Mapping[str, pulumi.Input[str]]
    """Names of the nodes' Auto Scaling groups by pool."""

    @classmethod
    def of(cls, made: EksOrDoksCluster) -> "NodeCluster":
        """The one that a component made."""
        return cls(made.cluster_name, made.kubeconfig, made.provider, made.node_security_group_id, made.autoscaling_groups)


@dataclass(frozen=True)
class FoundEksCluster:
    """A cluster that exists, as EKS describes it."""

    described: eks.AwaitableGetClusterResult
    autoscaling_groups: Mapping[str, str]

    def ready(self, name: str, region: str) -> NodeCluster:
        """The cluster with a provider for what is to run in it."""
        found = self.described
        authority = found.certificate_authorities[0].data
        kubeconfig = eks_kubeconfig(AwsConfiguration.of_stack(), region, found.name, found.endpoint, authority)
        provider = provider_of(name, kubeconfig, found.arn)
        group = found.vpc_config.cluster_security_group_id
        return NodeCluster(found.name, kubeconfig, provider, group, self.autoscaling_groups)


def find_cluster(existing: ExistingEksCluster, network: ExistingAwsNetwork, lookups: Lookups) -> FoundEksCluster | None:
    """The cluster as EKS has it; None where it cannot be used, which `lookups` tells."""
    setting, name = "cluster.existing.name", existing.name
    found = lookups.find(setting, name, lambda opts: eks.get_cluster(name=name, opts=opts))
    if found is None:
        return None
    if found.status not in ("ACTIVE", "UPDATING"):
        lookups.add(f"{setting}: {name} is {found.status}: name a cluster that is ACTIVE")
    if found.vpc_config.vpc_id != network.vpc_id:
        lookups.add(
            f"network.existing.vpc_id: {network.vpc_id} is not that of cluster {name}, {found.vpc_config.vpc_id}: name that "
            "one, with its subnets"
        )
    groups = lookups.find(setting, name, lambda opts: _autoscaling_groups(name, opts))
    if groups == {}:
        lookups.add(
            f"{setting}: {name} has no managed node groups, which the load balancer sends requests to: name another cluster, "
            "or use target cluster with its kubeconfig"
        )
    return FoundEksCluster(found, groups or {})


def _autoscaling_groups(name: str, opts: pulumi.InvokeOptions) -> dict[str, str]:
    """Names of Auto Scaling groups by the node group that they are of."""
    pools = eks.get_node_groups(cluster_name=name, opts=opts).names
    found = {pool: eks.get_node_group(cluster_name=name, node_group_name=pool, opts=opts) for pool in sorted(pools)}
    return {pool: group.resources[0].autoscaling_groups[0].name for pool, group in found.items()}
