"""AwsDnsRecords: host names that lead to a load balancer, in Route 53."""

from typing import Annotated

import pulumi
from pulumi_aws.route53 import Record, RecordAliasArgs
from pydantic import Field

from railbed.args import AwsDnsRecordsArgs
from railbed.aws.identifiers import HostedZoneId
from railbed.component import Component
from railbed.validation.arguments import Arguments
from railbed.validation.host_names import DomainHost, check_once
from railbed.validation.rules import rule
from railbed.validation.types import InputText


class AwsDnsRecordsModel(Arguments):
    """Arguments of AwsDnsRecords."""

    hosts: Annotated[list[DomainHost], Field(min_length=1)]
    """Host names, each of which gets a record of its own; a star may stand for the first part: *.example.com."""
    zone_id: HostedZoneId
    """ID of the Route 53 zone that the hosts are in. A change recreates the records there."""
    load_balancer_dns_name: InputText
    """DNS name of the load balancer: ApplicationLoadBalancer's `dns_name`."""
    load_balancer_zone_id: InputText
    """ID of the zone of that DNS name, not of yours: ApplicationLoadBalancer's `zone_id`."""
    ipv6: bool = False
    """Whether the load balancer has IPv6 addresses too: adds AAAA records. Default false."""

    @rule
    def _hosts_differ(self) -> None:
        check_once("hosts", self.hosts)


class AwsDnsRecords(Component[AwsDnsRecordsModel]):
    """Alias records: they follow the load balancer's addresses, and questions for them cost nothing.

    Raises `InvalidArguments` before anything is registered.
    """

    def __init__(self, name: str, args: AwsDnsRecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, AwsDnsRecordsModel, opts)
        wanted = self._arguments

        for host in wanted.hosts:
            self._record(f"{name}-{host}", wanted, host, "A")
            if wanted.ipv6:
                self._record(f"{name}-{host}-ipv6", wanted, host, "AAAA")

        self._register_outputs()

    def _record(self, name: str, wanted: AwsDnsRecordsModel, host: str, kind: str) -> None:
        target = RecordAliasArgs(
            name=wanted.load_balancer_dns_name, zone_id=wanted.load_balancer_zone_id, evaluate_target_health=True
        )
        Record(
            name,
            zone_id=wanted.zone_id,
            name=host,
            type=kind,
            aliases=[target],
            opts=pulumi.ResourceOptions(parent=self),
        )
