"""NetworkPolicy: who may connect to whom, computed from every pod's labels and every policy's selectors."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.unit import cloud_stacks, cluster_stack
from tests.unit.cluster_contents import ClusterContents
from tests.unit.conftest import Deploy
from tests.unit.recording import Deployment, Recorded
from tests.unit.samples import KIND_OF_PODS, MARK, make

PORTS = {"shop-web": 3000, "shop-database": 5432, "shop-redis": 6379}
DEBUG_PORT = 12345
PARTS = {"shop-web", "shop-default", "shop-digest", "shop-migrate", "shop-post-migrate", "shop-console"}

OTHERS: dict[str, dict[str, str]] = {
    "somebody else's web": {"app.kubernetes.io/instance": "blog-web", "app.kubernetes.io/component": "web"},
    "web of another stack": {
        "app.kubernetes.io/instance": "shop-web",
        "app.kubernetes.io/component": "web",
        "railbed/project": "railbed",
        "railbed/stack": "staging",
    },
    "a pod without labels": {},
}
"""Pods in the same namespace that the stack did not make."""


class Pod(NamedTuple):
    """A pod: its name, namespace and labels."""

    name: str
    namespace: str
    labels: dict[str, str]


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a LabelSelector matches: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/"""
    assert set(selector) <= {"matchLabels", "matchExpressions"}
    expressions = selector.get("matchExpressions", [])
    assert all(each["operator"] == "In" for each in expressions)
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(each["key"]) in each["values"] for each in expressions
    )


def pods(deployed: Deployment) -> Iterator[Pod]:
    for kind in sorted(set(KIND_OF_PODS.values())):
        for each in deployed.all(kind):
            yield Pod(each.name, each.at("metadata.namespace"), each.template["metadata"]["labels"])


def lets_in(policy: Recorded, client: Pod, port: int) -> bool:
    """Whether a policy allows a connection to the pods that it selects."""
    assert policy.spec["policyTypes"] == ["Ingress"], "what pods reach is not limited"
    for rule in policy.spec.get("ingress", []):
        peers = [peer["podSelector"] for peer in rule.get("from", [])]
        same = client.namespace == policy.at("metadata.namespace")
        from_there = "from" not in rule or (same and any(selects(peer, client.labels) for peer in peers))
        if from_there and any(each == {"protocol": "TCP", "port": port} for each in rule["ports"]):
            return True
    return False


def accepted(deployed: Deployment, client: Pod, server: Pod, port: int) -> bool:
    """Whether a pod may connect to another: without a policy for it everybody may."""
    limits = [
        each
        for each in deployed.all("NetworkPolicy")
        if each.at("metadata.namespace") == server.namespace and selects(each.spec["podSelector"], server.labels)
    ]
    return not limits or any(lets_in(each, client, port) for each in limits)


def table(deployed: Deployment, *clients: Pod) -> dict[str, set[tuple[str, int]]]:
    """Who may connect to whom, on which ports."""
    servers = [each for each in pods(deployed) if each.namespace != "kube-system"]
    ports = {*PORTS.values(), DEBUG_PORT}
    return {
        client.name: {(server.name, port) for server in servers for port in ports if accepted(deployed, client, server, port)}
        for client in [*servers, *clients]
    }


WEB, STORES = {("shop-web", 3000)}, {("shop-database", 5432), ("shop-redis", 6379)}


def test_only_the_application_reaches_its_stores_and_everybody_the_web_processes() -> None:
    app = cloud_stacks.APP | {"web": {}}
    deployed = cluster_stack.deploy(app=app)
    namespace = deployed.the("Deployment", "shop-web").at("metadata.namespace")
    others = [Pod(name, namespace, labels) for name, labels in OTHERS.items()]
    web = deployed.the("Deployment", "shop-web").template["metadata"]["labels"]
    others.append(Pod("web of the stack in another namespace", "default", web))
    assert table(deployed, *others) == {
        **dict.fromkeys(PARTS, WEB | STORES),
        **dict.fromkeys(("shop-database", "shop-redis", *(each.name for each in others)), WEB),
    }


@pytest.mark.parametrize("target", cloud_stacks.KUBERNETES)
def test_in_a_cluster_of_a_cloud_nobody_reaches_more_than_the_web_processes(target: str) -> None:
    deployed = cloud_stacks.least(target)
    other = Pod("other", "default", {})
    assert table(deployed, other) == dict.fromkeys((*PARTS, "other"), WEB)


@pytest.mark.parametrize("target", ["cluster", *cloud_stacks.KUBERNETES])
def test_the_setting_leaves_them_out(target: str) -> None:
    off = {"network_policy": False}
    deployed = cluster_stack.deploy(cluster=off) if target == "cluster" else cloud_stacks.deploy(target, cluster=off)
    assert not deployed.all("NetworkPolicy")


@pytest.mark.parametrize(("component", "kind"), KIND_OF_PODS.items())
def test_every_pod_is_selected_by_the_policy_of_its_component_and_no_foreign_one(
    deploy: Deploy, component: str, kind: str
) -> None:
    deployed = deploy(lambda: make(component, namespace="team"))
    policy = deployed.the("NetworkPolicy")
    assert policy.at("metadata.namespace") == "team"
    selector = policy.spec["podSelector"]
    assert selects(selector, deployed.the(kind).template["metadata"]["labels"])
    labels = deployed.the(kind).template["metadata"]["labels"]
    assert not selects(selector, labels | {"railbed/stack": "staging"}), "pods of somebody else would be shut out"
    assert MARK.items() <= selector["matchLabels"].items()


@pytest.mark.parametrize("component", KIND_OF_PODS)
def test_a_component_can_do_without(deploy: Deploy, component: str) -> None:
    assert not deploy(lambda: make(component, network_policy=False)).all("NetworkPolicy")


@pytest.mark.parametrize("component", KIND_OF_PODS)
def test_the_policy_can_be_overridden(deploy: Deploy, component: str) -> None:
    ingress = [{"ports": [{"port": 9394}]}]
    deployed = deploy(lambda: make(component, overrides={"network_policy": {"spec": {"ingress": ingress}}}))
    assert deployed.the("NetworkPolicy").spec["ingress"] == ingress
    assert deployed.the("NetworkPolicy").spec["policyTypes"] == ["Ingress"]


def test_the_port_of_the_web_processes_is_followed(deploy: Deploy) -> None:
    # A name of a port is dropped by VPC CNI where anybody may connect (amazon-network-policy-controller-k8s,
    # convertToPolicyInfoPortForCIDRs).
    deployed = deploy(lambda: make("RailsWeb", port=8080))
    policy = deployed.the("NetworkPolicy")
    assert policy.spec["ingress"] == [{"ports": [{"protocol": "TCP", "port": 8080}]}]
    assert list(policy.request.replaceOnChanges) == ["spec"], "pods on the old port would be shut out before they are replaced"
    assert policy.at("metadata.name") is None, "the new policy could not be there beside the old one"


def test_pods_of_a_version_without_marks_keep_their_database_while_they_are_replaced(contents: ClusterContents) -> None:
    contents.outputs = {"url": "http://shop", "image": "registry.example.com/shop:1", "namespace": "shop-test"}
    assert not cluster_stack.deploy().all("NetworkPolicy")
    contents.outputs["app"] = "shop"
    assert cluster_stack.deploy().all("NetworkPolicy")
