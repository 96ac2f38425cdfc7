"""The network of a stack on AWS: its own, or one that exists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from railbed_stacks.existing import ExistingAwsNetwork
from railbed_stacks.lookups import Lookups, differing

ANYWHERE = "0.0.0.0/0"
INTERNET = "igw-"
"""How the IDs of internet gateways begin."""


@dataclass(frozen=True)
class AwsNetwork:
    """A VPC and its subnets, the number of which is known before they are."""

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Sequence[pulumi.Input[str]]
    private_subnet_ids: Sequence[pulumi.Input[str]]
    database_subnet_ids: Sequence[pulumi.Input[str]]

    def as_settings(self) -> dict[str, pulumi.Input[str] | Sequence[pulumi.Input[str]]]:
        """What another stack is given as `network.existing` to share the network."""
        return dict(vars(self))


@dataclass(frozen=True)
class Place:
    """Where the parts of a stack are, and who its application is among them."""

    vpc_id: pulumi.Input[str]
    public_subnet_ids: Sequence[pulumi.Input[str]]
    database_subnet_ids: Sequence[pulumi.Input[str]]
    clients: Mapping[str, pulumi.Input[str]]
    """Security groups of what runs the application, by name."""


def place_in(network: AwsNetwork, clients: Mapping[str, pulumi.Input[str]]) -> Place:
    """Where the parts of a stack are in its network."""
    return Place(network.vpc_id, network.public_subnet_ids, network.database_subnet_ids, clients)


def each_of(ids: pulumi.Output[list[str]], count: int) -> list[pulumi.Output[str]]:
    """The items of a list that is known later, whose length is known now."""

    def item(position: int) -> pulumi.Output[str]:
        return ids.apply(lambda found: found[position])

    return [item(position) for position in range(count)]


def existing_network(existing: ExistingAwsNetwork) -> AwsNetwork:
    """A network that exists, as the settings name it. An internal load balancer goes to the private subnets."""
    return AwsNetwork(
        vpc_id=existing.vpc_id,
        public_subnet_ids=existing.public_subnet_ids or existing.private_subnet_ids,
        private_subnet_ids=existing.private_subnet_ids,
        database_subnet_ids=existing.database_subnet_ids or existing.private_subnet_ids,
    )


def check_network(
    existing: ExistingAwsNetwork, lookups: Lookups, *, public_addresses: bool | None = None, internal: bool = False
) -> None:
    """Look up whether a network can be used as the settings say, and keep its problems.

    `public_addresses` is whether what runs in private subnets gets addresses of the internet; None leaves that to the subnets.
    `internal` is whether nobody on the internet has to reach the load balancer.
    """
    for tier, ids in _tiers(existing):
        setting = f"network.existing.{tier}"
        subnets = {each: found for each in ids if (found := _subnet(setting, each, lookups))}
        lookups.add(*differing(setting, ((each, subnet.vpc_id) for each, subnet in subnets.items()), existing.vpc_id, "VPC"))
        zones = {subnet.availability_zone for subnet in subnets.values()}
        if len(subnets) == len(ids) and len(zones) == 1:
            lookups.add(f"{setting}: all are in zone {zones.pop()}: name subnets of two zones at least")
        for each, subnet in subnets.items():
            gateway = _gateway(setting, each, existing.vpc_id, lookups)
            if tier == "public_subnet_ids" and not internal:
                lookups.add(*_problems_of_public(setting, each, gateway))
            if tier == "private_subnet_ids" and not existing.endpoints:
                has_address = subnet.map_public_ip_on_launch if public_addresses is None else public_addresses
                lookups.add(*_problems_of_private(setting, each, gateway, has_address=has_address))


def _tiers(existing: ExistingAwsNetwork) -> Iterator[tuple[str, list[str]]]:
    tiers = ("private_subnet_ids", "public_subnet_ids", "database_subnet_ids")
    return ((tier, ids) for tier in tiers if (ids := getattr(existing, tier)))


def _subnet(setting: str, subnet: str, lookups: Lookups) -> ec2.GetSubnetResult | None:
    return lookups.find(setting, subnet, lambda opts: ec2.get_subnet(id=subnet, opts=opts))


def _gateway(setting: str, subnet: str, vpc_id: str, lookups: Lookups) -> str | None:
    """What a subnet reaches the internet through; empty without a route to it, None where that could not be read."""
    return lookups.find(setting, subnet, lambda opts: _default_route(subnet, vpc_id, opts))


def _default_route(subnet: str, vpc_id: str, opts: pulumi.InvokeOptions) -> str:
    own = [ec2.GetRouteTablesFilterArgs(name="association.subnet-id", values=[subnet])]
    main = [ec2.GetRouteTablesFilterArgs(name="association.main", values=["true"])]
    # A subnet without a table of its own has the VPC's main one.
    found = ec2.get_route_tables(filters=own, opts=opts).ids or ec2.get_route_tables(vpc_id=vpc_id, filters=main, opts=opts).ids
    routes = ec2.get_route_table(route_table_id=found[0], opts=opts).routes if found else []
    for route in routes:
        if route.cidr_block == ANYWHERE:
            return route.gateway_id or "another"
    return ""


def _problems_of_public(setting: str, subnet: str, gateway: str | None) -> Iterator[str]:
    if gateway is not None and not gateway.startswith(INTERNET):
        yield (
            f"{setting}: {subnet} has no route to an internet gateway, so that nobody could reach the load balancer: name a "
            "public subnet, or set load_balancer.internal to true"
        )


def _problems_of_private(setting: str, subnet: str, gateway: str | None, *, has_address: bool) -> Iterator[str]:
    if gateway == "":
        yield (
            f"{setting}: {subnet} has no route to the internet, from which images and secrets come: name a subnet behind a NAT "
            "gateway, or set network.existing.endpoints to true where the VPC has endpoints for them"
        )
    if gateway is not None and gateway.startswith(INTERNET) and not has_address:
        yield (
            f"{setting}: {subnet} leads to the internet through an internet gateway, which takes public addresses only: name a "
            "subnet behind a NAT gateway"
        )
