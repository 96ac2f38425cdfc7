"""A cluster of EKS that exists: several applications and environments on one."""

import json
from typing import Any

import pytest

from railbed import InvalidArguments
from tests.existing_things import NETWORK, VPC
from tests.unit.cloud_stacks import deploy
from tests.unit.refused_settings import Refused, each_target, told

NETWORK_OF_CLUSTER: dict[str, Any] = {"network": {"existing": NETWORK}}
EXISTING: dict[str, Any] = {"cluster": {"existing": {"name": "tools", "node_port": 31080}}, **NETWORK_OF_CLUSTER}
OF_CLUSTERS = {"Cluster", "NodeGroup", "Addon", "AccessEntry", "LaunchTemplate", "StorageClass", "EksOrDoksCluster", "Vpc"}


@pytest.mark.parametrize("preview", [True, False])
def test_nothing_is_made_of_the_cluster(preview: bool) -> None:
    deployed = deploy("eks", preview=preview, **EXISTING)
    kinds = {each.type.rsplit(":", 1)[-1] for each in deployed.resources}
    assert not kinds & OF_CLUSTERS
    assert "cluster-autoscaler" not in str(deployed.named())
    assert deployed.exports["cluster_name"] == "tools"


def test_everything_in_the_cluster_is_made_by_its_provider() -> None:
    deployed = deploy("eks", **EXISTING)
    provider = next(each for each in deployed.resources if each.type == "pulumi:providers:kubernetes")
    kubeconfig = json.loads(provider.inputs["kubeconfig"])
    assert kubeconfig["clusters"][0]["cluster"]["server"] == "https://tools.eks.example.com"
    assert kubeconfig["users"][0]["user"]["exec"]["args"][3] == "tools"
    objects = [each for each in deployed.resources if each.type.startswith("kubernetes:")]
    assert {each.request.provider.split("::")[-2] for each in objects} == {"shop-provider"}


def test_its_nodes_get_requests_on_the_port_of_this_stack() -> None:
    deployed = deploy("eks", **EXISTING)
    assert {each.inputs["autoscalingGroupName"] for each in deployed.all("Attachment")} == {"eks-general-1a2b", "eks-jobs-1a2b"}
    assert deployed.the("TargetGroup").inputs["port"] == 31080
    assert deployed.the("Service", "shop-web").at("spec.ports.0.nodePort") == 31080
    rules = {each.name: each.inputs for each in deployed.all("SecurityGroupIngressRule")}
    opened = [rule for rule in rules.values() if rule["securityGroupId"] == "sg-of-tools"]
    assert [(rule["fromPort"], rule["toPort"]) for rule in opened] == [(31080, 31080)]
    assert rules["shop-database-from-nodes"]["referencedSecurityGroupId"] == "sg-of-tools"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "elsewhere",
            "cluster.existing.name: 'elsewhere' was not found: reading Cluster (elsewhere): couldn't find resource (id); name "
            "one that exists and that you may read",
        ),
        (
            "apart",
            f"network.existing.vpc_id: {VPC} is not that of cluster apart, vpc-0fedcba9876543210: name that one, with its "
            "subnets",
        ),
        ("new", "cluster.existing.name: new is CREATING: name a cluster that is ACTIVE"),
        (
            "bare",
            "cluster.existing.name: bare has no managed node groups, which the load balancer sends requests to: name another "
            "cluster, or use target cluster with its kubeconfig",
        ),
    ],
)
def test_a_cluster_that_cannot_be_used_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deploy("eks", cluster={"existing": {"name": name, "node_port": 31080}}, **NETWORK_OF_CLUSTER)
    assert str(raised.value).splitlines()[1:] == [f"  - {sentence}"]


REFUSED: list[Refused] = [
    (
        "eks",
        {"cluster.existing": {"name": "tools", "node_port": 31080}},
        "cluster.existing needs network.existing: name the VPC of the cluster, its private subnets, and the public ones for "
        "the load balancer",
    ),
    ("eks", {"cluster.existing": {"name": "tools"}}, "cluster.existing.node_port: is required."),
    (
        "eks",
        {"cluster.existing": {"name": "tools", "node_port": 3000}},
        "cluster.existing.node_port: found 3000; it should be at least 30000.",
    ),
    (
        "eks",
        {"cluster.existing": {"name": "-tools", "node_port": 31080}},
        "cluster.existing.name: found '-tools'; specify the name of an EKS cluster, such as tools",
    ),
    (
        "eks",
        {"cluster": {"existing": {"name": "tools", "node_port": 31080}, "min_nodes": 3}, **NETWORK_OF_CLUSTER},
        "cluster: min_nodes has no effect with existing, which is used as it is: remove it, or existing",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
