"""Target eks: everything on AWS, with Kubernetes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pulumi

from railbed import EksOrDoksCluster
from railbed.aws.configuration import subject
from railbed.aws.eks.kubeconfig import check_kubeconfig
from railbed.aws.network.arguments import check_zones
from railbed.aws.rds.authorities import authorities_of
from railbed.aws.zones import EKS
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.enums import Exposure, Platform, TargetType
from railbed.kubernetes.app_arguments import KubernetesAppDescription
from railbed.kubernetes.exposure import Exposed
from railbed.validation.checks import InvalidArguments, check_part
from railbed.validation.rules import ProblemsError, rule
from railbed_stacks.aws import (
    AwsSettings,
    aws_provider,
    image_of,
    look_up_stores,
    secrets_of,
)
from railbed_stacks.aws_balancer import FoundLoadBalancer
from railbed_stacks.aws_exposure import load_balancer_of, look_up_load_balancer
from railbed_stacks.aws_network import AwsNetwork, check_network, each_of, existing_network, place_in
from railbed_stacks.aws_stores import FoundStore
from railbed_stacks.cluster_state import own_namespace
from railbed_stacks.eks_cluster import NODE_PORT, EksClusterSection, FoundEksCluster, NodeCluster, find_cluster
from railbed_stacks.existing import check_cluster_network
from railbed_stacks.kubernetes_app import deploy_app, describe_app, pull_secrets, restricted_namespace
from railbed_stacks.lookups import Lookups
from railbed_stacks.machines import check_room
from railbed_stacks.processors import check_nodes
from railbed_stacks.zones import zones_of_stack


class EksSettings(AwsSettings):
    """Settings of a stack of target eks."""

    cluster: EksClusterSection = EksClusterSection()
    """What EksOrDoksCluster takes on eks, or `existing`. Default: the component's."""

    @property
    def node_port(self) -> int:
        """Port of every node that the load balancer sends requests to."""
        return self.cluster.existing.node_port if self.cluster.existing else NODE_PORT

    @cached_property
    def described(self) -> KubernetesAppDescription:
        """The application and each of its parts. Raises `ProblemsError`."""
        return describe_app(self, Exposed(exposure=Exposure.NODE_PORT, node_port=self.node_port))

    @rule
    def _zones_are_of_the_region(self) -> None:
        check_part("cluster", check_zones, self.region, self.cluster.zones)

    @rule
    def _network_has_its_section(self) -> None:
        check_cluster_network(self.cluster, self.network.existing, own=("vpc_cidr", "zones", "nat", "flow_logs"))

    @rule
    def _cluster_has_a_network(self) -> None:
        if self.cluster.existing is not None and self.network.existing is None:
            raise ValueError(
                "cluster.existing needs network.existing: name the VPC of the cluster, its private subnets, and the public "
                "ones for the load balancer"
            )

    @rule
    def _authorities_are_known(self) -> None:
        if self.own_database and self.database.mounts_authorities:
            check_part("database", authorities_of, self.region)

    @rule
    def _nodes_can_run_the_image(self) -> None:
        if self.cluster.existing is None:
            check_nodes(self.app, self.cluster)

    @rule
    def _nodes_have_room(self) -> None:
        if self.cluster.existing is None:
            check_room(self.app, self.cluster)

    @rule
    def _nodes_decide_what_is_healthy(self) -> None:
        if "health_codes" in self.load_balancer.model_fields_set:
            # Every node answers for all pods, which Kubernetes checks itself.
            raise ValueError("load_balancer.health_codes: is set by the stack: remove it")


SETTINGS = EksSettings


def deploy(settings: EksSettings) -> None:
    """Network and cluster, database, Redis, load balancer, application and DNS records."""
    on_aws = pulumi.ResourceOptions(provider=_provider(settings))
    found = _look_up(settings, Lookups(on_aws.provider))
    if found.cluster is not None:
        cluster, network = found.cluster.ready(settings.name, settings.region), _network(settings)
    else:
        zones = _zones(settings, on_aws)
        made = _cluster(settings, zones, on_aws)
        cluster, network = NodeCluster.of(made), _network_of(made, len(zones)) if zones else _network(settings)
    place = place_in(network, {"nodes": cluster.node_security_group_id})
    secrets, authorities = secrets_of(settings, place, found.stores, on_aws)
    balancer = load_balancer_of(settings, place, found.balancer, on_aws, **_nodes(settings, cluster))

    on_cluster = pulumi.ResourceOptions(provider=cluster.provider)
    namespace = restricted_namespace(own_namespace(settings.app, cluster.kubeconfig), False, on_cluster)
    deploy_app(
        settings.described,
        on_cluster,
        image=image_of(settings, on_aws),
        secrets=secrets,
        pull_secrets=pull_secrets(settings, settings.registry, namespace, on_cluster),
        kubeconfig=cluster.kubeconfig,
        namespace=namespace,
        network_policy=settings.cluster.network_policy,
        database_authorities=authorities,
    )
    pulumi.export("url", balancer.url)
    pulumi.export("address", balancer.dns_name)
    pulumi.export("cluster_name", cluster.name)
    pulumi.export("network", network.as_settings())
    pulumi.export("kubeconfig", cluster.kubeconfig)


def _provider(settings: EksSettings) -> pulumi.ProviderResource:
    try:
        check_kubeconfig()
    except ProblemsError as error:
        raise InvalidArguments(subject(), error.problems) from None
    return aws_provider(settings)


def _zones(settings: EksSettings, opts: pulumi.ResourceOptions) -> list[str]:
    """The zones of the network that the stack creates; none where the network exists."""
    if settings.network.existing is not None:
        return []
    return zones_of_stack(settings.region, settings.cluster.zones, EKS, opts.provider)


@dataclass(frozen=True)
class Found:
    """What exists, as AWS describes it."""

    cluster: FoundEksCluster | None
    stores: dict[str, FoundStore]
    balancer: FoundLoadBalancer | None


def _look_up(settings: EksSettings, lookups: Lookups) -> Found:
    """What exists. Raises `InvalidArguments` with every problem of what exists."""
    cluster, network = settings.cluster.existing, settings.network.existing
    if network is not None:
        check_network(network, lookups, internal=settings.load_balancer_is_inside)
    found = find_cluster(cluster, network, lookups) if cluster is not None and network is not None else None
    stores, balancer = look_up_stores(settings, lookups), look_up_load_balancer(settings, lookups)
    lookups.refuse()
    return Found(found, stores, balancer)


def _cluster(settings: EksSettings, zones: list[str], opts: pulumi.ResourceOptions) -> EksOrDoksCluster:
    existing, place = settings.network.existing, dict[str, Any]()
    if existing is not None:
        place = {"vpc_id": existing.vpc_id, "private_subnet_ids": existing.private_subnet_ids}
        place["public_subnet_ids"] = existing.public_subnet_ids or []
    else:
        place = {"zones": zones}
    of_cluster = settings.cluster.placed(
        EksOrDoksClusterModel,
        platform=Platform.EKS,
        region=settings.region,
        grace_seconds=settings.described.parts.grace_seconds,
        **place,
    )
    return EksOrDoksCluster.from_model(settings.name, of_cluster, opts)


def _network(settings: EksSettings) -> AwsNetwork:
    """The network that exists."""
    assert settings.network.existing is not None
    return existing_network(settings.network.existing)


def _network_of(made: EksOrDoksCluster, zones: int) -> AwsNetwork:
    """The network that the stack has made with its cluster."""
    return AwsNetwork(
        vpc_id=made.vpc_id,
        public_subnet_ids=each_of(made.public_subnet_ids, zones),
        private_subnet_ids=each_of(made.private_subnet_ids, zones),
        database_subnet_ids=each_of(made.database_subnet_ids, zones),
    )


def _nodes(settings: EksSettings, cluster: NodeCluster) -> dict[str, Any]:
    """A port of every node as the target of the load balancer."""
    return {
        "target_type": TargetType.INSTANCE,
        "port": settings.node_port,
        "health_path": settings.app.web.health_path,
        "autoscaling_group_names": cluster.autoscaling_groups,
        "target_security_group_ids": {"nodes": cluster.node_security_group_id},
    }
