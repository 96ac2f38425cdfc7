"""Target eks: everything on AWS, with Kubernetes."""

from functools import cached_property
from typing import Any

import pulumi

from railbed import EksOrDoksCluster
from railbed.aws.configuration import subject
from railbed.aws.eks.kubeconfig import check_kubeconfig
from railbed.aws.network.arguments import check_zones
from railbed.aws.zones import EKS
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.cluster.options import EksOptions
from railbed.enums import Exposure, Platform, TargetType
from railbed.kubernetes.app_arguments import KubernetesAppDescription
from railbed.kubernetes.exposure import Exposed
from railbed.validation.checks import InvalidArguments, check_part
from railbed.validation.rules import ProblemsError, rule
from railbed_stacks.aws import AwsSettings, Place, aws_provider, each_of, image_of, load_balancer_of, secrets_of
from railbed_stacks.cluster_state import own_namespace
from railbed_stacks.kubernetes_app import deploy_app, describe_app, pull_secrets, restricted_namespace
from railbed_stacks.machines import check_room
from railbed_stacks.processors import check_nodes
from railbed_stacks.zones import zones_of_stack

NODE_PORT = 30080

ALIVE = "200-499"
"""Every node answers for all pods, which Kubernetes checks itself: any answer of Rails, its host authorization's too, shows
that the way through the node is open."""


class EksSettings(AwsSettings):
    """Everything that a stack of target eks is told."""

    cluster: EksOptions = EksOptions()
    """What EksOrDoksCluster takes on eks. Default: the component's."""

    @property
    def makes_network(self) -> bool:
        """Whether the stack makes the network, or has subnets that exist."""
        return self.cluster.vpc_id is None

    @cached_property
    def described(self) -> KubernetesAppDescription:
        """The application and each of its parts. Raises `ProblemsError`."""
        return describe_app(self, Exposed(exposure=Exposure.NODE_PORT, node_port=NODE_PORT))

    @rule
    def _zones_are_of_the_region(self) -> None:
        check_part("cluster", check_zones, self.region, self.cluster.zones)

    @rule
    def _load_balancer_has_subnets(self) -> None:
        if self.cluster.vpc_id is not None and len(self.cluster.public_subnet_ids) < 2:
            raise ValueError(
                "cluster.vpc_id needs cluster.public_subnet_ids: name the subnets for the load balancer, in two zones at least"
            )

    @rule
    def _nodes_can_run_the_image(self) -> None:
        check_nodes(self.app, self.cluster)

    @rule
    def _nodes_have_room(self) -> None:
        check_room(self.app, self.cluster)

    @rule
    def _nodes_decide_what_is_healthy(self) -> None:
        if "health_codes" in self.load_balancer.model_fields_set:
            raise ValueError("load_balancer.health_codes: is set by the stack: remove it")


SETTINGS = EksSettings


def deploy(settings: EksSettings) -> None:
    """Network and cluster, database, Redis, load balancer, application and DNS records."""
    on_aws = pulumi.ResourceOptions(provider=_provider(settings))
    zones = _zones(settings, on_aws)
    placed = {"platform": Platform.EKS, "region": settings.region, **({"zones": zones} if zones else {})}
    of_cluster = settings.cluster.placed(EksOrDoksClusterModel, **placed)
    cluster = EksOrDoksCluster.from_model(settings.name, of_cluster, on_aws)
    place = _place(settings, cluster, len(zones))
    secrets = secrets_of(settings, place, on_aws)
    balancer = load_balancer_of(settings, place, on_aws, **_nodes(settings, cluster))

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
    pulumi.export("cluster_name", cluster.cluster_name)
    pulumi.export("kubeconfig", cluster.kubeconfig)


def _provider(settings: EksSettings) -> pulumi.ProviderResource:
    try:
        check_kubeconfig()
    except ProblemsError as error:
        raise InvalidArguments(subject(), error.problems) from None
    return aws_provider(settings)


def _zones(settings: EksSettings, opts: pulumi.ResourceOptions) -> list[str]:
    """The zones of the network that the stack makes; none where the network exists."""
    return zones_of_stack(settings.region, settings.cluster.zones, EKS, opts.provider) if settings.makes_network else []


def _place(settings: EksSettings, cluster: EksOrDoksCluster, zones: int) -> Place:
    given = settings.cluster
    if given.vpc_id is not None:
        public, databases = len(given.public_subnet_ids), cluster.private_subnet_ids
        count = len(given.private_subnet_ids)
    else:
        public = count = zones
        databases = cluster.database_subnet_ids
    return Place(
        vpc_id=cluster.vpc_id,
        public_subnet_ids=each_of(cluster.public_subnet_ids, public),
        database_subnet_ids=each_of(databases, count),
        clients={"nodes": cluster.node_security_group_id},
    )


def _nodes(settings: EksSettings, cluster: EksOrDoksCluster) -> dict[str, Any]:
    """A port of every node as the target of the load balancer."""
    return {
        "target_type": TargetType.INSTANCE,
        "port": NODE_PORT,
        "health_path": settings.app.web.health_path,
        "health_codes": ALIVE,
        "autoscaling_group_names": cluster.autoscaling_groups,
        "target_security_group_ids": {"nodes": cluster.node_security_group_id},
    }
