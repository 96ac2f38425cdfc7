"""DockerPostgresql: PostgreSQL on a Docker host."""

import pulumi
from pulumi_docker import RemoteImage

from railbed.args import DockerPostgresqlArgs
from railbed.component import Component
from railbed.docker_host.container import environment
from railbed.docker_host.store import DockerStore, DockerStoreOptions, store_container, store_volume
from railbed.secrets.passwords import check_postgresql_password, password_of
from railbed.stores.further_databases import urls_beside
from railbed.stores.postgresql_server import (
    FOLDER,
    PASSWORD_FILE,
    PASSWORD_FOLDER,
    PORT,
    SET_PASSWORD,
    SHARED_MEMORY_MEBIBYTES,
    SOCKETS,
    PostgresqlDatabase,
    PostgresqlServer,
)

ALIAS = "database"
"""Its host name on the network."""

# The image reads the password from a file, as on Kubernetes; it is in memory here, and not in the server's own environment.
START = f"""
set -eu
(umask 077; printf %s "$RAILBED_PASSWORD" > {PASSWORD_FILE})
unset RAILBED_PASSWORD
({SET_PASSWORD.strip()})
exec docker-entrypoint.sh "$@"
"""


class DockerPostgresqlOptions(PostgresqlServer, DockerStoreOptions):
    """What a user chooses of a DockerPostgresql."""


class DockerPostgresqlModel(DockerPostgresqlOptions, PostgresqlDatabase, DockerStore):
    """Arguments of DockerPostgresql."""


class DockerPostgresql(Component[DockerPostgresqlModel]):
    """A PostgreSQL server on a Docker host: a container with a volume that stays when the component is destroyed.

    One server, no replica and no backups. No change of arguments deletes or replaces its volume. A changed password is set
    when the server restarts.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """DATABASE_URL: postgresql://user:password@host:port/database. Secret."""
    database_urls: pulumi.Output[dict[str, str]]
    """URLs of `databases`, by their names. Secret."""
    host: pulumi.Output[str]
    """Host name on the network."""
    port: pulumi.Output[int]
    """Port, 5432."""

    def __init__(self, name: str, args: DockerPostgresqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DockerPostgresqlModel, opts)
        store = self._arguments

        password = password_of(name, store.password, self, check_postgresql_password)
        image = RemoteImage(name, name=store.image, keep_locally=True, opts=pulumi.ResourceOptions(parent=self))
        volume = store_volume(name, store, "database", self)
        owner = f"uid={store.user},gid={store.user}"
        store_container(
            name,
            store,
            "database",
            ALIAS,
            volume.name,
            FOLDER,
            store.ready_command(),
            self,
            image=image.image_id,
            entrypoints=["sh", "-c", START, "sh"],
            command=store.server_command(),
            envs=environment(store.server_environment(), {"RAILBED_PASSWORD": password}),
            tmpfs={PASSWORD_FOLDER: f"mode=0700,size=64k,{owner}", SOCKETS: f"mode=0755,size=1m,{owner}"},
            shm_size=SHARED_MEMORY_MEBIBYTES,
            # A fast shutdown; on TERM it would wait for every client to leave.
            stop_signal="SIGINT",
        )

        # Not from the container: whoever uses the address would be replaced with it.
        self.host = pulumi.Output.from_input(ALIAS)
        self.port = pulumi.Output.from_input(PORT)
        self.url = store.address(ALIAS, password)
        self.database_urls = urls_beside(self.url, store.databases)
        self._register_outputs()
