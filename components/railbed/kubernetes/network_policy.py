"""NetworkPolicy: who may connect to the pods of a component.

The network of a cluster enforces these objects, or ignores them. Pods answer connections that they accept, and reach whatever
they want: only the way in is limited. A policy never shuts out the node that a pod runs on, from which the kubelet probes it
(https://kubernetes.io/docs/concepts/services-networking/network-policies/).
"""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.kubernetes.api.ownership import Owner
from railbed.kubernetes.workload import COMPONENT, Labels, Manifest, Workload, metadata_of, owned
from railbed.validation.overrides import merged

CLIENTS = ("web", "worker", "migration", "cron", "console")
"""Components whose pods use data stores, as the label `app.kubernetes.io/component` names them."""

NOBODY: Sequence[Manifest] = ()
"""Rules of pods that answer no connections."""


def allow_everybody(port: int) -> list[Manifest]:
    """Rules of pods that anybody may connect to on one port: load balancers, ingress controllers, other pods."""
    return [{"ports": [_tcp(port)]}]


def allow_application(port: int) -> list[Manifest]:
    """Rules of a data store: the application's pods may connect, those of the same stack in the same namespace."""
    clients: Manifest = {
        "matchLabels": Owner.of_program().labels,
        "matchExpressions": [{"key": COMPONENT, "operator": "In", "values": list(CLIENTS)}],
    }
    return [{"from": [{"podSelector": clients}], "ports": [_tcp(port)]}]


def limit_workload(
    name: str, workload: Workload, labels: Labels, parent: pulumi.Resource, rules: Sequence[Manifest] = NOBODY
) -> None:
    """Refuse connections to the pods of a workload, unless it is open to the whole cluster."""
    if workload.network_policy:
        limit_connections(name, labels, rules, namespace=workload.namespace, overrides=workload.overrides, parent=parent)


def limit_connections(
    name: str,
    labels: Labels,
    rules: Sequence[Manifest],
    *,
    namespace: pulumi.Input[str] | None,
    overrides: dict[str, dict[str, Any]],
    parent: pulumi.Resource,
) -> kubernetes.networking.v1.NetworkPolicy:
    """Refuse every connection to the pods with these labels, except what `rules` allow.

    The mark of the stack is part of the selector: a policy never limits pods of somebody else. Another rule makes a new policy
    and removes the old one at the end: what one of them allows is allowed, so pods of both releases are reached meanwhile.
    """
    spec: Manifest = {"podSelector": {"matchLabels": owned(labels)}, "policyTypes": ["Ingress"]}
    if rules:
        spec["ingress"] = list(rules)
    manifest: Manifest = {"metadata": metadata_of(labels, namespace), "spec": spec}
    return kubernetes.networking.v1.NetworkPolicy(
        name,
        **merged(manifest, overrides.get("network_policy", {})),
        opts=pulumi.ResourceOptions(parent=parent, replace_on_changes=["spec"]),
    )


def _tcp(port: int) -> Manifest:
    return {"protocol": "TCP", "port": port}
