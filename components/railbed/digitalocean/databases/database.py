"""DigitalOceanDatabase: managed PostgreSQL or MySQL."""

from typing import Annotated, Any, TypeAlias

import pulumi
from pulumi_digitalocean.database_cluster import DatabaseCluster, DatabaseClusterArgs
from pulumi_digitalocean.database_connection_pool import DatabaseConnectionPool
from pulumi_digitalocean.database_db import DatabaseDb
from pulumi_digitalocean.database_mysql_config import DatabaseMysqlConfig
from pulumi_digitalocean.database_user import DatabaseUser
from pulumi_digitalocean.get_database_ca import get_database_ca_output
from pydantic import Field

from railbed.args import DigitalOceanDatabaseArgs
from railbed.component import Component
from railbed.digitalocean.databases.connections import accepted_connections
from railbed.digitalocean.databases.managed_database import (
    ManagedDatabase,
    ManagedDatabaseOptions,
    cluster_of,
    firewall_of,
    in_url,
)
from railbed.enums import DigitalOceanDatabaseEngine, PoolMode
from railbed.outputs import known_after
from railbed.stores.database_options import DatabaseUrlOptions
from railbed.stores.database_url import AUTHORITIES_PATH, scheme_of, tls_options
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import matching

SMALLEST_STORAGE_GB = 10
MEBIBYTES = 1024

SLUGS = {DigitalOceanDatabaseEngine.POSTGRESQL: "pg", DigitalOceanDatabaseEngine.MYSQL: "mysql"}
_VERSIONS = {DigitalOceanDatabaseEngine.POSTGRESQL: "17", DigitalOceanDatabaseEngine.MYSQL: "8"}

_OFFERED = {DigitalOceanDatabaseEngine.POSTGRESQL: (13, 99), DigitalOceanDatabaseEngine.MYSQL: (8, 9)}
"""The first major version that DigitalOcean takes, and the last that is thinkable."""

OF_DIGITALOCEAN = frozenset(
    {"defaultdb", "doadmin", "information_schema", "mysql", "performance_schema", "postgres", "sys", "template0", "template1"}
)
"""Databases and users that every cluster has: https://docs.digitalocean.com/products/databases/postgresql/how-to/connect/"""

SqlName: TypeAlias = Annotated[
    str, matching("[a-z][a-z0-9_]{0,62}", "use lower case letters, digits and underscores, a letter first, 63 at most")
]


class DigitalOceanDatabaseOptions(ManagedDatabaseOptions, DatabaseUrlOptions):
    """Options of DigitalOceanDatabase."""

    engine: DigitalOceanDatabaseEngine = DigitalOceanDatabaseEngine.POSTGRESQL
    """Engine: postgresql or mysql. A change would replace the database, which `protect` refuses. Default postgresql."""
    version: Annotated[str, matching("[0-9]+", 'specify a major version, such as "17"')] | None = None
    """Major version. A higher one upgrades in place, which cannot be undone; a lower one is refused by DigitalOcean. Default:
    17 of PostgreSQL, 8 of MySQL."""
    database: SqlName = "app"
    """Name of the application's database. A change would replace it, which `protect` refuses. Default app."""
    username: SqlName | None = None
    """User of its own for the application. On PostgreSQL 15 and later it may not create tables until doadmin has granted it the
    schema (GRANT ALL ON SCHEMA public TO ...), as new users get minimal permissions
    (docs.digitalocean.com/products/databases/postgresql/how-to/manage-users-and-databases): give one only if somebody does
    that before the first migration. A change creates a new user. Default: the cluster's own user doadmin."""
    storage_gb: int | None = Field(None, ge=SMALLEST_STORAGE_GB, le=30000)
    """Disk of each server, in GiB, in the range that DigitalOcean offers for `size`. It can grow, never shrink. Default: what
    comes with the size."""
    grow_storage: bool = False
    """Whether the disk grows by itself when it is 80 percent full, instead of becoming read-only. Default false."""
    pool_size: int | None = Field(None, ge=1, le=1000)
    """Connections to the database that a pool (PgBouncer) shares among its clients, PostgreSQL only; a size allows 25 for each
    GiB of memory, less 3 (docs.digitalocean.com/products/databases/postgresql/details/limits). A change creates a new pool.
    Default: no pool."""
    pool_mode: PoolMode = PoolMode.TRANSACTION
    """Pool mode: transaction or session. A change creates a new pool. Default transaction."""
    restore_from: str | None = None
    """Name of another database cluster in the account whose backup this one starts from, with that one's databases and users.
    Used only at creation; keep it as long as the database lives. Default: none, it starts empty."""
    restore_created_at: (
        Annotated[
            str,
            matching(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)",
                "specify date, time and zone, as 2026-02-03T04:05:06Z",
            ),
        ]
        | None
    ) = None
    """Time of that backup, as 2026-02-03T04:05:06Z. Default: the newest."""

    @rule
    def _version_is_of_the_engine(self) -> None:
        first, last = _OFFERED[self.engine]
        if self.version is not None and not first <= int(self.version) <= last:
            raise ValueError(
                f"version {self.version} is not a {self.engine.value} version: specify one such as {_VERSIONS[self.engine]}"
            )

    @rule
    def _names_are_free(self) -> None:
        if taken := sorted(OF_DIGITALOCEAN & {self.database, self.username or ""}):
            raise ValueError(
                f"{', '.join(taken)} is there from the beginning: give database and username other names, or omit them"
            )

    @rule
    def _pool_fits(self) -> None:
        if self.pool_size is not None and self.engine is not DigitalOceanDatabaseEngine.POSTGRESQL:
            raise ValueError(f"pool_size has no effect with engine {self.engine.value}: remove it, only PostgreSQL has pools")
        if "pool_mode" in self.model_fields_set and self.pool_size is None:
            raise ValueError("pool_mode has no effect without a pool: set pool_size too, or remove it")
        if self.pool_size and (accepted := self.accepted_connections()) and self.pool_size > accepted:
            raise ValueError(
                f"pool_size {self.pool_size} is more than the {accepted} connections that size {self.size} accepts: lower it, "
                "or take a larger size"
            )

    @property
    def engine_name(self) -> str:
        """The engine, postgresql or mysql."""
        return self.engine.value

    def accepted_connections(self) -> int | None:
        """Connections that clients can open to the database; None if its size does not tell."""
        return accepted_connections(self.engine.value, self.size)

    @rule
    def _restore_fits(self) -> None:
        if self.restore_created_at is not None and self.restore_from is None:
            raise ValueError("restore_created_at has no effect alone: set restore_from to the cluster that the backup is of")
        if self.restore_from is not None and self.username is not None:
            raise ValueError("username cannot be given with restore_from: the backup brings its users, remove one of them")

    @rule
    def _storage_grows_one_way(self) -> None:
        if self.grow_storage and self.storage_gb is not None:
            raise ValueError("storage_gb would shrink the disk again after it has grown by itself: remove it or grow_storage")

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, {"cluster": DatabaseClusterArgs})


class DigitalOceanDatabaseModel(DigitalOceanDatabaseOptions, ManagedDatabase):
    """Arguments of DigitalOceanDatabase."""


class DigitalOceanDatabase(Component[DigitalOceanDatabaseModel]):
    """A managed PostgreSQL or MySQL with a database for the application.

    DigitalOcean backs it up daily and can restore any moment of the last seven days, into a new cluster (`restore_from`).
    It is reached under its private address, by trusted sources only, with TLS.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """DATABASE_URL; the pool's, if there is one. Secret."""
    direct_url: pulumi.Output[str]
    """DATABASE_URL past the pool, for migrations: they need advisory locks, which a pool loses. Secret."""
    authorities: pulumi.Output[str]
    """Certificate of the authority that signs the database's, in PEM, for `database_authorities` of what runs on Kubernetes;
    empty without `verify_certificate`."""
    host: pulumi.Output[str]
    """Private host name of the database."""
    port: pulumi.Output[int]
    """Port of the database."""

    def __init__(self, name: str, args: DigitalOceanDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DigitalOceanDatabaseModel, opts)
        wanted = self._arguments

        cluster = cluster_of(name, wanted, self, _engine_inputs(wanted), ignored=_ignored(wanted))
        made: list[pulumi.Resource] = [firewall_of(name, wanted, cluster, self)]
        if wanted.engine is DigitalOceanDatabaseEngine.MYSQL:
            made.append(self._mysql_config(name, cluster))
        if wanted.restore_from is None:
            made.append(self._database(name, wanted, cluster))
        user = self._user(name, wanted, cluster) if wanted.username is not None else None
        pool = self._pool(name, wanted, cluster, made) if wanted.pool_size is not None else None

        self.host = known_after(cluster.private_host, *made)
        self.port = cluster.port
        credentials = pulumi.Output.concat(
            in_url(user.name if user else cluster.user), ":", in_url(user.password if user else cluster.password)
        )
        self.direct_url = direct_url(wanted, credentials, self.host, self.port)
        self.url = pool_url(wanted, credentials, pool) if pool else self.direct_url
        self.authorities = self._authorities(wanted, cluster)
        self._register_outputs()

    def _authorities(self, wanted: DigitalOceanDatabaseModel, cluster: DatabaseCluster) -> pulumi.Output[str]:
        if not wanted.verify_certificate:
            return pulumi.Output.from_input("")
        found = get_database_ca_output(cluster_id=cluster.id, opts=pulumi.InvokeOutputOptions(parent=self))
        return found.apply(lambda answer: str(answer.certificate))

    def _database(self, name: str, wanted: DigitalOceanDatabaseModel, cluster: DatabaseCluster) -> DatabaseDb:
        return DatabaseDb(
            f"{name}-database",
            cluster_id=cluster.id,
            name=wanted.database,
            opts=pulumi.ResourceOptions(parent=self, protect=wanted.protect),
        )

    def _mysql_config(self, name: str, cluster: DatabaseCluster) -> DatabaseMysqlConfig:
        return DatabaseMysqlConfig(
            f"{name}-config",
            cluster_id=cluster.id,
            # DigitalOcean refuses tables without a primary key by default; Rails' join tables have none.
            sql_require_primary_key=False,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _user(self, name: str, wanted: DigitalOceanDatabaseModel, cluster: DatabaseCluster) -> DatabaseUser:
        return DatabaseUser(
            f"{name}-user", cluster_id=cluster.id, name=wanted.username, opts=pulumi.ResourceOptions(parent=self)
        )

    def _pool(
        self, name: str, wanted: DigitalOceanDatabaseModel, cluster: DatabaseCluster, made: list[pulumi.Resource]
    ) -> DatabaseConnectionPool:
        # Without a user of its own, so that the pool takes every user's connections. Pulumi names it: a new pool has to be
        # there before the old one goes.
        return DatabaseConnectionPool(
            f"{name}-pool",
            cluster_id=cluster.id,
            db_name=wanted.database,
            mode=wanted.pool_mode.value,
            size=wanted.pool_size or 0,
            opts=pulumi.ResourceOptions(parent=self, depends_on=made),
        )


def _engine_inputs(wanted: DigitalOceanDatabaseModel) -> dict[str, Any]:
    inputs: dict[str, Any] = {"engine": SLUGS[wanted.engine], "version": wanted.version or _VERSIONS[wanted.engine]}
    if wanted.storage_gb is not None:
        inputs["storage_size_mib"] = str(wanted.storage_gb * MEBIBYTES)
    if wanted.grow_storage:
        inputs["storage_autoscale"] = {"enabled": True, "threshold_percent": 80, "increment_gib": 10}
    if wanted.restore_from is not None:
        inputs["backup_restore"] = {"database_name": wanted.restore_from}
        if wanted.restore_created_at is not None:
            inputs["backup_restore"]["backup_created_at"] = wanted.restore_created_at
    return inputs


def _ignored(wanted: DigitalOceanDatabaseModel) -> list[str]:
    return ["backupRestore", "storageSizeMib"] if wanted.grow_storage else ["backupRestore"]


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
