"""What the settings of the cloud targets have in common: a region, stores that the cloud keeps, a registry."""

from abc import abstractmethod
from collections.abc import Collection, Sequence

from railbed.validation.rules import rule
from railbed_stacks.pulling import check_registry, check_without_credentials
from railbed_stacks.redis_use import RedisSwitch, check_redis, wants_redis
from railbed_stacks.settings import Registry, Settings, Target, check_password


class CloudSettings(Settings):
    """Settings of a stack on a cloud."""

    registry: Registry | None = None
    """Private image registry that the image is in, or is pushed to. Default: none; one that is built goes to the cloud's."""
    redis: RedisSwitch = RedisSwitch()
    """Redis. It is left out where secrets.REDIS_URL names another one, or no workers need one."""

    @property
    @abstractmethod
    def existing_stores(self) -> Collection[str]:
        """Sections that name a store which exists, whose address the stack finds out."""

    @property
    def own_database(self) -> bool:
        """Whether the stack makes a database."""
        return "DATABASE_URL" not in self.secrets and "database" not in self.existing_stores

    @property
    def own_redis(self) -> bool:
        """Whether the stack makes a Redis."""
        return "redis" not in self.existing_stores and wants_redis(self.app, self.redis, self.secrets)

    @property
    def made_variables(self) -> Sequence[str]:
        """Names of variables that the stack creates."""
        sections = {"DATABASE_URL": "database", "REDIS_URL": "redis"}
        return [name for name, section in sections.items() if section in self.sections_in_use]

    @property
    def idle_seconds(self) -> int:
        """Seconds after which the load balancer closes a silent connection."""
        return 60

    @property
    def sections_in_use(self) -> set[str]:
        """Sections whose components this stack makes, or whose store it finds."""
        stores = {"database": self.own_database, "redis": self.own_redis}
        return {"cluster", *self.existing_stores, *(section for section, is_made in stores.items() if is_made)}

    @rule
    def _redis_is_of_use(self) -> None:
        if "redis" not in self.existing_stores:
            check_redis(self.app, self.redis, self.secrets, is_given="redis" in self.model_fields_set)

    @rule
    def _registry_has_its_password(self) -> None:
        check_password(self.registry, self.secrets)

    @rule
    def _image_can_be_pulled(self) -> None:
        if self.registry is not None and self.target is not Target.ECS:  # which takes none, and says so
            check_registry(self.registry.server, self.app.image, self.model_dump(exclude={"secrets"}))
        elif self.registry is None and self.app.image.ref is not None:
            check_without_credentials(self.app.image.ref, self.target)

    @rule
    def _load_balancer_lets_go_first(self) -> None:
        kept = self.app.web.keep_alive_seconds
        if self.idle_seconds >= kept:
            raise ValueError(
                f"the load balancer keeps silent connections for {self.idle_seconds} seconds and app.web.keep_alive_seconds is "
                f"{kept}: it would send requests into connections that are closing (502); set keep_alive_seconds to "
                f"{self.idle_seconds + 5} or more"
            )
