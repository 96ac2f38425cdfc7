"""DigitalOceanDnsRecords: host names that lead to an address, in DigitalOcean's DNS."""

from typing import Annotated

import pulumi
from pulumi_digitalocean.dns_record import DnsRecord
from pydantic import Field

from railbed.args import DigitalOceanDnsRecordsArgs
from railbed.component import Component
from railbed.validation.arguments import Arguments
from railbed.validation.host_names import DomainHost, check_once, relative_name
from railbed.validation.rules import rule
from railbed.validation.types import InputText


class DigitalOceanDnsRecordsModel(Arguments):
    """Arguments of DigitalOceanDnsRecords."""

    zone: InputText
    """Domain that the hosts are in, such as example.com, or DigitalOceanDnsZone's `zone`. A change recreates the records."""
    hosts: Annotated[list[DomainHost], Field(min_length=1)]
    """Full host names in that domain, the domain itself too, each of which gets a record of its own; a star may stand for the
    first part: *.example.com."""
    address: InputText
    """IPv4 address that they lead to: RailsWeb's `address`."""
    ipv6_address: InputText | None = None
    """IPv6 address that they lead to as well. Default: none."""
    ttl: int = Field(300, ge=30, le=86400)
    """Seconds for which others may remember an answer: so long a change takes until everyone sees it. Default 300."""

    @rule
    def _hosts_are_in_the_zone(self) -> None:
        check_once("hosts", self.hosts)
        for host in self.hosts:
            if isinstance(self.zone, str):
                relative_name(host, self.zone)


class DigitalOceanDnsRecords(Component[DigitalOceanDnsRecordsModel]):
    """Records of host names, in a domain whose DNS DigitalOcean is.

    Raises `InvalidArguments` before anything is registered.
    """

    def __init__(self, name: str, args: DigitalOceanDnsRecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DigitalOceanDnsRecordsModel, opts)
        wanted = self._arguments

        for host in wanted.hosts:
            self._record(f"{name}-{host}", wanted, host, "A", wanted.address)
            if wanted.ipv6_address is not None:
                self._record(f"{name}-{host}-ipv6", wanted, host, "AAAA", wanted.ipv6_address)

        self._register_outputs()

    def _record(self, name: str, wanted: DigitalOceanDnsRecordsModel, host: str, kind: str, address: pulumi.Input[str]) -> None:
        DnsRecord(
            name,
            domain=wanted.zone,
            name=pulumi.Output.from_input(wanted.zone).apply(lambda zone: relative_name(host, str(zone))),
            type=kind,
            value=address,
            ttl=wanted.ttl,
            opts=pulumi.ResourceOptions(parent=self),
        )
