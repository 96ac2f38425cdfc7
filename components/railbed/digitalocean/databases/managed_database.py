"""What DigitalOcean's managed databases have in common: the cluster of database servers and who may connect to it."""

import ipaddress
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias
from urllib.parse import quote

import pulumi
from pulumi_digitalocean.database_cluster import DatabaseCluster
from pulumi_digitalocean.database_firewall import DatabaseFirewall
from pydantic import AfterValidator, Field

from railbed.digitalocean.regions import Region
from railbed.digitalocean.sizes import DatabaseSize
from railbed.validation.arguments import Options, Placed
from railbed.validation.overrides import overridden
from railbed.validation.rules import rule
from railbed.validation.types import InputText, matching

SMALLEST_SIZE = "db-s-1vcpu-1gb"


def _address(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        raise ValueError("specify an IPv4 address or range, such as 203.0.113.7 or 203.0.113.0/24") from None
    if network.prefixlen == 0:
        raise ValueError("this would let the whole internet connect; name addresses or ranges of your own")
    return value


Address: TypeAlias = Annotated[str, AfterValidator(_address)]


class ManagedDatabaseOptions(Options):
    """Options of every managed database."""

    allowed_addresses: list[Address] = []
    """IPv4 addresses and ranges that may connect too, such as 203.0.113.7. Default: none. It or `cluster_id` is needed: a
    database without trusted sources answers the whole internet."""
    size: DatabaseSize = "db-s-1vcpu-2gb"
    """Size of each server, a slug such as db-s-2vcpu-4gb (docs.digitalocean.com/products/databases). A larger one replaces
    server by server, with the data; DigitalOcean refuses a smaller one. Default db-s-1vcpu-2gb, the smallest that can have a
    standby."""
    nodes: int = Field(2, ge=1, le=3)
    """Servers: with 2 or 3 one takes over when another fails; the standbys cannot be read from. Default 2."""
    maintenance_day: Annotated[
        str,
        matching(
            "(mon|tues|wednes|thurs|fri|satur|sun)day", "specify a day of the week in English and lower case, such as sunday"
        ),
    ] = "sunday"
    """Day of the week for updates, which interrupt connections for seconds. Default sunday."""
    maintenance_hour: int = Field(3, ge=0, le=23)
    """Hour of that day, in UTC, 0 to 23. Default 3."""
    protect: bool = True
    """Whether Pulumi refuses to delete it: set to false and update before you destroy. Default true."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the component's resources, by child."""

    @rule
    def _size_has_standbys(self) -> None:
        if self.size == SMALLEST_SIZE and self.nodes > 1:
            raise ValueError(f"size {self.size} cannot have standbys: set nodes to 1, or size to db-s-1vcpu-2gb or larger")


class ManagedDatabase(ManagedDatabaseOptions, Placed):
    """Arguments that every managed database takes."""

    region: Region
    """Region, such as fra1. A change moves the data there, without a new database."""
    vpc_id: InputText
    """ID of the VPC under whose private addresses it is reached. Used only at creation: a later change is ignored, as it
    would mean an empty database."""
    cluster_id: InputText | None = None
    """ID of the Kubernetes cluster whose nodes may connect. Default: none."""

    @rule
    def _somebody_may_connect(self) -> None:
        if self.cluster_id is None and not self.allowed_addresses:
            raise ValueError(
                "without cluster_id and allowed_addresses the whole internet could connect: name the cluster whose nodes may"
            )


def cluster_of(
    name: str, wanted: ManagedDatabase, parent: pulumi.Resource, inputs: dict[str, Any], ignored: Sequence[str] = ()
) -> DatabaseCluster:
    """The database servers. `inputs` are those of the engine; `ignored` inputs are read only when the cluster is created."""
    inputs = {
        "region": wanted.region,
        "private_network_uuid": wanted.vpc_id,
        "size": wanted.size,
        "node_count": wanted.nodes,
        "maintenance_windows": [{"day": wanted.maintenance_day, "hour": f"{wanted.maintenance_hour:02}:00"}],
        **inputs,
    }
    return DatabaseCluster(
        name,
        **overridden(inputs, wanted.overrides, "cluster"),
        opts=pulumi.ResourceOptions(
            parent=parent,
            protect=wanted.protect,
            # The provider would make a new cluster for another network.
            ignore_changes=["privateNetworkUuid", *ignored],
        ),
    )


def firewall_of(name: str, wanted: ManagedDatabase, cluster: DatabaseCluster, parent: pulumi.Resource) -> DatabaseFirewall:
    """Trusted sources: everyone else is refused."""
    rules: list[Any] = [{"type": "ip_addr", "value": address} for address in wanted.allowed_addresses]
    if wanted.cluster_id is not None:
        rules.insert(0, {"type": "k8s", "value": wanted.cluster_id})
    return DatabaseFirewall(f"{name}-firewall", cluster_id=cluster.id, rules=rules, opts=pulumi.ResourceOptions(parent=parent))


def in_url(text: pulumi.Input[str]) -> pulumi.Output[str]:
    """A user name or password as it is written in a URL."""
    return pulumi.Output.from_input(text).apply(lambda value: quote(str(value), safe=""))
