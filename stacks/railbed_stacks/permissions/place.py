"""Where a stack is: what the ARNs of its resources begin with."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from railbed_stacks.previewed import Resource

PROVIDER = "pulumi:providers:aws"
RECORD = "aws:route53/record:Record"
TAG = "railbed:app"
"""The tag by which everything on AWS is known that has no name."""

WHOLE_NAME = 20
"""Characters of an application's name that the names of all resources begin with: some are cut to what AWS takes."""


@dataclass(frozen=True)
class Place:
    """Account, region, application and zones of a stack."""

    account: str
    region: str
    app: str
    zones: tuple[str, ...]
    """IDs of the zones of Route 53 that it has records in."""

    @property
    def names(self) -> str:
        """A pattern of the names of its resources: Pulumi adds characters to those of the program."""
        return f"{self.app}-*" if len(self.app) <= WHOLE_NAME else f"{self.app[:WHOLE_NAME]}*"

    def filled(self, arn: str) -> list[str]:
        """An ARN with what is known of the stack; one for each zone."""
        known = {"region": self.region, "account": self.account, "names": self.names}
        zones = self.zones if "{zone}" in arn else ("",)
        return [arn.format(**known, zone=zone) for zone in zones]


def place_of(resources: Iterable[Resource], account: str) -> Place:
    """Where these resources are.

    Raises `ValueError` if there is no provider of AWS among them that names its region and tags.
    """
    resources = list(resources)
    provider = next((each.inputs for each in resources if each.type == PROVIDER), {})
    tags = _tags(provider.get("defaultTags"))
    if not provider.get("region") or TAG not in tags:
        raise ValueError(
            f"the preview shows no provider of AWS with a region and the tag {TAG}: take `pulumi preview --json --show-sames` "
            "of a stack of target eks or ecs"
        )
    found = (str(each.inputs.get("zoneId", "")) for each in resources if each.type == RECORD)
    # An ID that is known later only cannot be named.
    zones = sorted({zone if zone.startswith("Z") else "*" for zone in found})
    return Place(account, str(provider["region"]), str(tags[TAG]), tuple(zones))


def _tags(value: Any) -> Mapping[str, Any]:
    # Providers get their inputs as JSON within JSON.
    parsed = json.loads(value) if isinstance(value, str) else value
    return (parsed or {}).get("tags") or {}
