"""What DigitalOcean would not take: unknown regions, malformed sizes, missing resources and names that are taken."""

import re
from collections.abc import Iterator

from sandbox.providers.properties import Properties

REGIONS = frozenset({"ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1"})
"""https://docs.digitalocean.com/platform/regional-availability/"""

DROPLET = re.compile(r"(s|c2?|gd?|m3?|m6|so|so1_5|gpu)-[-a-z0-9]+")
DATABASE = re.compile(r"(db|gd|m3|m6|so1_5|c2?)-[-a-z0-9]+")
"""Beginnings of the slugs that `doctl compute size list` and `doctl databases options slugs` print."""

REFERENCES = {
    "DatabaseCluster": {"privateNetworkUuid": "Vpc"},
    "DatabaseConnectionPool": {"clusterId": "DatabaseCluster"},
    "DatabaseDb": {"clusterId": "DatabaseCluster"},
    "DatabaseFirewall": {"clusterId": "DatabaseCluster"},
    "DatabaseMysqlConfig": {"clusterId": "DatabaseCluster"},
    "DatabaseUser": {"clusterId": "DatabaseCluster"},
    "DatabaseValkeyConfig": {"clusterId": "DatabaseCluster"},
    "KubernetesCluster": {"vpcUuid": "Vpc"},
    "KubernetesNodePool": {"clusterId": "KubernetesCluster"},
}
"""DNS records are not here: the domain is often one that the account has from elsewhere."""

UNIQUE = frozenset({"Certificate", "DatabaseCluster", "Domain", "KubernetesCluster", "KubernetesNodePool", "Vpc"})


def refused(kind: str, inputs: Properties) -> Iterator[tuple[str, str]]:
    """Inputs that no account could have."""
    region = inputs.get("region")
    if isinstance(region, str) and kind in ("DatabaseCluster", "KubernetesCluster", "Vpc") and region not in REGIONS:
        yield "region", f'422 Unprocessable Entity: region "{region}" is not known; there are {", ".join(sorted(REGIONS))}.'
    slugs = {"DatabaseCluster": DATABASE, "KubernetesNodePool": DROPLET}.get(kind)
    size = inputs.get("size")
    if slugs is not None and isinstance(size, str) and not slugs.fullmatch(size):
        yield "size", f'422 Unprocessable Entity: invalid size "{size}".'
