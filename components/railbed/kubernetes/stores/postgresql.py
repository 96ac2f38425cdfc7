"""PostgreSQL in the cluster: for small installations and trials; production is better served by a managed database."""

from functools import partial

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import PostgresqlArgs
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
from railbed.secrets.passwords import check_postgresql_password, password_of
from railbed.stores.further_databases import urls_beside
from railbed.stores.postgresql_server import (
    FOLDER,
    PASSWORD_FOLDER,
    PORT,
    SET_PASSWORD,
    SHARED_MEMORY_MEBIBYTES,
    SOCKETS,
    PostgresqlDatabase,
    PostgresqlServer,
)


class PostgresqlOptions(PostgresqlServer, DataStoreOptions):
    """Options of Postgresql."""


class PostgresqlModel(PostgresqlOptions, PostgresqlDatabase, DataStore):
    """Arguments of Postgresql."""


class Postgresql(Component[PostgresqlModel]):
    """A PostgreSQL server in the cluster: a StatefulSet with a volume that stays when the component is destroyed.

    One server, no replica and no backups. No change of arguments deletes or replaces its volume. A changed password is set
    when the server restarts.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """DATABASE_URL: postgresql://user:password@host:port/database. Secret."""
    database_urls: pulumi.Output[dict[str, str]]
    """URLs of `databases`, by their names. Secret."""
    host: pulumi.Output[str]
    """Host name in the cluster."""
    port: pulumi.Output[int]
    """Port, 5432."""

    def __init__(self, name: str, args: PostgresqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, PostgresqlModel, opts)
        store = self._arguments
        password = password_of(name, store.password, self, check_postgresql_password)
        content = {"password": password}
        self.host = run_store(name, store, "database", PORT, password, content, partial(_pod, store), self)
        self.port = pulumi.Output.from_input(PORT)
        self.url = store.address(self.host, password)
        self.database_urls = urls_beside(self.url, store.databases)
        self._register_outputs()


def _pod(store: PostgresqlModel, secret: kubernetes.core.v1.Secret) -> Manifest:
    common: Manifest = {"env": [{"name": key, "value": value} for key, value in store.server_environment().items()]}
    ready = {"exec": {"command": store.ready_command()}, "timeoutSeconds": TIMEOUT_SECONDS}
    # TERM, which Kubernetes sends next, would wait for every client to leave; a hook that waited would die with the server.
    stop = ["sh", "-c", 'kill -INT "$(head -n 1 "$PGDATA/postmaster.pid")"']
    server = store_container(
        "postgresql",
        store,
        FOLDER,
        args=store.server_command(),
        ports=[{"name": "store", "containerPort": PORT}],
        **store_probes(ready),
        lifecycle={"preStop": {"exec": {"command": stop}}},
        **common,
    )
    set_password = store_container("set-password", store, FOLDER, command=["sh", "-c", SET_PASSWORD], **common)
    mounts = [
        {"name": "password", "mountPath": PASSWORD_FOLDER, "readOnly": True},
        {"name": "sockets", "mountPath": SOCKETS},
    ]
    for container in (server, set_password):
        container["volumeMounts"] += mounts
    server["volumeMounts"] += [{"name": "shared-memory", "mountPath": "/dev/shm"}]
    return {
        "initContainers": [set_password],
        "containers": [server],
        "terminationGracePeriodSeconds": 60,
        "volumes": [
            {"name": "password", "secret": {"secretName": secret.metadata.name, "defaultMode": 0o440}},
            {"name": "sockets", "emptyDir": {}},
            {"name": "tmp", "emptyDir": {}},
            {"name": "shared-memory", "emptyDir": {"medium": "Memory", "sizeLimit": f"{SHARED_MEMORY_MEBIBYTES}Mi"}},
        ],
    }
