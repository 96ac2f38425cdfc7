"""Database and Redis of a stack on DigitalOcean that exist: managed clusters which several applications share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias
from urllib.parse import quote

import pulumi
import pulumi_digitalocean as digitalocean
from pulumi_digitalocean.database_connection_pool import DatabaseConnectionPool
from pulumi_digitalocean.database_db import DatabaseDb
from pulumi_digitalocean.database_user import DatabaseUser
from pydantic import Field

from railbed.digitalocean.databases.cache import DigitalOceanCacheOptions
from railbed.digitalocean.databases.managed_database import in_url
from railbed.digitalocean.databases.options import SLUGS, DigitalOceanDatabaseOptions
from railbed.digitalocean.databases.urls import direct_url, pool_url
from railbed.stores.further_databases import as_variables, database_beside, urls_beside, variable_of
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.existing import check_alone
from railbed_stacks.lookups import Lookups
from railbed_stacks.redis_use import RedisSwitch

_ENGINES = {slug: engine for engine, slug in SLUGS.items()}

ClusterName: TypeAlias = Annotated[
    str, matching("[a-z0-9][a-z0-9-]{2,62}", "specify the name of a database cluster: lower case letters, digits and dashes")
]
"""Name of a cluster of databases, by which DigitalOcean's provider finds it."""


class ExistingDatabaseCluster(Arguments):
    """A cluster of PostgreSQL or MySQL that exists."""

    name: ClusterName
    """Name of the cluster. Its trusted sources have to hold the Kubernetes cluster: they are one list, which the stack does not
    touch."""


class ExistingCacheCluster(Arguments):
    """A cluster of Valkey that exists."""

    name: ClusterName
    """Name of the cluster. Its trusted sources have to hold the Kubernetes cluster: they are one list, which the stack does not
    touch."""
    database: int = Field(ge=0, le=15)
    """Number of the database in it, 0 to 15, that is the application's alone: Sidekiq of another one would take its jobs."""


class DatabaseSection(DigitalOceanDatabaseOptions):
    """Settings of the database of a stack on DigitalOcean."""

    existing: ExistingDatabaseCluster | None = None
    """A cluster that exists, in which the stack makes a database, and a user where `username` names one. Default: none, the
    stack makes a cluster."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing, beside=("database", "username", "pool_size", "pool_mode", "protect"))

    @rule
    def _database_is_chosen(self) -> None:
        if self.existing is not None and "database" not in self.model_fields_set:
            raise ValueError("existing needs database: the name of the one that the stack makes in the cluster, such as shop")

    @rule
    def _pool_fits(self) -> None:
        if self.existing is None:  # whose size is known
            super()._pool_fits()


class RedisSection(DigitalOceanCacheOptions, RedisSwitch):
    """Settings of the Redis of a stack on DigitalOcean."""

    existing: ExistingCacheCluster | None = None
    """A cluster that exists. Default: none, the stack creates one."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing)


@dataclass(frozen=True)
class FoundStores:
    """The stores that exist, as DigitalOcean describes them."""

    database: digitalocean.AwaitableGetDatabaseClusterResult | None = None
    redis: digitalocean.AwaitableGetDatabaseClusterResult | None = None


@dataclass(frozen=True)
class Addresses:
    """Variables with the addresses of stores. Secret."""

    secrets: dict[str, pulumi.Input[str]] = field(default_factory=dict)
    for_migrations: dict[str, pulumi.Input[str]] = field(default_factory=dict)
    """Those that migrations have otherwise."""


def find_stores(database: DatabaseSection, redis: RedisSection, vpc_id: str | None, lookups: Lookups) -> FoundStores:
    """The stores that exist; those that cannot be used `lookups` tells. They are reached from this VPC alone."""
    found = FoundStores(_find("database", database.existing, vpc_id, lookups), _find("redis", redis.existing, vpc_id, lookups))
    if found.database is not None:
        engine, name = _ENGINES.get(found.database.engine), found.database.name
        if engine is None:
            lookups.add(f"database.existing.name: {name} is {found.database.engine}, and known are {', '.join(_ENGINES)}")
        elif database.pool_size is not None and found.database.engine != "pg":
            lookups.add(f"database.pool_size: has no effect with {name}, which is {engine.value}: remove it")
    if found.redis is not None and found.redis.engine not in ("valkey", "redis"):
        lookups.add(f"redis.existing.name: {found.redis.name} is {found.redis.engine}: name a cluster of Valkey")
    return found


def _find(
    section: str, existing: ExistingDatabaseCluster | ExistingCacheCluster | None, vpc_id: str | None, lookups: Lookups
) -> digitalocean.AwaitableGetDatabaseClusterResult | None:
    if existing is None:
        return None
    setting, name = f"{section}.existing.name", existing.name
    found = lookups.find(setting, name, lambda opts: digitalocean.get_database_cluster(name=name, opts=opts))
    if found is not None and vpc_id is not None and found.private_network_uuid != vpc_id:
        lookups.add(
            f"{setting}: {name} is in VPC {found.private_network_uuid}, and the cluster in {vpc_id}: name one of that VPC"
        )
    return found


def addresses_of(
    name: str, found: FoundStores, database: DatabaseSection, redis: RedisSection, further: Sequence[str]
) -> Addresses:
    """Addresses of the stores that exist, and what is made in them, `further` databases too."""
    addresses = Addresses()
    if found.database is not None:
        _database(f"{name}-database", found.database, database, further, addresses)
    if found.redis is not None and redis.existing is not None:
        there = found.redis
        credentials = f"{quote(there.user, safe='')}:{quote(there.password, safe='')}"
        url = f"rediss://{credentials}@{there.private_host}:{there.port}/{redis.existing.database}"
        addresses.secrets["REDIS_URL"] = pulumi.Output.secret(url)
    return addresses


def _database(
    name: str,
    found: digitalocean.AwaitableGetDatabaseClusterResult,
    wanted: DatabaseSection,
    further: Sequence[str],
    addresses: Addresses,
) -> None:
    wanted = wanted.model_copy(update={"engine": _ENGINES[found.engine]})
    names = {"DATABASE_URL": name} | {variable_of(each): f"{name}-{each.replace('_', '-')}" for each in further}
    databases = {"DATABASE_URL": wanted.database}
    databases |= {variable_of(each): database_beside(wanted.database, each) for each in further}
    kept = pulumi.ResourceOptions(protect=wanted.protect)
    made = {
        variable: DatabaseDb(names[variable], cluster_id=found.id, name=database, opts=kept)
        for variable, database in databases.items()
    }
    user, password = pulumi.Output.from_input(found.user), pulumi.Output.secret(found.password)
    if wanted.username is not None:
        own = DatabaseUser(name, cluster_id=found.id, name=wanted.username)
        user, password = own.name, own.password
    # The databases are there before anybody connects to them.
    host = pulumi.Output.all(*[each.id for each in made.values()]).apply(lambda _: found.private_host)
    credentials = pulumi.Output.concat(in_url(user), ":", in_url(password))
    direct = direct_url(wanted, credentials, host, pulumi.Output.from_input(found.port))
    urls = {"DATABASE_URL": direct, **as_variables(urls_beside(direct, further), further)}
    if wanted.pool_size is None:
        addresses.secrets.update(urls)
        return
    pools = {
        variable: DatabaseConnectionPool(
            names[variable],
            cluster_id=found.id,
            db_name=database.name,
            mode=wanted.pool_mode.value,
            size=wanted.pool_size,
        )
        for variable, database in made.items()
    }
    addresses.secrets.update({variable: pool_url(wanted, credentials, pool) for variable, pool in pools.items()})
    addresses.for_migrations.update(urls)
