"""Redis in the cluster, set up for Sidekiq."""

from functools import partial

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import RedisArgs
from railbed.component import Component
from railbed.description.health_checks import TIMEOUT_SECONDS
from railbed.kubernetes.stores.data_store import (
    DataStore,
    DataStoreOptions,
    run_store,
    store_container,
    store_probes,
)
from railbed.kubernetes.workload import Manifest
from railbed.secrets.passwords import RedisPassword, check_redis_password, password_of
from railbed.stores.redis_server import FOLDER, PORT, READY_COMMAND, RedisServer, address, configuration

CONFIGURATION_FOLDER = "/etc/redis-configuration"


class RedisOptions(RedisServer, DataStoreOptions):
    """Options of Redis."""


class RedisModel(RedisOptions, DataStore):
    """Arguments of Redis."""

    password: RedisPassword | None = None
    """Password; generated if none is given."""


class Redis(Component[RedisModel]):
    """A Redis server in the cluster: a StatefulSet with a volume that stays when the component is destroyed.

    Every write reaches the volume within a second. A full memory refuses new jobs instead of dropping old ones
    (maxmemory-policy noeviction, which Sidekiq asks for).

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """REDIS_URL: redis://:password@host:port/0. Secret."""
    host: pulumi.Output[str]
    """Host name in the cluster."""
    port: pulumi.Output[int]
    """Port, 6379."""

    def __init__(self, name: str, args: RedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, RedisModel, opts)
        store = self._arguments
        password = password_of(name, store.password, self, check_redis_password)
        content = {"redis.conf": configuration(store.resources, password), "password": password}
        self.host = run_store(name, store, "cache", PORT, password, content, partial(_pod, store), self)
        self.port = pulumi.Output.from_input(PORT)
        self.url = address(self.host, password)
        self._register_outputs()


def _pod(store: RedisModel, secret: kubernetes.core.v1.Secret) -> Manifest:
    answers = {"exec": {"command": READY_COMMAND}, "timeoutSeconds": TIMEOUT_SECONDS}
    server = store_container(
        "redis",
        store,
        FOLDER,
        args=["redis-server", f"{CONFIGURATION_FOLDER}/redis.conf"],
        env=[{"name": "REDISCLI_AUTH", "valueFrom": {"secretKeyRef": {"name": secret.metadata.name, "key": "password"}}}],
        ports=[{"name": "store", "containerPort": PORT}],
        **store_probes(answers),
    )
    server["volumeMounts"].append({"name": "configuration", "mountPath": CONFIGURATION_FOLDER, "readOnly": True})
    return {
        "containers": [server],
        "terminationGracePeriodSeconds": 60,
        "volumes": [
            {
                "name": "configuration",
                "secret": {
                    "secretName": secret.metadata.name,
                    "defaultMode": 0o440,
                    "items": [{"key": "redis.conf", "path": "redis.conf"}],
                },
            },
            {"name": "tmp", "emptyDir": {}},
        ],
    }
