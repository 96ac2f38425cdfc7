"""Whether a stack makes a Redis: the same on every target."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from railbed.description.app import App
from railbed.validation.arguments import Options, assembled

ModelT = TypeVar("ModelT", bound=BaseModel)


class Switchable(Options):
    """A store that settings can switch off; its component knows nothing of `enabled`."""

    def placed(self, model: type[ModelT], **placement: Any) -> ModelT:
        """The arguments of the component."""
        chosen = {field: getattr(self, field) for field in self.model_fields_set - {"enabled"}}
        return assembled(model, chosen | placement, beyond=[type(self)])


class RedisSwitch(Switchable):
    """What a stack is told of whether it makes a Redis."""

    enabled: bool | None = None
    """Whether the stack makes it. Default: where a group of workers keeps its jobs there, as Sidekiq and Resque do."""


def wants_redis(app: App, redis: RedisSwitch, secrets: Mapping[str, object]) -> bool:
    """Whether a stack makes a Redis, where none exists that it is to use."""
    return "REDIS_URL" not in secrets and (app.needs_redis if redis.enabled is None else redis.enabled)


def check_redis(app: App, redis: RedisSwitch, secrets: Mapping[str, object], *, is_given: bool) -> None:
    """Raise `ValueError` where workers would have no Redis, or where a section of the settings would make none.

    `is_given` is whether the settings have that section.
    """
    if "REDIS_URL" in secrets:
        return
    groups = {name: group for name, group in app.workers.items() if group.queue_adapter.needs_redis and group.command is None}
    if redis.enabled is False and groups:
        libraries = " and ".join(sorted({group.queue_adapter.name for group in groups.values()}))
        needs = "needs" if " and " not in libraries else "need"
        raise ValueError(
            f"redis.enabled is false and secrets has no REDIS_URL, and {libraries} {needs} Redis "
            f"(workers {', '.join(groups)}): specify one of them, or set a backend or a command of workers that do without"
        )
    if is_given and redis.enabled is None and not app.needs_redis:
        raise ValueError(
            "redis: would make none, as no group of workers keeps its jobs in Redis: set redis.enabled to true for other uses, "
            "such as Action Cable, or remove the section"
        )
