"""The availability zones of an account, of which letters say nothing: each account has its own letters for the same zones."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws.get_availability_zones import get_availability_zones

from railbed.aws.network.arguments import usual_zones
from railbed.validation.checks import InvalidArguments

LEAST = 2
"""Zones that a load balancer and a database need."""


@dataclass(frozen=True)
class ZoneSupport:
    """What the zones of a network have to offer."""

    service: str
    without: Collection[str] = ()
    """IDs of zones that do not have it."""
    only: Mapping[str, Collection[str]] = field(default_factory=dict)
    """IDs of the zones that have it, by the regions in which not all do."""

    def has(self, region: str, zone_id: str) -> bool:
        """Whether the zone of a region, by its ID, has the service."""
        return zone_id not in self.without and zone_id in self.only.get(region, (zone_id,))


ANY = ZoneSupport("EC2")

EKS = ZoneSupport("EKS", without=("use1-az3", "usw1-az2", "cac1-az3"))
"""https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""

FARGATE = ZoneSupport(
    "Fargate",
    only={
        "ap-northeast-1": ("apne1-az1", "apne1-az2", "apne1-az4"),
        "cn-north-1": ("cnn1-az1", "cnn1-az2"),
        "us-west-1": ("usw1-az1", "usw1-az3"),
    },
)
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html"""


def chosen_zones(region: str, support: ZoneSupport, opts: pulumi.InvokeOptions) -> list[str]:
    """Zones of the account that have a service: the usual ones, and others where the account lacks those.

    So a network that has the usual zones keeps them. A preview that cannot ask takes the usual ones. Raises `InvalidArguments`
    where there are less than two.
    """
    usual = usual_zones(region)
    found = _zones(region, opts)
    if not found:
        return usual
    usable = [name for name, zone_id in found.items() if support.has(region, zone_id)]
    chosen = [zone for zone in usual if zone in usable]
    chosen += [zone for zone in usable if zone not in usual][: len(usual) - len(chosen)]
    if len(chosen) < LEAST:
        problem = f"region: {support.service} is in {len(chosen)} zones of {region} in this account, and {LEAST} are needed"
        raise InvalidArguments("The network", [f"{problem}: use another region"])
    return sorted(chosen)


def check_given(region: str, zones: Sequence[str], support: ZoneSupport, opts: pulumi.InvokeOptions) -> None:
    """Raise `InvalidArguments` for zones that the account does not have, or that do not have a service."""
    if (found := _zones(region, opts)) and (problems := list(_problems(region, zones, support, found))):
        raise InvalidArguments("The network", problems)


def _problems(region: str, zones: Sequence[str], support: ZoneSupport, found: dict[str, str]) -> Iterator[str]:
    usable = ", ".join(name for name, zone_id in found.items() if support.has(region, zone_id))
    for zone in zones:
        if zone not in found:
            yield f"zones: {zone} is none of this account's: it has {', '.join(found)}"
        elif not support.has(region, found[zone]):
            yield f"zones: {zone} ({found[zone]} in this account) does not have {support.service}: name others of {usable}"


def _zones(region: str, opts: pulumi.InvokeOptions) -> dict[str, str]:
    """IDs of the region's zones by their names, without Local Zones and those that are to be opted in to.

    A zone that is impaired is one of them: a network does not change for it. Empty in a preview that cannot ask.
    """
    try:
        found = get_availability_zones(
            filters=[
                {"name": "opt-in-status", "values": ["opt-in-not-required"]},
                {"name": "zone-type", "values": ["availability-zone"]},
            ],
            region=region,
            opts=opts,
        )
        zones = dict(zip(found.names, found.zone_ids, strict=True))
    except Exception as error:
        if not pulumi.runtime.is_dry_run():
            raise pulumi.RunError(f"The availability zones of {region} could not be read: {error}") from None
        pulumi.log.warn(f"The availability zones of {region} could not be read, so the usual ones are shown: {error}")
        return {}
    # Ranges of subnets follow from the letter.
    return {name: zone_id for name, zone_id in zones.items() if re.fullmatch(re.escape(region) + "[a-h]", name)}
