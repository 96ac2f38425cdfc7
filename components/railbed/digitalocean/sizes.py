"""Slugs of the sizes of DigitalOcean's machines, as far as they can be told without asking DigitalOcean.

https://slugs.do-api.dev, https://docs.digitalocean.com/products/databases/postgresql/details/pricing/
"""

from typing import Annotated, TypeAlias

from railbed.validation.types import matching

_PARTS = r"\d+vcpu-\d+(gb|mb)(-[a-z0-9]+)*"

DROPLET = rf"(s|g|gd|m|m3|m6|c2|so|so1_5)-{_PARTS}|c-\d+(-[a-z0-9]+)*|gpu-[-a-z0-9]+|\d+(gb|mb)"
"""Sizes of Droplets, which nodes of a cluster are."""

DatabaseSize: TypeAlias = Annotated[
    str,
    matching(
        rf"(db-s|db-amd|db-intel|g|gd|m|m3|m6|c2|so1_5)-{_PARTS}|c-\d+(-[a-z0-9]+)*",
        "specify the slug of a size of databases, such as db-s-2vcpu-4gb; those of Droplets begin with s-",
    ),
]
"""Size of a server of a managed database."""
