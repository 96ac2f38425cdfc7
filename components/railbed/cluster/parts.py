"""What the rest of a program uses of a cluster, whoever's it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi


def _no_text() -> pulumi.Output[str]:
    return pulumi.Output.from_input("")


def _no_texts() -> pulumi.Output[list[str]]:
    nothing: pulumi.Output[list[str]] = pulumi.Output.from_input([])
    return nothing


@dataclass(frozen=True)
class ClusterNetwork:
    """The network of a cluster; without subnets where the cloud knows none."""

    vpc_id: pulumi.Output[str]
    public_subnet_ids: pulumi.Output[list[str]] = field(default_factory=_no_texts)
    private_subnet_ids: pulumi.Output[list[str]] = field(default_factory=_no_texts)
    database_subnet_ids: pulumi.Output[list[str]] = field(default_factory=_no_texts)


@dataclass(frozen=True)
class ClusterParts:
    """The outputs of a platform's resources, in the terms of all platforms."""

    name: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    """To hand out. Secret."""
    identity: pulumi.Output[str]
    """What stays the same as long as it is the same cluster."""
    ready: list[pulumi.Resource]
    """What must be there before the cluster can run anything."""
    cluster_id: pulumi.Output[str]
    network: ClusterNetwork
    node_security_group_id: pulumi.Output[str] = field(default_factory=_no_text)
    provider_kubeconfig: pulumi.Output[str] | None = None
    """For Pulumi alone, where that has other credentials. Secret."""
    autoscaling_groups: dict[str, pulumi.Output[str]] = field(default_factory=dict)
    """Names of the nodes' Auto Scaling groups by pool, the default one first."""


def kubeconfig_of(
    name: pulumi.Input[str], endpoint: pulumi.Input[str], authority: pulumi.Input[str], user: Mapping[str, Any]
) -> pulumi.Output[str]:
    """A kubeconfig with one cluster and one user. It is JSON, which every reader of YAML takes. Secret."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": endpoint, "certificate-authority-data": authority}}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    return pulumi.Output.secret(pulumi.Output.json_dumps(config))
