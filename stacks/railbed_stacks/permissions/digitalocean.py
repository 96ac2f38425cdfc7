"""Scopes of a token of DigitalOcean for what a stack registers.

Scopes are those of the requests that the provider makes, as DigitalOcean's API description has them (`security`), and the
ones that these require: https://docs.digitalocean.com/reference/api/scopes/
"""

from collections.abc import Iterable

REQUIRED = ("actions:read", "regions:read", "sizes:read")
"""What scopes of clusters, databases and networks require: https://docs.digitalocean.com/reference/api/scopes/kubernetes/create/"""


def _all_of(kind: str, *also: str) -> tuple[str, ...]:
    return (*(f"{kind}:{verb}" for verb in ("create", "read", "update", "delete")), *also)


_DATABASE = _all_of("database", "database:view_credentials", *REQUIRED)

SCOPES: dict[str, tuple[str, ...]] = {
    # Let's Encrypt is answered by records of the domain.
    "digitalocean:index/certificate:Certificate": (
        "certificate:create",
        "certificate:read",
        "certificate:delete",
        "domain:read",
        "domain:update",
    ),
    "digitalocean:index/containerRegistry:ContainerRegistry": _all_of("registry"),
    "digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials": (
        "registry:read",
        "registry:update",
    ),
    "digitalocean:index/databaseCluster:DatabaseCluster": (*_DATABASE, "vpc:read"),
    "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": _DATABASE,
    "digitalocean:index/databaseDb:DatabaseDb": _DATABASE,
    "digitalocean:index/databaseFirewall:DatabaseFirewall": (*_DATABASE, "kubernetes:read"),
    "digitalocean:index/databaseMysqlConfig:DatabaseMysqlConfig": _DATABASE,
    "digitalocean:index/databaseUser:DatabaseUser": _DATABASE,
    "digitalocean:index/databaseValkeyConfig:DatabaseValkeyConfig": _DATABASE,
    "digitalocean:index/dnsRecord:DnsRecord": _all_of("domain"),
    "digitalocean:index/domain:Domain": _all_of("domain"),
    "digitalocean:index/kubernetesCluster:KubernetesCluster": _all_of(
        "kubernetes", "kubernetes:access_cluster", "registry:read", "tag:create", "tag:read", "vpc:read", *REQUIRED
    ),
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": (
        "kubernetes:read",
        "kubernetes:update",
        "tag:create",
        "tag:read",
        *REQUIRED,
    ),
    "digitalocean:index/vpc:Vpc": _all_of("vpc", *REQUIRED),
}
"""By the type of the resource."""


def scopes_for(types: Iterable[str]) -> list[str]:
    """The scopes of a token that makes, changes and deletes resources of these types.

    Raises `ValueError` for resources of DigitalOcean that the table does not know.
    """
    wanted = sorted({each for each in types if each.startswith("digitalocean:")})
    if unknown := [each for each in wanted if each not in SCOPES]:
        raise ValueError(
            f"what {', '.join(unknown)} takes is not known: add a row to railbed_stacks/permissions/digitalocean.py"
        )
    return sorted({scope for each in wanted for scope in SCOPES[each]})
