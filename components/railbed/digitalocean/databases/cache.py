"""DigitalOceanCache: managed Valkey, set up for Sidekiq."""

from typing import Annotated

import pulumi
from pulumi_digitalocean.database_cluster import DatabaseCluster, DatabaseClusterArgs
from pulumi_digitalocean.database_valkey_config import DatabaseValkeyConfig, DatabaseValkeyConfigArgs

from railbed.args import DigitalOceanCacheArgs
from railbed.component import Component
from railbed.digitalocean.databases.managed_database import (
    ManagedDatabase,
    ManagedDatabaseOptions,
    cluster_of,
    firewall_of,
    in_url,
)
from railbed.outputs import known_after
from railbed.validation.overrides import check_overrides, overridden
from railbed.validation.rules import rule
from railbed.validation.types import matching


class DigitalOceanCacheOptions(ManagedDatabaseOptions):
    """Options of DigitalOceanCache."""

    version: Annotated[str, matching("[0-9]+", 'specify a major version, such as "8"')] = "8"
    """Major version of Valkey. A higher one upgrades in place. Default 8."""

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, {"cluster": DatabaseClusterArgs, "config": DatabaseValkeyConfigArgs})


class DigitalOceanCacheModel(DigitalOceanCacheOptions, ManagedDatabase):
    """Arguments of DigitalOceanCache."""


class DigitalOceanCache(Component[DigitalOceanCacheModel]):
    """A managed Valkey, which Sidekiq takes for Redis.

    A full memory refuses new jobs instead of dropping old ones. Data is written to disk every ten minutes: with `nodes` 1 a
    failure may lose the jobs since then.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """REDIS_URL: rediss://user:password@host:port/0. Secret."""
    host: pulumi.Output[str]
    """Private host name."""
    port: pulumi.Output[int]
    """Port."""

    def __init__(self, name: str, args: DigitalOceanCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DigitalOceanCacheModel, opts)
        wanted = self._arguments

        inputs = {"engine": "valkey", "version": wanted.version, "eviction_policy": "noeviction"}
        cluster = cluster_of(name, wanted, self, inputs)
        config = self._config(name, wanted, cluster)
        firewall = firewall_of(name, wanted, cluster, self)

        self.host = known_after(cluster.private_host, config, firewall)
        self.port = cluster.port
        port = cluster.port.apply(lambda number: str(int(number)))
        self.url = pulumi.Output.secret(
            pulumi.Output.concat(
                "rediss://", in_url(cluster.user), ":", in_url(cluster.password), "@", self.host, ":", port, "/0"
            )
        )
        self._register_outputs()

    def _config(self, name: str, wanted: DigitalOceanCacheModel, cluster: DatabaseCluster) -> DatabaseValkeyConfig:
        inputs = {"cluster_id": cluster.id, "persistence": "rdb", "ssl": True}
        return DatabaseValkeyConfig(
            f"{name}-config", **overridden(inputs, wanted.overrides, "config"), opts=pulumi.ResourceOptions(parent=self)
        )
