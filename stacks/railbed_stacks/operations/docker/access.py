"""The application's containers on a Docker host."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import APIError, DockerException, ImageNotFound

from railbed.docker_host.engine import EngineError, first_line, usual_host
from railbed.docker_host.names import COMPONENT, INSTANCE
from railbed.kubernetes.api.ownership import Owner
from railbed_stacks.operations.errors import OperationError

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Found:
    """A container of the stack."""

    part: str
    name: str
    container: Any
    """As the official client gives it."""

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return bool(self.container.attrs["State"]["Running"])

    @property
    def works(self) -> bool:
        """Whether it runs and, where it has a check, passes it."""
        health = (self.container.attrs["State"].get("Health") or {}).get("Status")
        return self.running and health in (None, "healthy")

    @property
    def image(self) -> str:
        """The image by a name, if it has one."""
        try:
            found = self.container.image
        except ImageNotFound:
            return str(self.container.attrs["Image"])
        return str(next(iter([*found.tags, *found.attrs.get("RepoDigests", [])]), found.short_id))


class DockerContainers:
    """The official client of an engine, for the containers of one stack."""

    def __init__(self, client: docker.DockerClient, host: str | None, app: str) -> None:
        self.client, self.host, self.app, self.owner = client, host, app, Owner.of_program()

    @classmethod
    def connect(cls, host: str | None, app: str) -> "DockerContainers":
        """Connect to the engine of a host; None is the usual one. Raises `OperationError`."""
        from railbed.docker_host.engine import DockerEngine

        try:
            return cls(DockerEngine.connect(host).client, host, app)
        except EngineError as error:
            raise OperationError(str(error)) from None

    @property
    def address(self) -> str:
        """Where the engine is."""
        return self.host or usual_host()

    def all(self) -> list[Found]:
        """The stack's containers, the oldest first."""
        wanted = [f"{label}={value}" for label, value in self.owner.labels.items()]
        with explained():
            listed = self.client.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
        found = [Found(self._part_of(each.labels), each.name, each) for each in listed]
        return sorted((each for each in found if each.part), key=lambda each: each.container.attrs["Created"])

    def by_part(self) -> dict[str, list[Found]]:
        """The containers of each part."""
        parts: dict[str, list[Found]] = {}
        for each in self.all():
            parts.setdefault(each.part, []).append(each)
        return parts

    def _part_of(self, labels: dict[str, str]) -> str:
        component, key = labels.get(COMPONENT, ""), labels.get(INSTANCE, "").removeprefix(f"{self.app}-")
        if component == "run":
            return ""
        return {"worker": f"workers.{key}", "cron": f"cron.{key}"}.get(component, component)


@contextmanager
def explained() -> Iterator[None]:
    """What the engine refuses, in words for the user. Raises `OperationError`."""
    try:
        yield
    except APIError as error:
        raise OperationError(f"Docker says: {error.explanation or first_line(error)}") from None
    except (DockerException, OSError) as error:
        raise OperationError(f"the Docker engine does not answer: {first_line(error)}") from None
