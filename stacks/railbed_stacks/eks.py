"""Target eks: everything on AWS, with Kubernetes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pulumi

from railbed import EksOrDoksCluster
from railbed.aws.network.arguments import check_zones, zones_of
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.enums import Exposure, Platform, TargetType
from railbed.kubernetes.app_arguments import KubernetesAppDescription
from railbed.kubernetes.exposure import Exposed
from railbed.validation.checks import check_part
from railbed.validation.rules import rule
from railbed_stacks.aws import (
    AwsSettings,
    aws_provider,
    image_of,
    load_balancer_of,
    look_up_load_balancer,
    look_up_stores,
    secrets_of,
)
from railbed_stacks.aws_balancer import FoundLoadBalancer
from railbed_stacks.aws_network import AwsNetwork, check_network, each_of, existing_network, place_in
from railbed_stacks.aws_stores import FoundStore
from railbed_stacks.cluster_state import own_namespace
from railbed_stacks.eks_cluster import NODE_PORT, EksClusterSection, FoundEksCluster, NodeCluster, find_cluster
from railbed_stacks.existing import check_cluster_network
from railbed_stacks.kubernetes_app import deploy_app, describe_app, pull_secrets, restricted_namespace
from railbed_stacks.lookups import Lookups
from railbed_stacks.machines import check_room
from railbed_stacks.processors import check_nodes

ALIVE = "200-499"
"""Every node answers for all pods, which Kubernetes checks itself: any answer of Rails, its host authorization's too, shows
that the way through the node is open."""


class EksSettings(AwsSettings):
    """Everything that a stack of target eks is told."""

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
            raise ValueError("load_balancer.health_codes: is set by the stack: remove it")


SETTINGS = EksSettings


def deploy(settings: EksSettings) -> None:
    """Network and cluster, database, Redis, load balancer, application and DNS records."""
    on_aws = pulumi.ResourceOptions(provider=aws_provider(settings))
    found = _look_up(settings, Lookups(on_aws.provider))
    if found.cluster is not None:
        cluster, network = found.cluster.ready(settings.name, settings.region), _network(settings, None)
    else:
        made = _cluster(settings, on_aws)
        cluster, network = NodeCluster.of(made), _network(settings, made)
    place = place_in(network, {"nodes": cluster.node_security_group_id})
    secrets = secrets_of(settings, place, found.stores, on_aws)
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
    )
    pulumi.export("url", balancer.url)
    pulumi.export("address", balancer.dns_name)
    pulumi.export("cluster_name", cluster.name)
    pulumi.export("network", network.as_settings())
    pulumi.export("kubeconfig", cluster.kubeconfig)


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


def _cluster(settings: EksSettings, opts: pulumi.ResourceOptions) -> EksOrDoksCluster:
    existing, place = settings.network.existing, dict[str, Any]()
    if existing is not None:
        place = {"vpc_id": existing.vpc_id, "private_subnet_ids": existing.private_subnet_ids}
        place["public_subnet_ids"] = existing.public_subnet_ids or []
    of_cluster = settings.cluster.placed(EksOrDoksClusterModel, platform=Platform.EKS, region=settings.region, **place)
    return EksOrDoksCluster.from_model(settings.name, of_cluster, opts)


def _network(settings: EksSettings, made: EksOrDoksCluster | None) -> AwsNetwork:
    """The network that exists, or that of the cluster which the stack has made."""
    if settings.network.existing is not None or made is None:
        assert settings.network.existing is not None
        return existing_network(settings.network.existing)
    zones = len(settings.cluster.zones or zones_of(settings.region))
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
        "health_codes": ALIVE,
        "autoscaling_group_names": cluster.autoscaling_groups,
        "target_security_group_ids": {"nodes": cluster.node_security_group_id},
    }
