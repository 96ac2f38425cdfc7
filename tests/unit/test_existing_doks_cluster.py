"""A cluster or VPC of DigitalOcean that exists."""

import json
from typing import Any

import pytest

from railbed import InvalidArguments
from tests.existing_things import CLUSTER_ON_DIGITALOCEAN, VPC_ON_DIGITALOCEAN
from tests.unit.cloud_stacks import deploy
from tests.unit.recording import HIDDEN
from tests.unit.refused_settings import Refused, deployed, each_target, told

EXISTING: dict[str, Any] = {"cluster": {"existing": {"name": "tools"}}}
TOKEN = "dop_v1_" + "0" * 64


@pytest.mark.parametrize("preview", [True, False])
def test_nothing_is_made_of_the_cluster(preview: bool) -> None:
    made = deploy("doks", preview=preview, **EXISTING)
    assert not {kind for kind, _ in made.named()} & {"Vpc", "KubernetesCluster", "KubernetesNodePool", "EksOrDoksCluster"}
    assert made.exports["cluster_name"] == "tools"
    objects = [each for each in made.resources if each.type.startswith("kubernetes:")]
    assert {each.request.provider.split("::")[-2] for each in objects} == {"shop-provider"}


def test_the_stores_are_in_its_network_and_let_its_nodes_in() -> None:
    made = deploy("doks", **EXISTING)
    assert {each.inputs["privateNetworkUuid"] for each in made.all("DatabaseCluster")} == {VPC_ON_DIGITALOCEAN}
    rules = [rule for each in made.all("DatabaseFirewall") for rule in each.inputs["rules"]]
    assert rules == [{"type": "k8s", "value": CLUSTER_ON_DIGITALOCEAN}] * 2


def test_its_credentials_are_secret() -> None:
    made = deploy("doks", **EXISTING)
    provider = next(each for each in made.resources if each.type == "pulumi:providers:kubernetes")
    assert provider.inputs["kubeconfig"] == "apiVersion: v1  # of tools"
    assert provider.visible["kubeconfig"] == HIDDEN
    assert provider.inputs["clusterIdentifier"] == CLUSTER_ON_DIGITALOCEAN


def test_a_token_of_its_own_is_in_the_kubeconfig() -> None:
    made = deployed("doks", {"cluster.existing": {"name": "tools"}, "secrets.RAILBED_CLUSTER_API_TOKEN": TOKEN})
    provider = next(each for each in made.resources if each.type == "pulumi:providers:kubernetes")
    kubeconfig = json.loads(provider.inputs["kubeconfig"])
    assert kubeconfig["users"][0]["user"] == {"token": TOKEN}
    assert kubeconfig["clusters"][0]["cluster"]["server"] == "https://tools.k8s.example.com"


@pytest.mark.parametrize("existing", [{"name": "company"}, {"vpc_id": VPC_ON_DIGITALOCEAN}])
@pytest.mark.parametrize("preview", [True, False])
def test_a_cluster_of_ones_own_goes_into_a_vpc_that_exists(existing: dict[str, str], preview: bool) -> None:
    made = deploy("doks", preview=preview, network={"existing": existing})
    assert not made.all("Vpc")
    assert made.the("KubernetesCluster").inputs["vpcUuid"] == VPC_ON_DIGITALOCEAN
    assert {each.inputs["privateNetworkUuid"] for each in made.all("DatabaseCluster")} == {VPC_ON_DIGITALOCEAN}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"cluster": {"existing": {"name": "elsewhere"}}},
            "cluster.existing.name: 'elsewhere' was not found: reading KubernetesCluster (elsewhere): couldn't find resource "
            "(id); name one that exists and that you may read",
        ),
        (
            {"cluster": {"existing": {"name": "far"}}},
            "cluster.existing.name: far is in region nyc3, and region is fra1: set region to nyc3",
        ),
        (
            {"network": {"existing": {"name": "far"}}},
            "network.existing.name: far is in region nyc3, and region is fra1: name a VPC of that region",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deploy("doks", **given)
    assert str(raised.value).splitlines()[1:] == [f"  - {sentence}"]


REFUSED: list[Refused] = [
    (
        "doks",
        {"network.existing": {"name": "company"}, "cluster.existing": {"name": "tools"}},
        "network.existing: has no effect with cluster.existing, which is in its VPC: remove it",
    ),
    (
        "doks",
        {"network.existing": {"name": "company"}, "cluster.vpc_cidr": "10.10.0.0/16"},
        "cluster.vpc_cidr: has no effect with network.existing: remove it, or existing",
    ),
    ("doks", {"network.existing": {}}, "network.existing: name and vpc_id say the same: specify exactly one"),
    (
        "doks",
        {"network.existing": {"vpc_id": "company"}},
        "network.existing.vpc_id: found 'company'; specify the ID of a VPC, such as 5a4981aa-9653-4bd1-bef5-d6bff52042e4",
    ),
    ("doks", {"cluster.vpc_id": VPC_ON_DIGITALOCEAN}, "cluster.vpc_id: set network.existing.vpc_id instead"),
    (
        "doks",
        {"cluster": {"existing": {"name": "tools"}, "registry_integration": True, "max_nodes": 6}},
        "cluster: max_nodes and registry_integration have no effect with existing, which is used as it is: remove",
    ),
    (
        "doks",
        {"cluster.existing": {"name": "my tools"}},
        "cluster.existing.name: found 'my tools'; specify the name of a cluster",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
