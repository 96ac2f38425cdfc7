"""Target eks: everything on AWS, with Kubernetes."""

from collections.abc import Iterator
from typing import Any

import pulumi

from railbed import EksOrDoksCluster
from railbed.aws.network_arguments import zones_of
from railbed.cluster_arguments import EksOrDoksClusterModel
from stacks.aws import AwsSettings, Place, aws_provider, each_of, image_of, load_balancer_of, secrets_of
from stacks.cluster_state import own_namespace
from stacks.kubernetes_app import deploy_app, described_app, pull_secrets, restricted_namespace
from stacks.settings import Part

NODE_PORT = 30080
EXPOSURE = {"exposure": "node_port", "node_port": NODE_PORT}

ALIVE = "200-499"
"""Every node answers for all pods, which Kubernetes checks itself: any answer of Rails, its host authorization's too, shows
that the way through the node is open."""


class EksSettings(AwsSettings):
    """Everything that a stack of target eks is told."""

    def parts(self) -> Iterator[Part]:
        """The sections that components check."""
        yield self.part("cluster", EksOrDoksClusterModel, {"platform": "eks", "region": self.region})
        yield from super().parts()

    def targets(self) -> dict[str, Any]:
        """A port of every node."""
        web = self.app.web
        return {"target_type": "instance", "port": NODE_PORT, "health_path": web.health_path, "health_codes": ALIVE}


SETTINGS = EksSettings


def deploy(settings: EksSettings) -> None:
    """Network and cluster, database, Redis, load balancer, application and DNS records."""
    described = described_app(settings, settings.names_of_secrets, web=EXPOSURE)

    on_aws = pulumi.ResourceOptions(provider=aws_provider(settings))
    of_cluster: Any = {**settings.cluster, "platform": "eks", "region": settings.region}
    cluster = EksOrDoksCluster(settings.name, of_cluster, on_aws)
    place = _place(settings, cluster)
    secrets = secrets_of(settings, place, on_aws)
    balancer = load_balancer_of(settings, place, {**settings.targets(), **_nodes(cluster)}, on_aws)

    on_cluster = pulumi.ResourceOptions(provider=cluster.provider)
    namespace = restricted_namespace(own_namespace(settings.app, cluster.kubeconfig), False, on_cluster)
    arguments = {
        **described,
        **image_of(settings, on_aws),
        "secrets": secrets,
        "pull_secrets": pull_secrets(settings, settings.registry, namespace, on_cluster),
        "kubeconfig": cluster.kubeconfig,
    }
    deploy_app(settings, arguments, namespace, on_cluster)
    pulumi.export("url", balancer.url)
    pulumi.export("address", balancer.dns_name)
    pulumi.export("cluster_name", cluster.cluster_name)
    pulumi.export("kubeconfig", cluster.kubeconfig)


def _place(settings: EksSettings, cluster: EksOrDoksCluster) -> Place:
    given = settings.cluster
    if "vpc_id" in given:
        public, databases = len(given.get("public_subnet_ids", [])), cluster.private_subnet_ids
        count = len(given["private_subnet_ids"])
    else:
        public = count = len(given.get("zones") or zones_of(settings.region))
        databases = cluster.database_subnet_ids
    return Place(
        vpc_id=cluster.vpc_id,
        public_subnet_ids=each_of(cluster.public_subnet_ids, public),
        database_subnet_ids=each_of(databases, count),
        clients={"nodes": cluster.node_security_group_id},
    )


def _nodes(cluster: EksOrDoksCluster) -> dict[str, Any]:
    """The nodes as targets of the load balancer."""
    return {
        "autoscaling_group_names": cluster.autoscaling_groups,
        "target_security_group_ids": {"nodes": cluster.node_security_group_id},
    }
