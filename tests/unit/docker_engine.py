"""A Docker engine of the tests' own: containers that do what a test says, with the calls that were made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import pulumi

from railbed.docker_host.engine import ContainerState, Engine


def container(identity: str, status: str = "created", labels: Mapping[str, str] | None = None, **more: Any) -> ContainerState:
    """A container as the engine tells it."""
    fields: dict[str, Any] = {"exit_code": 0, "health": None, "restarts": 0, "out_of_memory": False, "error": ""}
    return ContainerState(identity, f"{identity}-name", labels or {}, status, **(fields | more))


@dataclass
class FakeEngine:
    """Takes the place of a connected engine."""

    found: dict[str, ContainerState] = field(default_factory=dict)
    logs: dict[str, bytes] = field(default_factory=dict)
    after_start: Callable[[ContainerState], ContainerState] = lambda state: replace(state, status="running")
    done: list[str] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    """Of commands that are run in containers; without any they succeed."""
    commands: list[tuple[str, list[str], Mapping[str, str]]] = field(default_factory=list)
    volumes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    polls: Callable[["FakeEngine"], None] = lambda engine: None
    """Called whenever a state is asked for: time goes by."""

    def as_engine(self) -> Engine:
        """The same for who takes an engine."""
        fake: Any = self
        return cast("Engine", fake)

    async def connect(self) -> "FakeEngine":
        return self

    def state(self, identity: str) -> ContainerState | None:
        self.polls(self)
        return self.found.get(identity)

    def start(self, identity: str) -> None:
        self.done.append(f"start {identity}")
        self.found[identity] = self.after_start(self.found[identity])

    def stop(self, identity: str, seconds: int | None = None) -> None:
        self.done.append(f"stop {identity}")
        self.found[identity] = replace(self.found[identity], status="exited", exit_code=143)

    def log(self, identity: str, lines: int, since: datetime | None = None) -> bytes:
        return self.logs.get(identity, b"")

    def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
        self.polls(self)
        return [each for each in self.found.values() if labels.items() <= each.labels.items()]

    def volume_labels(self, name: str) -> Mapping[str, str] | None:
        return self.volumes.get(name)

    def run(self, identity: str, command: list[str], environment: Mapping[str, str]) -> tuple[int, bytes]:
        self.commands.append((identity, command, environment))
        return self.answers.pop(0) if self.answers else (0, b"")


def before_create(**keepers: str) -> pulumi.ResourceHookArgs:
    """What the engine of Pulumi gives to the hook of a record."""
    return pulumi.ResourceHookArgs("urn", "", "shop", "random:index/randomUuid:RandomUuid", {"keepers": keepers})
