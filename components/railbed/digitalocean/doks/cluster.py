"""The resources of a cluster on DigitalOcean."""

from typing import Any

import pulumi
from pulumi_digitalocean.kubernetes_cluster import KubernetesCluster
from pulumi_digitalocean.kubernetes_node_pool import KubernetesNodePool
from pulumi_digitalocean.vpc import Vpc

from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.cluster.node_pools import NodePool
from railbed.cluster.parts import ClusterNetwork, ClusterParts, kubeconfig_of
from railbed.validation.overrides import overridden

VPC_GOES_IN = "30m"
"""Clusters, databases and load balancers leave a VPC some minutes after they are deleted. Until then DigitalOcean refuses to
delete it, and by default the provider tries for two minutes only (resource_vpc.go; pulumi-digitalocean#753)."""

FIRST_POOL: dict[str, Any] = {
    "name": "first",
    "size": "s-1vcpu-2gb",
    "node_count": 1,
    "taints": [{"key": "railbed/first-pool", "value": "", "effect": "NoSchedule"}],
}
"""DigitalOcean makes no cluster without a pool, and its provider replaces the whole cluster when that pool's size changes
(terraform-provider-digitalocean#303, #424). So the first pool is one smallest node, never touched again; the pools of the
arguments are resources of their own. It takes no pods but those that run on every node: the application's would share its one
processor, and the cluster's DNS waits for the default pool (digitalocean/DOKS#31)."""


def create_doks_cluster(name: str, cluster: EksOrDoksClusterModel, parent: pulumi.Resource) -> ClusterParts:
    """Cluster and node pools, in a VPC of its own or a given one."""
    vpc_id = _vpc(name, cluster, parent) if cluster.vpc_id is None else pulumi.Output.from_input(cluster.vpc_id)
    resource = _cluster(name, cluster, vpc_id, parent)
    pools = [_pool(name, key, pool, cluster, resource, parent) for key, pool in cluster.pools().items()]
    _warn_of_other_version(name, cluster, resource)
    return ClusterParts(
        name=resource.name,
        endpoint=resource.endpoint,
        kubeconfig=_kubeconfig(cluster, resource),
        provider_kubeconfig=_provider_kubeconfig(cluster, resource),
        identity=resource.id,
        ready=[*pools],
        cluster_id=resource.id,
        network=ClusterNetwork(vpc_id=vpc_id),
    )


def _vpc(name: str, cluster: EksOrDoksClusterModel, parent: pulumi.Resource) -> pulumi.Output[str]:
    arguments: dict[str, Any] = {"region": cluster.region}
    if cluster.vpc_cidr is not None:
        arguments["ip_range"] = cluster.vpc_cidr
    vpc = Vpc(
        name,
        **overridden(arguments, cluster.overrides, "vpc"),
        opts=pulumi.ResourceOptions(
            parent=parent, protect=cluster.protect, custom_timeouts=pulumi.CustomTimeouts(delete=VPC_GOES_IN)
        ),
    )
    return vpc.id


def _cluster(
    name: str, cluster: EksOrDoksClusterModel, vpc_id: pulumi.Output[str], parent: pulumi.Resource
) -> KubernetesCluster:
    arguments: dict[str, Any] = {
        "region": cluster.region,
        "version": cluster.version,
        "vpc_uuid": vpc_id,
        "node_pool": FIRST_POOL,
        "auto_upgrade": cluster.upgrades_itself,
        "surge_upgrade": True,
        "ha": cluster.high_availability,
        "maintenance_policy": {"day": cluster.maintenance_day.value, "start_time": f"{cluster.maintenance_hour:02}:00"},
        "registry_integration": cluster.registry_integration,
        "tags": cluster.flat_tags(),
    }
    if cluster.endpoint_access_cidrs is not None:
        arguments["control_plane_firewall"] = {"enabled": True, "allowed_addresses": cluster.endpoint_access_cidrs}
    return KubernetesCluster(
        name,
        **overridden(arguments, cluster.overrides, "cluster"),
        opts=pulumi.ResourceOptions(
            parent=parent,
            protect=cluster.protect,
            # The provider compares a minor version with the patch that runs, finds it lower, and replaces the cluster.
            ignore_changes=["nodePool"] if cluster.exact_version else ["nodePool", "version"],
        ),
    )


def _pool(
    name: str,
    key: str,
    pool: NodePool,
    cluster: EksOrDoksClusterModel,
    resource: KubernetesCluster,
    parent: pulumi.Resource,
) -> KubernetesNodePool:
    fixed = pool.min_nodes == pool.max_nodes
    arguments: dict[str, Any] = {
        "cluster_id": resource.id,
        "size": pool.node_size,
        "auto_scale": not fixed,
        "tags": cluster.flat_tags(),
        "labels": pool.labels,
        "taints": [{"key": taint.key, "value": taint.value, "effect": taint.effect.value} for taint in pool.taints],
    }
    # The number of nodes that run is the autoscaler's where there is one.
    arguments |= {"node_count": pool.min_nodes} if fixed else {"min_nodes": pool.min_nodes, "max_nodes": pool.max_nodes}
    # Without a name of its own each pool gets a new one, so that a pool of another size is up before the old one goes;
    # DigitalOcean drains the nodes of a pool that it deletes.
    return KubernetesNodePool(
        f"{name}-{key}",
        **overridden(arguments, cluster.overrides, "node_pool"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _kubeconfig(cluster: EksOrDoksClusterModel, resource: KubernetesCluster) -> pulumi.Output[str]:
    """With an API token it is valid as long as the token; DigitalOcean's own credentials end after seven days, and only a
    refresh of the cluster renews them."""
    if cluster.api_token is not None:
        return _with_token(resource, cluster.api_token)
    return pulumi.Output.secret(resource.kube_configs.apply(lambda configs: str(configs[0].raw_config)))


def _provider_kubeconfig(cluster: EksOrDoksClusterModel, resource: KubernetesCluster) -> pulumi.Output[str] | None:
    """With the API token that Pulumi has anyway, so that it can deploy after a pause of seven days too. It may change
    everything in the account: nobody else gets it."""
    token = pulumi.Config("digitalocean").get_secret("token")
    return _with_token(resource, token) if cluster.api_token is None and token is not None else None


def _with_token(resource: KubernetesCluster, token: pulumi.Input[str]) -> pulumi.Output[str]:
    authority = resource.kube_configs.apply(lambda configs: str(configs[0].cluster_ca_certificate))
    return kubeconfig_of(resource.name, resource.endpoint, authority, {"token": token})


def _warn_of_other_version(name: str, cluster: EksOrDoksClusterModel, resource: KubernetesCluster) -> None:
    """Tell that another minor version changes nothing by itself: silence would look like an upgrade."""

    def warn(running: str) -> None:
        if not cluster.exact_version and running.count(".") > 1 and not running.startswith(f"{cluster.version}."):
            pulumi.log.warn(
                f"EksOrDoksCluster '{name}' runs Kubernetes {running}, and version says {cluster.version}. To upgrade, specify "
                f"an exact version such as {cluster.version}.1-do.0 (doctl kubernetes cluster get-upgrades lists them); to "
                "stay, specify the minor version that runs.",
                resource,
            )

    resource.version.apply(warn)
