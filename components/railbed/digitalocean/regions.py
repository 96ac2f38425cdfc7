"""The regions of DigitalOcean."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator

REGIONS = ("ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1")
"""Regions in which clusters and databases can be: https://docs.digitalocean.com/platform/regional-availability/"""

REGISTRY_REGIONS = ("ams3", "fra1", "nyc3", "sfo3", "sgp1")
"""Regions that a container registry can be in.

https://docs.digitalocean.com/reference/api/digitalocean/#tag/Container-Registry/operation/registry_create
"""


def check_region(region: str) -> str:
    """The region, if DigitalOcean has it. Raises `ValueError`."""
    if region not in REGIONS:
        raise ValueError(f"specify the slug of a region: {', '.join(REGIONS)}")
    return region


def _check_registry_region(region: str) -> str:
    if region not in REGISTRY_REGIONS:
        raise ValueError(f"registries are in {', '.join(REGISTRY_REGIONS)}")
    return region


Region: TypeAlias = Annotated[str, AfterValidator(check_region)]
"""A region of DigitalOcean, such as fra1."""

RegistryRegion: TypeAlias = Annotated[str, AfterValidator(_check_registry_region)]
"""A region of DigitalOcean in which registries can be."""
