"""DockerRedis: Redis on a Docker host, set up for Sidekiq."""

import pulumi
from pulumi_docker import RemoteImage

from railbed.args import DockerRedisArgs
from railbed.component import Component
from railbed.docker_host.container import environment
from railbed.docker_host.store import DockerStore, DockerStoreOptions, store_container, store_volume
from railbed.secrets.passwords import RedisPassword, check_redis_password, password_of
from railbed.stores.redis_server import FOLDER, PORT, READY_COMMAND, RedisServer, address, configuration

ALIAS = "redis"
"""Its host name on the network."""

# Redis reads its configuration from standard input: it holds the password, and is on no disk and no command line.
START = """
exec redis-server - <<END
$RAILBED_CONFIGURATION
END
"""


class DockerRedisOptions(RedisServer, DockerStoreOptions):
    """What a user chooses of a DockerRedis."""


class DockerRedisModel(DockerRedisOptions, DockerStore):
    """Arguments of DockerRedis."""

    password: RedisPassword | None = None
    """Password; generated if none is given."""


class DockerRedis(Component[DockerRedisModel]):
    """A Redis server on a Docker host: a container with a volume that stays when the component is destroyed.

    Every write reaches the volume within a second. A full memory refuses new jobs instead of dropping old ones
    (maxmemory-policy noeviction, which Sidekiq asks for).

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """REDIS_URL: redis://:password@host:port/0. Secret."""
    host: pulumi.Output[str]
    """Host name on the network."""
    port: pulumi.Output[int]
    """Port, 6379."""

    def __init__(self, name: str, args: DockerRedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DockerRedisModel, opts)
        store = self._arguments

        password = password_of(name, store.password, self, check_redis_password)
        image = RemoteImage(name, name=store.image, keep_locally=True, opts=pulumi.ResourceOptions(parent=self))
        volume = store_volume(name, store, "cache", self)
        secrets = {"RAILBED_CONFIGURATION": configuration(store.resources, password), "REDISCLI_AUTH": password}
        store_container(
            name,
            store,
            "cache",
            ALIAS,
            volume.name,
            FOLDER,
            READY_COMMAND,
            self,
            image=image.image_id,
            entrypoints=["sh", "-c", START],
            envs=environment({}, secrets),
        )

        self.host = pulumi.Output.from_input(ALIAS)
        self.port = pulumi.Output.from_input(PORT)
        self.url = address(ALIAS, password)
        self._register_outputs()
