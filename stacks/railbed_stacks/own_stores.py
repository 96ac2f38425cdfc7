"""What the settings of targets have in common on which the stack runs the data stores itself, and the image has a registry."""

from collections.abc import Sequence

from railbed.image.registry import DOCKER_HUB
from railbed.stores.postgresql_server import RESERVED_CONNECTIONS, PostgresqlServer
from railbed.stores.redis_server import RedisServer
from railbed.validation.rules import rule
from railbed_stacks.connections import check_connections
from railbed_stacks.pulling import check_registry
from railbed_stacks.redis_use import RedisSwitch, Switchable, check_redis, wants_redis
from railbed_stacks.settings import Registry, Settings, check_password


class OwnDatabase(PostgresqlServer, Switchable):
    """A PostgreSQL that the stack runs."""

    enabled: bool = True
    """Whether the stack runs it. Default true."""


class OwnRedis(RedisServer, RedisSwitch):
    """A Redis that the stack runs."""


class OwnStoreSettings(Settings):
    """Settings of a stack that runs its own data stores."""

    database: OwnDatabase = OwnDatabase()
    """PostgreSQL. It is left out where secrets.DATABASE_URL names another database."""
    redis: OwnRedis = OwnRedis()
    """Redis. It is left out where secrets.REDIS_URL names another one, or no workers need one."""
    registry: Registry | None = None
    """Private image registry that the image is in, or is pushed to. Default: none."""

    @property
    def puller(self) -> str:
        """What pulls the image, for errors."""
        return "the cluster"

    @property
    def builds_need_registry(self) -> bool:
        """Whether what runs an image has to pull it."""
        return True

    @rule
    def _secrets_are_complete(self) -> None:
        check_password(self.registry, self.secrets)
        if self.builds_need_registry and self.registry is None and self.app.image.build is not None:
            raise ValueError(
                f"app.image.build needs a registry to push to, from which {self.puller} pulls: add registry, with its server "
                "and username"
            )
        if not self.database.enabled and "DATABASE_URL" not in self.secrets:
            raise ValueError("database.enabled is false and secrets has no DATABASE_URL: specify one of them")
        check_redis(self.app, self.redis, self.secrets, is_given="redis" in self.model_fields_set)

    @rule
    def _registry_is_that_of_an_image(self) -> None:
        if self.registry is not None:
            of_stores = (f"{DOCKER_HUB}/library/postgres",) if self.makes_database or self.makes_redis else ()
            check_registry(self.registry.server, self.app.image, self.model_dump(exclude={"secrets"}), of_stores)

    @rule
    def _connections_suffice(self) -> None:
        if self.makes_database:
            accepted = self.database.max_connections
            found = f"database.max_connections is {accepted}"
            raising = "raise it to {} or more"
            databases = self.databases_on_server
            check_connections(self.app, accepted, found, raising, databases=databases, reserved=RESERVED_CONNECTIONS)

    @property
    def makes_database(self) -> bool:
        """Whether the stack runs the database."""
        return self.database.enabled and "DATABASE_URL" not in self.secrets

    @property
    def makes_redis(self) -> bool:
        """Whether the stack runs Redis."""
        return wants_redis(self.app, self.redis, self.secrets)

    @property
    def made_variables(self) -> Sequence[str]:
        """Names of variables that the stack creates."""
        made = {"DATABASE_URL": self.makes_database, "REDIS_URL": self.makes_redis}
        return [name for name, is_made in made.items() if is_made]
