"""The regions of DigitalOcean."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator

REGIONS = ("ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1")
"""Regions in which clusters and databases can be: https://docs.digitalocean.com/platform/regional-availability/"""

REGISTRY_REGIONS = ("ams3", "blr1", "fra1", "nyc3", "sfo2", "sfo3", "sgp1", "syd1")
"""Regions that container registries can be in: multiregistry_create in DigitalOcean's OpenAPI description."""


def check_region(region: str) -> str:
    """The region, if DigitalOcean has it. Raises `ValueError`."""
    if region not in REGIONS:
        raise ValueError(f"give the slug of a region: {', '.join(REGIONS)}")
    return region


def _check_registry_region(region: str) -> str:
    if region not in REGISTRY_REGIONS:
        raise ValueError(f"give the slug of a region that has registries: {', '.join(REGISTRY_REGIONS)}")
    return region


Region: TypeAlias = Annotated[str, AfterValidator(check_region)]
"""A region of DigitalOcean, such as fra1."""

RegistryRegion: TypeAlias = Annotated[str, AfterValidator(_check_registry_region)]
"""A region of DigitalOcean in which registries can be."""
