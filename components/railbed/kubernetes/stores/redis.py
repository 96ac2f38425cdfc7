"""Redis in the cluster, set up for Sidekiq."""

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import RedisArgs
from railbed.component import Component
from railbed.description.health_checks import TIMEOUT_SECONDS
from railbed.kubernetes.stores.data_store import (
    DataStore,
    DataStoreOptions,
    limit_clients,
    service_of,
    stateful_set_of,
    store_container,
    store_probes,
    volume_size_of,
)
from railbed.kubernetes.workload import Labels, Manifest, labels_of, metadata_of
from railbed.secrets.passwords import RedisPassword, check_redis_password, password_of
from railbed.stores.redis_server import FOLDER, PORT, READY_COMMAND, RedisServer, address, configuration

CONFIGURATION_FOLDER = "/etc/redis-configuration"


class RedisOptions(RedisServer, DataStoreOptions):
    """What a user chooses of a Redis."""


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
        labels = labels_of(name, "cache")

        password = password_of(name, store.password, self, check_redis_password)
        secret = self._secret(name, store, labels, password)
        service = service_of(name, store, labels, PORT, self)
        limit_clients(name, store, labels, PORT, self)
        stateful_set = stateful_set_of(name, store, labels, _pod(store, secret), password, self)
        size = volume_size_of(name, store, stateful_set, self)

        started = pulumi.Output.all(service.metadata, stateful_set.urn, size.urn)
        self.host = started.apply(lambda values: f"{name}.{values[0]['namespace']}.svc")
        self.port = pulumi.Output.from_input(PORT)
        self.url = address(self.host, password)
        self._register_outputs()

    def _secret(self, name: str, store: RedisModel, labels: Labels, password: pulumi.Output[str]) -> kubernetes.core.v1.Secret:
        return kubernetes.core.v1.Secret(
            f"{name}-password",
            metadata=metadata_of(labels, store.namespace),
            string_data={"redis.conf": configuration(store.resources, password), "password": password},
            opts=pulumi.ResourceOptions(parent=self),
        )


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
