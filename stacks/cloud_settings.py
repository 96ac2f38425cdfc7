"""What the settings of the cloud targets have in common: a region, and sections that are handed to components."""

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError, model_validator

from stacks.component_secrets import arguments_of
from stacks.pulling import check_registry, check_without_credentials
from stacks.settings import REGISTRY_PASSWORD, Part, Registry, Settings, Target

ModelT = TypeVar("ModelT", bound=BaseModel)


class CloudSettings(Settings):
    """What a stack of a cloud is told."""

    region: str
    """Region of the cloud: fra1, eu-central-1."""
    cluster: dict[str, Any] = {}
    """Arguments of the cluster's component besides those that the stack gives. Default: the component's."""
    database: dict[str, Any] = {}
    """Arguments of the database's component. It is left out where secrets.DATABASE_URL names another database."""
    redis: dict[str, Any] = {}
    """Arguments of the cache's component. It is left out where secrets.REDIS_URL names another one, or the application has no
    workers."""
    registry: Registry | None = None
    """Private image registry that the image is in, or is pushed to. Default: none; one that is built goes to the cloud's."""

    @property
    def own_database(self) -> bool:
        """Whether the stack makes a database."""
        return "DATABASE_URL" not in self.secrets

    @property
    def own_redis(self) -> bool:
        """Whether the stack makes a Redis."""
        return bool(self.app.workers) and "REDIS_URL" not in self.secrets

    @property
    def idle_seconds(self) -> int:
        """Seconds after which the load balancer closes a silent connection."""
        return 60

    @property
    def names_of_secrets(self) -> list[str]:
        """Secret variables that the application gets."""
        own = {"DATABASE_URL": self.own_database, "REDIS_URL": self.own_redis}
        return self.names_for_app + [name for name, made in own.items() if made]

    @model_validator(mode="after")
    def _registry_has_its_password(self) -> Self:
        if self.registry is not None and REGISTRY_PASSWORD not in self.secrets:
            raise ValueError(
                "registry is given without its password: run "
                "`pulumi config set --secret --path railbed:secrets.REGISTRY_PASSWORD`"
            )
        return self

    @model_validator(mode="after")
    def _image_can_be_pulled(self) -> Self:
        if self.registry is not None and self.target is not Target.ECS:  # which takes none, and says so
            check_registry(self.registry.server, self.model_dump(exclude={"secrets"}))
        elif self.registry is None and self.app.image.ref is not None:
            check_without_credentials(self.app.image.ref, self.target)
        return self

    @model_validator(mode="after")
    def _load_balancer_lets_go_first(self) -> Self:
        kept = self.app.web.keep_alive_seconds
        if self.idle_seconds >= kept:
            raise ValueError(
                f"the load balancer keeps silent connections for {self.idle_seconds} seconds and app.web.keep_alive_seconds is "
                f"{kept}: it would send requests into connections that are closing (502); set keep_alive_seconds to "
                f"{self.idle_seconds + 5} or more"
            )
        return self

    def checked(self, section: str, model: type[ModelT], given: Mapping[str, Any]) -> ModelT | None:
        """A section as its component reads it; None if the component refuses it, which `parts` tells."""
        try:
            return model.model_validate({**getattr(self, section), **given})
        except ValidationError:
            return None

    def part(self, section: str, model: type[BaseModel], given: Mapping[str, Any]) -> Part:
        """A section as its component will get it; what the stack gives cannot be set."""
        return Part(section, model, getattr(self, section), {**given, **arguments_of(section, model, self.secrets)})
