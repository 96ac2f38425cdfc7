"""What a network on AWS takes, apart from the SDK that makes it."""

import re
from ipaddress import IPv4Network
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from railbed.aws.regions import AwsRegion
from railbed.aws.tags import AwsTags
from railbed.enums import NatGateways
from railbed.validation.arguments import Options, Placed
from railbed.validation.rules import rule

RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Retentions that CloudWatch Logs knows (PutRetentionPolicy in its API reference)."""

# Regions in which new accounts see other zones than a, b and c; eusc-de-east-1 has two.
_ZONES = {"ap-northeast-1": "acd", "ca-central-1": "abd", "eusc-de-east-1": "ab", "us-west-1": "ac"}


# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html, https://www.rfc-editor.org/rfc/rfc6890
_SPECIAL = [IPv4Network(cidr) for cidr in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")]


def _range(value: str) -> str:
    try:
        network = IPv4Network(value)
    except ValueError as error:
        raise ValueError(f"specify an IPv4 range such as 10.0.0.0/16 ({error})") from None
    if any(network.subnet_of(special) for special in _SPECIAL):
        raise ValueError(f"{value} cannot be the range of a network: specify one such as 10.0.0.0/16")
    # The limits of AWS and DigitalOcean alike.
    if not 16 <= network.prefixlen <= 28:
        raise ValueError("specify a range between /16 and /28, such as 10.0.0.0/16")
    return value


def check_size(cidr: str, argument: str) -> None:
    """Raise `ValueError` for a range of which the subnets of all zones cannot be cut."""
    if IPv4Network(cidr).prefixlen > 20:
        raise ValueError(
            f"{argument} {cidr} cannot be divided into the subnets of all zones: specify a range between /16 and /20, such as "
            "10.0.0.0/16"
        )


def _retention(value: int) -> int:
    if value not in RETENTION_DAYS:
        next_supported = min((days for days in RETENTION_DAYS if days >= value), default=RETENTION_DAYS[-1])
        raise ValueError(f"CloudWatch does not support it; next supported: {next_supported}")
    return value


VpcCidr: TypeAlias = Annotated[str, AfterValidator(_range)]
"""The IPv4 range of a VPC."""

RetentionDays: TypeAlias = Annotated[int, AfterValidator(_retention)]
"""A number of days for which CloudWatch Logs can keep logs."""

Zones: TypeAlias = Annotated[list[str], Field(min_length=2, max_length=8)]
"""Availability zones by their full names."""


class NetworkOptions(Options):
    """Options of Network."""

    zones: Zones | None = None
    """Availability zones by their full names, two at least: ["eu-central-1a", "eu-central-1b"]. A zone's subnets keep their
    ranges whatever other zones there are. Default: three of the account's, a, b and c where it has them."""
    cidr: VpcCidr = "10.0.0.0/16"
    """IPv4 range of the VPC, /16 to /20. A change would replace the whole network; `protect` refuses it. Default
    "10.0.0.0/16"."""
    nat: NatGateways = NatGateways.ONE
    """How private subnets reach the internet: one NAT gateway, one per_zone, or none, where they do not. A change interrupts
    connections to the internet for seconds. Default one."""
    flow_logs: bool = True
    """Whether connections that security groups refused are logged (Security Hub's control EC2.6). Default true."""
    log_retention_days: RetentionDays = 90
    """Days for which flow logs are kept; one of CloudWatch's own numbers. Default 90."""
    tags: AwsTags = {}
    """Tags of everything in the network. Default: none but names."""
    protect: bool = True
    """Whether the VPC is protected: destroying or replacing it fails until this is false and has been applied. Default true."""

    @rule
    def _range_can_be_divided(self) -> None:
        check_size(self.cidr, "cidr")


class NetworkModel(NetworkOptions, Placed):
    """Arguments of Network."""

    region: AwsRegion
    """AWS region. A change would replace the whole network; `protect` refuses it."""

    @rule
    def _zones_are_of_the_region(self) -> None:
        check_zones(self.region, self.zones)


def check_zones(region: str, zones: list[str] | None) -> None:
    """Raise `ValueError` for zones that are not of the region, or named twice."""
    for zone in zones or []:
        if not re.fullmatch(re.escape(region) + "[a-h]", zone):
            raise ValueError(f"zones: {zone} is not a zone of {region}: name zones such as {region}a")
    if zones and len(set(zones)) < len(zones):
        raise ValueError("zones: one is named twice: name each once")


def usual_zones(region: str) -> list[str]:
    """The zones that most accounts have."""
    return [f"{region}{letter}" for letter in _ZONES.get(region, "abc")]


class SubnetRanges:
    """The ranges of a zone's subnets. They follow from the zone's letter, so that no other zone ever moves them."""

    def __init__(self, cidr: str, zone: str) -> None:
        vpc, position = IPv4Network(cidr), ord(zone[-1]) - ord("a")
        # The first half is for private subnets, where each pod or task takes an address; then an eighth each for public
        # subnets and databases; the last quarter is left free.
        self.private = str(list(vpc.subnets(prefixlen_diff=4))[position])
        eighths = list(vpc.subnets(prefixlen_diff=3))
        self.public = str(list(eighths[4].subnets(prefixlen_diff=3))[position])
        self.database = str(list(eighths[5].subnets(prefixlen_diff=3))[position])
