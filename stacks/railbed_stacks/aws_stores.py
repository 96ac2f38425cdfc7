"""Database and Redis of a stack on AWS that exist: how the settings name them, and how the application reaches them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

import pulumi
from pulumi_aws import elasticache, rds
from pulumi_aws.vpc import SecurityGroupIngressRule
from pydantic import Field

from railbed.aws.elasticache import ElastiCacheOptions
from railbed.aws.network.security_group import PrivateSecurityGroup
from railbed.aws.rds.arguments import RdsDatabaseOptions
from railbed.aws.rds.database import ENGINES
from railbed.stores.database_url import scheme_of, tls_options
from railbed.stores.url import store_address
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.existing import SecurityGroupId, check_alone
from railbed_stacks.lookups import Lookups
from railbed_stacks.redis_use import RedisSwitch

_ENGINES = {name: engine for engine, name in ENGINES.items()}


class ExistingStore(Arguments):
    """A data store that exists in the stack's network, or one that it reaches."""

    security_group_id: SecurityGroupId | None = None
    """One of its security groups, which gets a rule that lets the application in. Default: none, it lets the application in
    already."""


class ExistingDatabase(ExistingStore):
    """A database of RDS that exists, or the security group of the one that secrets.DATABASE_URL names."""

    # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    identifier: Annotated[str, matching("[A-Za-z][A-Za-z0-9-]{0,62}", "specify the identifier of an RDS instance")] | None = (
        None
    )
    """Identifier of the instance in RDS. Default: secrets.DATABASE_URL says where it is."""
    database: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """Name of the application's database in it, which exists. Required with `identifier`."""
    username: Annotated[str, Field(min_length=1, max_length=63)] | None = None
    """User of the application, which exists; its password is secrets.RAILBED_DATABASE_PASSWORD. Required with `identifier`."""

    @rule
    def _user_is_named(self) -> None:
        missing = [name for name in ("database", "username") if getattr(self, name) is None]
        if self.identifier is not None and missing:
            raise ValueError(f"identifier needs {' and '.join(missing)}: name what the application has there")
        if self.identifier is None and len(missing) < 2:
            raise ValueError("database and username need identifier, the instance that they are in: specify it, or remove them")


class ExistingCache(ExistingStore):
    """A Redis of ElastiCache that exists, or the security group of the one that secrets.REDIS_URL names."""

    # https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
    identifier: (
        Annotated[str, matching("[A-Za-z][A-Za-z0-9-]{0,39}", "specify the ID of an ElastiCache replication group")] | None
    ) = None
    """ID of the replication group. Default: secrets.REDIS_URL says where it is."""
    database: int | None = Field(None, ge=0, le=15)
    """Number of the database in it, 0 to 15, that is the application's alone: Sidekiq of another one would take its jobs.
    Required with `identifier`."""

    @rule
    def _database_is_chosen(self) -> None:
        if (self.identifier is None) is not (self.database is None):
            raise ValueError("identifier and database belong together: specify both, or neither and secrets.REDIS_URL")


class DatabaseSection(RdsDatabaseOptions):
    """Settings of the database of a stack on AWS."""

    existing: ExistingDatabase | None = None
    """A database that exists. Default: none, the stack creates one."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing, beside=("password",))


class RedisSection(ElastiCacheOptions, RedisSwitch):
    """Settings of the Redis of a stack on AWS."""

    existing: ExistingCache | None = None
    """A Redis that exists. Default: none, the stack creates one."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing, beside=("auth_token",))


def check_store(section: str, existing: ExistingDatabase | ExistingCache | None, secrets: Mapping[str, str]) -> None:
    """Raise `ValueError` where a store that exists is not named once, or lacks its password."""
    variable, password = _NAMES[section]
    if existing is None:
        return
    if existing.identifier is not None and variable in secrets:
        raise ValueError(f"{section}.existing.identifier and secrets.{variable} both say where it is: remove one of them")
    if existing.identifier is not None and password not in secrets:
        raise ValueError(
            f"{section}.existing.identifier needs its password: run "
            f"`pulumi config set --secret --path railbed:secrets.{password}`"
        )
    if existing.identifier is None and variable not in secrets:
        raise ValueError(f"{section}.existing names none: specify its identifier, or its address in secrets.{variable}")
    if existing.identifier is None and existing.security_group_id is None:
        raise ValueError(f"{section}.existing is empty, and secrets.{variable} says where it is: remove existing")
    if existing.identifier is None and not store_address(variable, secrets[variable]).ports:
        raise ValueError(f"{section}.existing.security_group_id: secrets.{variable} names no server: remove existing")


_NAMES = {
    "database": ("DATABASE_URL", "RAILBED_DATABASE_PASSWORD"),
    "redis": ("REDIS_URL", "RAILBED_REDIS_AUTH_TOKEN"),
}
"""By section, the variable with a store's address, and the secret with its password."""


@dataclass(frozen=True)
class FoundStore:
    """A store that exists, as AWS describes it or the address tells."""

    variable: str
    url: pulumi.Output[str]
    """Secret."""
    ports: tuple[int, ...]
    security_group_id: str | None

    def reached_by(
        self, name: str, clients: Mapping[str, pulumi.Input[str]], opts: pulumi.ResourceOptions
    ) -> pulumi.Output[str]:
        """Its address, for clients that its security group has been opened for, where the settings name one."""
        group_id = self.security_group_id
        if group_id is None:
            return self.url
        rules = [
            SecurityGroupIngressRule(
                f"{name}-from-{client}" + (f"-{port}" if len(self.ports) > 1 else ""),
                security_group_id=group_id,
                referenced_security_group_id=client_group_id,
                description=f"{client} of {name}",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                opts=opts,
            )
            for client, client_group_id in clients.items()
            for port in dict.fromkeys(self.ports)
        ]
        return PrivateSecurityGroup(pulumi.Output.from_input(group_id), rules).once_open(self.url)


def find_stores(
    database: ExistingDatabase | None, redis: ExistingCache | None, secrets: Mapping[str, str], lookups: Lookups
) -> dict[str, FoundStore]:
    """The stores that exist, by section; those that cannot be used `lookups` tells."""
    found = {
        "database": _find_database(database, secrets, lookups) if database else None,
        "redis": _find_cache(redis, secrets, lookups) if redis else None,
    }
    return {section: store for section, store in found.items() if store is not None}


def _find_database(existing: ExistingDatabase, secrets: Mapping[str, str], lookups: Lookups) -> FoundStore | None:
    identifier, setting = existing.identifier, "database.existing.identifier"
    if identifier is None:
        return _of_address("DATABASE_URL", secrets, existing)
    found = lookups.find(setting, identifier, lambda opts: rds.get_instance(db_instance_identifier=identifier, opts=opts))
    if found is None:
        return None
    engine, group = _ENGINES.get(found.engine), existing.security_group_id
    if group is not None and group not in found.vpc_security_groups:
        listed = ", ".join(found.vpc_security_groups)
        lookups.add(f"database.existing.security_group_id: {group} is none of {identifier}: name one of {listed}")
    if engine is None:
        lookups.add(
            f"{setting}: {identifier} is {found.engine}, and known are {', '.join(_ENGINES)}: specify its address in "
            "secrets.DATABASE_URL instead"
        )
        return None
    user, password = quote(existing.username or "", safe=""), quote(secrets["RAILBED_DATABASE_PASSWORD"], safe="")
    scheme = scheme_of(engine.value, None)
    path = f"{quote(existing.database or '', safe='')}?{tls_options(scheme, None)}"
    url = f"{scheme}://{user}:{password}@{found.address}:{found.port}/{path}"
    return FoundStore("DATABASE_URL", pulumi.Output.secret(url), (found.port,), group)


def _find_cache(existing: ExistingCache, secrets: Mapping[str, str], lookups: Lookups) -> FoundStore | None:
    identifier, setting = existing.identifier, "redis.existing.identifier"
    if identifier is None:
        return _of_address("REDIS_URL", secrets, existing)
    found = lookups.find(
        setting, identifier, lambda opts: elasticache.get_replication_group(replication_group_id=identifier, opts=opts)
    )
    if found is None:
        return None
    if not found.auth_token_enabled:
        lookups.add(f"{setting}: {identifier} has no password (AUTH token): specify its address in secrets.REDIS_URL instead")
    if found.num_node_groups > 1 or not found.primary_endpoint_address:
        lookups.add(f"{setting}: {identifier} is in cluster mode, which Sidekiq cannot use: name another one")
    password = quote(secrets["RAILBED_REDIS_AUTH_TOKEN"], safe="")
    url = f"rediss://:{password}@{found.primary_endpoint_address}:{found.port}/{existing.database}"
    return FoundStore("REDIS_URL", pulumi.Output.secret(url), (found.port,), existing.security_group_id)


def _of_address(variable: str, secrets: Mapping[str, str], existing: ExistingStore) -> FoundStore:
    ports = store_address(variable, secrets[variable]).ports
    return FoundStore(variable, pulumi.Output.secret(secrets[variable]), ports, existing.security_group_id)
