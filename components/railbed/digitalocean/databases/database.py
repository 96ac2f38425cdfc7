"""DigitalOceanDatabase: managed PostgreSQL or MySQL."""

from typing import Any

import pulumi
from pulumi_digitalocean.database_cluster import DatabaseCluster
from pulumi_digitalocean.database_connection_pool import DatabaseConnectionPool
from pulumi_digitalocean.database_db import DatabaseDb
from pulumi_digitalocean.database_mysql_config import DatabaseMysqlConfig
from pulumi_digitalocean.database_user import DatabaseUser
from pulumi_digitalocean.get_database_ca import get_database_ca_output

from railbed.args import DigitalOceanDatabaseArgs
from railbed.component import Component
from railbed.digitalocean.databases.managed_database import ManagedDatabase, cluster_of, firewall_of, in_url
from railbed.digitalocean.databases.options import SLUGS, VERSIONS, DigitalOceanDatabaseOptions
from railbed.digitalocean.databases.urls import direct_url, pool_url, pool_urls
from railbed.enums import DigitalOceanDatabaseEngine
from railbed.outputs import known_after
from railbed.stores.further_databases import DatabaseNames, check_lengths, database_beside, urls_beside
from railbed.validation.rules import rule

MEBIBYTES = 1024


class DigitalOceanDatabaseModel(DigitalOceanDatabaseOptions, ManagedDatabase):
    """Arguments of DigitalOceanDatabase."""

    databases: DatabaseNames = []
    """Further databases that the application has on the server, by their names in config/database.yml: "cache" is the database
    app_cache beside app, with a pool of its own where there is one. `database_urls` has their addresses. Default: none."""

    @rule
    def _names_of_databases_fit(self) -> None:
        check_lengths(self.database, self.databases)

    @rule
    def _pools_of_databases_fit(self) -> None:
        if self.databases:
            self.check_pools(1 + len(self.databases))


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
    database_urls: pulumi.Output[dict[str, str]]
    """URLs of `databases` by their names; those of their pools, if there are any. Secret."""
    direct_database_urls: pulumi.Output[dict[str, str]]
    """Those URLs past the pools, for migrations. Secret."""
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
            made += [self._database(database, called, wanted, cluster) for database, called in _databases(name, wanted).items()]
        user = self._user(name, wanted, cluster) if wanted.username is not None else None
        pooled = _databases(name, wanted) if wanted.pool_size is not None else {}
        pools = {database: self._pool(database, called, wanted, cluster, made) for database, called in pooled.items()}

        self.host = known_after(cluster.private_host, *made)
        self.port = cluster.port
        credentials = pulumi.Output.concat(
            in_url(user.name if user else cluster.user), ":", in_url(user.password if user else cluster.password)
        )
        self.direct_url = direct_url(wanted, credentials, self.host, self.port)
        self.url = pool_url(wanted, credentials, pools[wanted.database]) if pools else self.direct_url
        self.direct_database_urls = self.database_urls = urls_beside(self.direct_url, wanted.databases)
        if pools:
            further = {each: pools[database_beside(wanted.database, each)] for each in wanted.databases}
            self.database_urls = pool_urls(wanted, credentials, further)
        self.authorities = self._authorities(wanted, cluster)
        self._register_outputs()

    def _authorities(self, wanted: DigitalOceanDatabaseModel, cluster: DatabaseCluster) -> pulumi.Output[str]:
        if not wanted.verify_certificate:
            return pulumi.Output.from_input("")
        found = get_database_ca_output(cluster_id=cluster.id, opts=pulumi.InvokeOutputOptions(parent=self))
        return found.apply(lambda answer: str(answer.certificate))

    def _database(self, database: str, name: str, wanted: DigitalOceanDatabaseModel, cluster: DatabaseCluster) -> DatabaseDb:
        return DatabaseDb(
            f"{name}-database",
            cluster_id=cluster.id,
            name=database,
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
        self,
        database: str,
        name: str,
        wanted: DigitalOceanDatabaseModel,
        cluster: DatabaseCluster,
        made: list[pulumi.Resource],
    ) -> DatabaseConnectionPool:
        # Without a user of its own, so that the pool takes every user's connections. Pulumi names it: a new pool has to be
        # there before the old one goes.
        return DatabaseConnectionPool(
            f"{name}-pool",
            cluster_id=cluster.id,
            db_name=database,
            mode=wanted.pool_mode.value,
            size=wanted.pool_size or 0,
            opts=pulumi.ResourceOptions(parent=self, depends_on=made),
        )


def _databases(name: str, wanted: DigitalOceanDatabaseModel) -> dict[str, str]:
    """The names of what is made for each database, by the database.

    doadmin may well be let make databases by `db:prepare`, but no documentation says so: DigitalOcean's API makes them.
    """
    further = {database_beside(wanted.database, each): f"{name}-{each.replace('_', '-')}" for each in wanted.databases}
    return {wanted.database: name, **further}


def _engine_inputs(wanted: DigitalOceanDatabaseModel) -> dict[str, Any]:
    inputs: dict[str, Any] = {"engine": SLUGS[wanted.engine], "version": wanted.version or VERSIONS[wanted.engine]}
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
