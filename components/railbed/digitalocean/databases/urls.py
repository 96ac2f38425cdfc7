"""Addresses of DigitalOcean's managed databases: of a server, and of the pools in front of it."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_digitalocean.database_connection_pool import DatabaseConnectionPool

from railbed.digitalocean.databases.options import DigitalOceanDatabaseOptions
from railbed.enums import PoolMode
from railbed.stores.database_url import AUTHORITIES_PATH, scheme_of, tls_options


def direct_url(
    wanted: DigitalOceanDatabaseOptions, credentials: pulumi.Output[str], host: pulumi.Output[str], port: pulumi.Output[int]
) -> pulumi.Output[str]:
    """DATABASE_URL of a server. Secret."""
    scheme = scheme_of(wanted.engine_name, wanted.adapter)
    return _secret(f"{scheme}://", credentials, "@", host, ":", port, f"/{wanted.database}?{_tls(scheme, wanted)}")


def _tls(scheme: str, wanted: DigitalOceanDatabaseOptions) -> str:
    return tls_options(scheme, AUTHORITIES_PATH if wanted.verify_certificate else None)


def pool_url(
    wanted: DigitalOceanDatabaseOptions, credentials: pulumi.Output[str], pool: DatabaseConnectionPool
) -> pulumi.Output[str]:
    """DATABASE_URL of a pool. Secret."""
    # A prepared statement belongs to one connection, and the next transaction may get another.
    options = "&prepared_statements=false" if wanted.pool_mode is PoolMode.TRANSACTION else ""
    tls = _tls("postgresql", wanted)
    return _secret("postgresql://", credentials, "@", pool.private_host, ":", pool.port, "/", pool.name, f"?{tls}{options}")


def _secret(*parts: pulumi.Input[Any]) -> pulumi.Output[str]:
    texts = [part if isinstance(part, str) else pulumi.Output.from_input(part).apply(_text) for part in parts]
    return pulumi.Output.secret(pulumi.Output.concat(*texts))


def _text(value: object) -> str:
    # Numbers of the engine may be floats; 25060.0 is no port.
    return str(int(value)) if isinstance(value, float) else str(value)


def pool_urls(
    wanted: DigitalOceanDatabaseOptions, credentials: pulumi.Output[str], pools: Mapping[str, DatabaseConnectionPool]
) -> pulumi.Output[dict[str, str]]:
    """Addresses of the pools of further databases, by the databases' names. Secret."""
    urls = {name: pool_url(wanted, credentials, pool) for name, pool in pools.items()}
    return pulumi.Output.secret(pulumi.Output.all(**urls))
