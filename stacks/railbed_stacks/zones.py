"""The zones of the network that a stack on AWS makes. One that is there keeps its zones."""

import pulumi

from railbed.aws.network.arguments import usual_zones
from railbed.aws.zones import ZoneSupport, check_given, chosen_zones
from railbed_stacks.previous_outputs import previous_outputs


def zones_of_stack(
    region: str, given: list[str] | None, support: ZoneSupport, provider: pulumi.ProviderResource | None
) -> list[str]:
    """The zones that are named, that the network has, or that the account offers for a new one; they become an output.

    Raises `railbed.InvalidArguments` for zones that are none of the account's, or that do not have the service.
    """
    before, asking = previous_outputs(), pulumi.InvokeOptions(provider=provider)
    kept = [zone for zone in before.get("zones", []) if str(zone).startswith(region)]
    if given:
        check_given(region, [zone for zone in given if zone not in kept], support, asking)
        zones = given
    elif kept:
        zones = kept
    else:
        # A network that was made before zones were an output has the usual ones.
        is_older = bool(before) and "zones" not in before
        zones = usual_zones(region) if is_older else chosen_zones(region, support, asking)
    pulumi.export("zones", zones)
    return zones
