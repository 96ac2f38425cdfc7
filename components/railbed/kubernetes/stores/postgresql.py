"""PostgreSQL in the cluster: for small installations and trials; production is better served by a managed database."""

from typing import Annotated

import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import Field

from railbed.args import PostgresqlArgs
from railbed.component import Component
from railbed.kubernetes.stores.data_store import (
    DataStore,
    DataStoreOptions,
    service_of,
    stateful_set_of,
    store_container,
    store_probes,
    volume_size_of,
)
from railbed.kubernetes.workload import Labels, Manifest, labels_of, metadata_of
from railbed.secrets.passwords import PostgresqlPassword, check_postgresql_password, in_url, password_of
from railbed.validation.types import InputImage, matching

PORT = 5432
FOLDER = "/var/lib/postgresql/data"
SOCKETS = "/var/run/postgresql"
PASSWORD_FOLDER = "/run/secrets/postgresql"

Identifier = Annotated[
    str, matching(r"[a-z_][a-z0-9_]{0,62}", "use lower case letters, digits and underscores, a letter first, 63 at most")
]

# The official image sets the password only when it makes the database. Setting it at every start lets a password be rotated,
# and lets a volume that was kept be taken up again with another password. Single-user mode needs none; an error there would log
# its statement, and with it the password.
SET_PASSWORD = r"""
set -eu
[ -s "$PGDATA/PG_VERSION" ] || exit 0
password=$(sed "s/'/''/g" "$POSTGRES_PASSWORD_FILE")
printf "ALTER ROLE \"%s\" PASSWORD '%s';\n" "$POSTGRES_USER" "$password" |
  postgres --single -D "$PGDATA" -c log_min_error_statement=panic postgres > /dev/null
"""


class PostgresqlOptions(DataStoreOptions):
    """What a user chooses of a Postgresql."""

    image: InputImage = "docker.io/library/postgres:17.6-bookworm"
    """Container image, one that follows the official image's conventions."""
    max_connections: int = Field(100, ge=10, le=10000)
    """Connections that it accepts: at least processes x threads of all web pods plus the concurrency of all workers. Default
    100."""


class PostgresqlModel(PostgresqlOptions, DataStore):
    """Arguments of Postgresql."""

    database: Identifier = "app"
    """Name of the database, made with the volume. Default app."""
    username: Identifier = "app"
    """Name of its owner, made with the volume. Default app."""
    password: PostgresqlPassword | None = None
    """Password; generated if none is given."""


class Postgresql(Component[PostgresqlModel]):
    """A PostgreSQL server in the cluster: a StatefulSet with a volume that stays when the component is destroyed.

    One server, no replica and no backups. No change of arguments deletes or replaces its volume. A changed password is set
    when the server restarts.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """DATABASE_URL: postgresql://user:password@host:port/database. Secret."""
    host: pulumi.Output[str]
    """Host name in the cluster."""
    port: pulumi.Output[int]
    """Port, 5432."""

    def __init__(self, name: str, args: PostgresqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, PostgresqlModel, opts)
        store = self._arguments
        labels = labels_of(name, "database")

        password = password_of(name, store.password, self, check_postgresql_password)
        secret = self._secret(name, store, labels, password)
        service = service_of(name, store, labels, PORT, self)
        stateful_set = stateful_set_of(name, store, labels, _pod(store, secret), password, self)
        size = volume_size_of(name, store, stateful_set, self)

        # Known in previews, yet there only once the server accepts connections.
        started = pulumi.Output.all(service.metadata, stateful_set.urn, size.urn)
        self.host = started.apply(lambda values: f"{name}.{values[0]['namespace']}.svc")
        self.port = pulumi.Output.from_input(PORT)
        self.url = pulumi.Output.secret(
            pulumi.Output.concat(
                f"postgresql://{store.username}:", in_url(password), "@", self.host, f":{PORT}/{store.database}"
            )
        )
        self._register_outputs()

    def _secret(
        self, name: str, store: PostgresqlModel, labels: Labels, password: pulumi.Output[str]
    ) -> kubernetes.core.v1.Secret:
        return kubernetes.core.v1.Secret(
            f"{name}-password",
            metadata=metadata_of(labels, store.namespace),
            string_data={"password": password},
            opts=pulumi.ResourceOptions(parent=self),
        )


def _pod(store: PostgresqlModel, secret: kubernetes.core.v1.Secret) -> Manifest:
    environment = {
        "POSTGRES_DB": store.database,
        "POSTGRES_USER": store.username,
        "POSTGRES_PASSWORD_FILE": f"{PASSWORD_FOLDER}/password",
        "PGDATA": f"{FOLDER}/pgdata",
    }
    common: Manifest = {"env": [{"name": key, "value": value} for key, value in environment.items()]}
    # The address matters: while it makes the database, the image's temporary server listens on the socket only.
    ready = {
        "exec": {"command": ["pg_isready", "-h", "127.0.0.1", "-U", store.username, "-d", store.database]},
        "timeoutSeconds": 5,
    }
    # TERM, which Kubernetes sends next, would wait for every client to leave; a hook that waited would die with the server.
    stop = ["sh", "-c", 'kill -INT "$(head -n 1 "$PGDATA/postmaster.pid")"']
    server = store_container(
        "postgresql",
        store,
        FOLDER,
        args=["postgres", "-c", f"max_connections={store.max_connections}"],
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
            {"name": "shared-memory", "emptyDir": {"medium": "Memory", "sizeLimit": "256Mi"}},
        ],
    }
