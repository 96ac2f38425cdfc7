"""A network of AWS that exists: what a stack makes in it, and what is told of one that cannot be used."""

from typing import Any

import pytest

from railbed import InvalidArguments
from tests.existing_things import NETWORK, OTHER_VPC, VPC
from tests.unit.cloud_stacks import deploy
from tests.unit.recording import Recorded
from tests.unit.refused_settings import AWS, Refused, each_target, told

EXISTING: dict[str, Any] = {"network": {"existing": NETWORK}}
OF_NETWORKS = {"Vpc", "Subnet", "RouteTable", "NatGateway", "InternetGateway", "Route", "DefaultSecurityGroup", "VpcEndpoint"}


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_nothing_is_made_of_a_network_that_exists(target: str, preview: bool) -> None:
    deployed = deploy(target, preview=preview, **EXISTING)
    assert not {each.type.rsplit(":", 1)[-1] for each in deployed.resources} & OF_NETWORKS
    assert {each.inputs["vpcId"] for each in deployed.all("SecurityGroup")} == {VPC}
    assert deployed.the("LoadBalancer").inputs["subnets"] == ["subnet-0c", "subnet-0d"]
    stores = [each.inputs["subnetIds"] for each in deployed.all("SubnetGroup")]
    assert stores == [["subnet-1a", "subnet-1b"]] * 2


def test_tasks_and_nodes_run_in_its_private_subnets() -> None:
    assert deploy("ecs", **EXISTING).the("Service", "shop-web").at("networkConfiguration.subnets") == ["subnet-0a", "subnet-0b"]
    assert deploy("eks", **EXISTING).the("NodeGroup").inputs["subnetIds"] == ["subnet-0a", "subnet-0b"]
    assert deploy("eks", **EXISTING).the("Cluster").at("vpcConfig.subnetIds") == ["subnet-0a", "subnet-0b"]


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_an_internal_load_balancer_and_stores_need_private_subnets_only(target: str) -> None:
    private = {"vpc_id": VPC, "private_subnet_ids": ["subnet-0a", "subnet-0b"]}
    deployed = deploy(target, network={"existing": private}, load_balancer={"internal": True})
    assert deployed.the("LoadBalancer").inputs["subnets"] == private["private_subnet_ids"]
    assert all(each.inputs["subnetIds"] == private["private_subnet_ids"] for each in deployed.all("SubnetGroup"))


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_another_stack_is_given_the_network_that_a_stack_made(target: str) -> None:
    made = deploy(target).exports["network"]
    assert set(made) == set(NETWORK)
    name = "shop-network" if target == "eks" else "shop"
    for tier in ("private", "public", "database"):
        assert made[f"{tier}_subnet_ids"] == [f"{name}-{tier}-{zone}-id" for zone in "abc"]
    assert deploy(target, **EXISTING).exports["network"] == NETWORK


WRONG: list[tuple[str, dict[str, Any], str]] = [
    (
        "eks ecs",
        {"private_subnet_ids": ["subnet-0a", "subnet-ff"]},
        f"network.existing.private_subnet_ids: subnet-ff is in VPC {OTHER_VPC}, not in {VPC}",
    ),
    (
        "eks ecs",
        {"private_subnet_ids": ["subnet-0a", "subnet-0e"]},
        "network.existing.private_subnet_ids: all are in zone eu-central-1a: name subnets of two zones at least",
    ),
    (
        "eks ecs",
        {"private_subnet_ids": ["subnet-0a", "subnet-1b"]},
        "network.existing.private_subnet_ids: subnet-1b has no route to the internet, from which images and secrets come: name "
        "a subnet behind a NAT gateway, or set network.existing.endpoints to true where the VPC has endpoints for them",
    ),
    (
        "eks ecs",
        {"private_subnet_ids": ["subnet-0a", "subnet-0d"]},
        "network.existing.private_subnet_ids: subnet-0d leads to the internet through an internet gateway, which takes public "
        "addresses only: name a subnet behind a NAT gateway",
    ),
    (
        "eks ecs",
        {"public_subnet_ids": ["subnet-0c", "subnet-0b"]},
        "network.existing.public_subnet_ids: subnet-0b has no route to an internet gateway, so that nobody could reach the "
        "load balancer: name a public subnet, or set load_balancer.internal to true",
    ),
    (
        "eks ecs",
        {"database_subnet_ids": ["subnet-1a", "subnet-9"]},
        "network.existing.database_subnet_ids: 'subnet-9' was not found: reading Subnet (subnet-9): couldn't find resource "
        "(id); name one that exists and that you may read",
    ),
]


@pytest.mark.parametrize(("targets", "given", "sentence"), WRONG)
def test_a_network_that_cannot_be_used_is_refused(targets: str, given: dict[str, Any], sentence: str) -> None:
    for target in targets.split():
        registered: list[Recorded] = []
        with pytest.raises(InvalidArguments) as raised:
            deploy(target, registered=registered, network={"existing": NETWORK | given})
        assert str(raised.value).splitlines()[1:] == [f"  - {sentence}"]
        assert [each.type for each in registered] == ["pulumi:providers:aws"], "nothing of AWS has been asked for"


def test_what_takes_the_place_of_a_nat_gateway_is_believed() -> None:
    public = {**NETWORK, "private_subnet_ids": ["subnet-0c", "subnet-0d"]}
    assert deploy("ecs", network={"existing": public}, ecs={"assign_public_ip": True}).the("Service", "shop-web")
    closed = {**NETWORK, "private_subnet_ids": ["subnet-1a", "subnet-1b"], "endpoints": True}
    assert deploy("ecs", network={"existing": closed}).the("Service", "shop-web")


REFUSED: list[Refused] = [
    (
        AWS,
        {"network.existing": {**NETWORK, "vpc_id": "my-vpc"}},
        "network.existing.vpc_id: found 'my-vpc'; specify the ID of a VPC, such as vpc-0123456789abcdef0",
    ),
    (
        AWS,
        {"network.existing": {**NETWORK, "private_subnet_ids": ["a", "subnet-1"]}},
        "network.existing.private_subnet_ids: found 'a'; specify IDs of subnets, such as subnet-0123456789abcdef0",
    ),
    (
        AWS,
        {"network.existing": {**NETWORK, "private_subnet_ids": ["subnet-1", "subnet-1"]}},
        "network.existing: private_subnet_ids name subnet-1 more than once: name each once",
    ),
    (
        AWS,
        {"network.existing": {**NETWORK, "public_subnet_ids": ["subnet-1"]}},
        "network.existing.public_subnet_ids: found ['subnet-1']; it should be a list of at least 2.",
    ),
    (
        AWS,
        {"network.existing": {"vpc_id": VPC, "private_subnet_ids": ["subnet-0a", "subnet-0b"]}},
        "network.existing.public_subnet_ids: is required, as the load balancer is reached from the internet: name public "
        "subnets in two zones at least, or set load_balancer.internal to true",
    ),
    (
        AWS,
        {"network.existing": {"private_subnet_ids": ["subnet-0a", "subnet-0b"]}},
        "network.existing.vpc_id: is required.",
    ),
    (
        "ecs",
        {"network": {"existing": NETWORK, "nat": "per_zone", "cidr": "10.1.0.0/16"}},
        "network: cidr and nat have no effect with existing, which is used as it is: remove them, or existing",
    ),
    (
        "eks",
        {"network.existing": NETWORK, "cluster.nat": "per_zone"},
        "cluster.nat: has no effect with network.existing: remove it, or existing",
    ),
    (
        "eks",
        {"cluster": {"vpc_id": VPC, "private_subnet_ids": ["subnet-0a", "subnet-0b"]}},
        "cluster.private_subnet_ids: set network.existing.private_subnet_ids instead",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
