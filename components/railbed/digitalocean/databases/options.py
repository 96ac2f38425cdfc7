"""What can be said about a DigitalOceanDatabase."""

from typing import Annotated, TypeAlias

from pulumi_digitalocean.database_cluster import DatabaseClusterArgs
from pydantic import Field

from railbed.digitalocean.databases.connections import accepted_connections
from railbed.digitalocean.databases.managed_database import ManagedDatabaseOptions
from railbed.enums import DigitalOceanDatabaseEngine, PoolMode
from railbed.stores.database_options import DatabaseUrlOptions
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import matching

SMALLEST_STORAGE_GB = 10

SLUGS = {DigitalOceanDatabaseEngine.POSTGRESQL: "pg", DigitalOceanDatabaseEngine.MYSQL: "mysql"}
VERSIONS = {DigitalOceanDatabaseEngine.POSTGRESQL: "17", DigitalOceanDatabaseEngine.MYSQL: "8"}

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
    that before the first migration, in each database. A change creates a new user. Default: the cluster's own user doadmin."""
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
                f"version {self.version} is not a {self.engine.value} version: specify one such as {VERSIONS[self.engine]}"
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
        self.check_pools(1)

    def check_pools(self, databases: int) -> None:
        """Raise `ValueError` where the pools of so many databases have more connections together than the server accepts.

        https://docs.digitalocean.com/products/databases/postgresql/how-to/manage-connection-pools/
        """
        needed = (self.pool_size or 0) * databases
        if (accepted := self.accepted_connections()) and needed > accepted:
            pools = f" for each of {databases} databases" if databases > 1 else ""
            raise ValueError(
                f"pool_size {self.pool_size}{pools} is more than the {accepted} connections that size {self.size} accepts: "
                "lower it, or take a larger size"
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
