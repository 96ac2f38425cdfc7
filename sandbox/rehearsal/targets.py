"""What is particular to each target: what protects its parts, which images it wants, and what stands in for what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from railbed.aws.eks.autoscaler_image import autoscaler_image
from railbed.cluster.arguments import EksOrDoksClusterModel

Row = tuple[str, str, str]
"""A part; real, stand-in or absent; and what it is here."""


@dataclass(frozen=True)
class IdleImage:
    """An image that cannot be had here, and the health check that its stand-in answers."""

    reference: str
    program: str
    port: int
    path: str


@dataclass(frozen=True)
class Target:
    """A target that can be rehearsed."""

    unprotected: Mapping[str, Mapping[str, Any]]
    """Settings by section that let a stack be destroyed, as its guide in docs/ tells."""
    parts: tuple[Row, ...]
    on_kubernetes: bool = True
    with_autoscaler: bool = False
    on_aws: bool = False
    """Whether there is an AWS of the sandbox's own, in which the zone of the hosts is made as its guide tells."""
    stops_release: str = ""
    """What `pulumi up` says where a release that does not start is ended and the one before goes on; none: not tried."""
    on_machine: bool = False
    """Whether it needs the sandbox's machine with Docker instead of its cluster."""

    def idle_images(self, settings: Mapping[str, Any]) -> list[IdleImage]:
        """Images of others that the target's pods have."""
        if not self.with_autoscaler:
            return []
        version = settings.get("cluster", {}).get("version", EksOrDoksClusterModel.model_fields["version"].default)
        return [IdleImage(autoscaler_image(version), "cluster-autoscaler", 8085, "/health-check")]


_PROTECT: Mapping[str, Any] = {"protect": False}
_ENGINE: tuple[Row, ...] = (
    ("Pulumi engine, your program, railbed", "real", ""),
    ("Rails, Sidekiq, migrations, requests", "real", "the demo application instead of yours"),
)
_IMAGES: Row = (
    "pulling images",
    "real",
    "from the sandbox's registry with the stack's credentials, where it answers to the name in your settings (DigitalOcean's, "
    "ECR of account 123456789012); any other is loaded into the node",
)
_CLUSTER: tuple[Row, ...] = (
    ("Kubernetes API, scheduler, kubelet, DNS", "real", "the sandbox's cluster of one node for all pools"),
    ("CPU and memory of pods", "stand-in", "small requests, as all pods share this machine"),
    _IMAGES,
)
_TLS: Row = (
    "TLS of the load balancer, certificate, DNS",
    "stand-in",
    "requests say X-Forwarded-Proto: https and Host themselves",
)

TARGETS = {
    "doks": Target(
        unprotected={"cluster": _PROTECT, "database": _PROTECT, "redis": _PROTECT},
        parts=(
            *_ENGINE,
            *_CLUSTER,
            ("Load balancer", "real", "a Service of type LoadBalancer with an address of its own"),
            _TLS,
            ("Managed PostgreSQL", "real", "PostgreSQL in a pod, TLS only, whatever version, size and standbys you ask for"),
            ("Managed Valkey", "real", "Redis in a pod, TLS only"),
            ("DigitalOcean's API, VPC, firewalls, node pools", "stand-in", "checked and written down, never made"),
        ),
    ),
    "eks": Target(
        unprotected={
            "cluster": _PROTECT,
            "database": _PROTECT,
            "redis": _PROTECT,
            "load_balancer": {"deletion_protection": False},
        },
        parts=(
            *_ENGINE,
            *_CLUSTER,
            ("Login to EKS", "stand-in", "the kubeconfig runs the sandbox's `aws`, which has a certificate instead of a token"),
            ("Application load balancer", "stand-in", "a forwarder to the node port: no rules by host, no health checks"),
            _TLS,
            ("RDS", "real", "PostgreSQL in a pod, TLS only, whatever version, class and zones you ask for"),
            ("ElastiCache", "real", "Redis in a pod, TLS only"),
            ("Cluster autoscaler, EKS add-ons, gp3 volumes", "stand-in", "the autoscaler's pod is idle, the rest written down"),
            ("AWS' API, network, roles, keys, alarms", "stand-in", "moto, and written down what moto lacks"),
        ),
        with_autoscaler=True,
        on_aws=True,
    ),
    "ecs": Target(
        unprotected={
            "network": _PROTECT,
            "database": _PROTECT,
            "redis": _PROTECT,
            "load_balancer": {"deletion_protection": False},
        },
        parts=(
            *_ENGINE,
            (
                "AWS' API: network, roles, secrets, logs, ECS...",
                "stand-in",
                "moto, which refuses what is not there or not right",
            ),
            ("Tasks of ECS, with their secrets, logs and exit codes", "real", "pods of the sandbox's cluster"),
            (
                "Services of ECS",
                "stand-in",
                "Deployments, told in ECS' words: rollout, failure, going back as AWS documents them",
            ),
            ("Placement, draining, sizes, Spot, Exec, schedules, autoscaling", "stand-in", "written down: only AWS shows them"),
            ("Application load balancer", "stand-in", "an address that leads to the tasks: health checks, no rules by host"),
            _TLS,
            ("RDS", "real", "PostgreSQL in a pod, TLS only, whatever version, class and zones you ask for"),
            ("ElastiCache", "real", "Redis in a pod, TLS only"),
            _IMAGES,
        ),
        on_kubernetes=False,
        on_aws=True,
        stops_release="ECS went back to the release before",
    ),
    "docker": Target(
        unprotected={},
        parts=(
            *_ENGINE,
            ("Docker engine, networks, volumes, health checks", "real", "in namespaces of its own on this machine"),
            ("Published port", "real", "by a program of the sandbox's, as with Docker Desktop; HTTP, without docker.tls"),
            ("Docker provider", "stand-in", "unless its plugin is installed: it has the engine do what the plugin would"),
            ("Caddy, PostgreSQL, Redis", "real", "Debian's, instead of the images in your settings"),
            ("pulling images", "stand-in", "they are loaded into the engine"),
            ("ssh to another machine", "absent", "docker.host is left out: your machine is not touched"),
        ),
        on_kubernetes=False,
        on_machine=True,
        stops_release="The release before goes on",
    ),
}
