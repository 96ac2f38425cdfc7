"""What the resources of DigitalOcean are paid for by the month, with the load balancer that a Service makes there."""

from collections.abc import Iterator

from railbed_stacks.costs.items import Counting, Item, Stack, number
from railbed_stacks.previewed import Resource

SERVICE = "kubernetes:core/v1:Service"

ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-"
"""How annotations begin that DigitalOcean's controller reads.

https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/services/annotations.md
"""


def _cluster(resource: Resource, _: Stack) -> Iterator[Item]:
    if resource.inputs.get("ha"):
        yield Item("high_availability")
    pool = resource.inputs.get("nodePool") or {}
    yield Item(f"droplet/{pool.get('size')}", number(pool.get("nodeCount")))


def _nodes(resource: Resource, _: Stack) -> Iterator[Item]:
    least = "minNodes" if resource.inputs.get("autoScale") else "nodeCount"
    yield Item(f"droplet/{resource.inputs.get('size')}", number(resource.inputs.get(least)))


def _database(resource: Resource, _: Stack) -> Iterator[Item]:
    yield Item(f"{resource.inputs.get('engine')}/{resource.inputs.get('size')}", number(resource.inputs.get("nodeCount")))


def _registry(resource: Resource, _: Stack) -> Iterator[Item]:
    yield Item(f"registry/{resource.inputs.get('subscriptionTierSlug')}")


def _service(resource: Resource, _: Stack) -> Iterator[Item]:
    annotations = (resource.inputs.get("metadata") or {}).get("annotations") or {}
    balanced = (resource.inputs.get("spec") or {}).get("type") == "LoadBalancer"
    if balanced and any(name.startswith(ANNOTATION) for name in annotations):
        yield Item("load_balancer", number(annotations.get(f"{ANNOTATION}size-unit")))


COUNTED: dict[str, Counting] = {
    "digitalocean:index/containerRegistry:ContainerRegistry": _registry,
    "digitalocean:index/databaseCluster:DatabaseCluster": _database,
    "digitalocean:index/kubernetesCluster:KubernetesCluster": _cluster,
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": _nodes,
    SERVICE: _service,
}
"""How resources are counted, by type."""
