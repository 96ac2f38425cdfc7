"""The Docker engine of a host: what hooks ask it while Pulumi waits, and why it does not answer."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import docker
import pulumi
from docker.errors import APIError, DockerException, NotFound

TIMEOUT_SECONDS = 60
DEFAULT_SOCKET = "/var/run/docker.sock"
INSTALL = "install Docker (https://docs.docker.com/get-started/get-docker/) and start it"


class EngineError(pulumi.RunError):
    """The Docker engine does not answer, or refuses; the text says why and how to mend it."""


@dataclass(frozen=True)
class ContainerState:
    """A container as the engine tells it."""

    identity: str
    name: str
    labels: Mapping[str, str]
    status: str
    """created, running, restarting, paused, exited or dead."""
    exit_code: int
    health: str | None
    """starting, healthy or unhealthy; None without a check."""
    restarts: int
    out_of_memory: bool
    error: str
    """Why it could not be started."""

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self.status == "running"

    def end(self) -> str:
        """How it ended."""
        if self.out_of_memory:
            return "it needed more than its memory_limit: raise that"
        return self.error or f"exit code {self.exit_code}"


class DockerEngine:
    """A connection to a Docker engine."""

    def __init__(self, client: docker.DockerClient) -> None:
        self._client = client

    @classmethod
    def connect(cls, host: str | None = None) -> Self:
        """Connect to the engine of a host, unix:///var/run/docker.sock or ssh://user@host; None is the usual one.

        Raises `EngineError`.
        """
        address = host or usual_host()
        try:
            client = docker.DockerClient(base_url=address, timeout=TIMEOUT_SECONDS, use_ssh_client=True)
            client.ping()
        except (DockerException, OSError, ValueError) as error:
            raise EngineError(_why_unreachable(address, error)) from None
        return cls(client)

    @property
    def client(self) -> docker.DockerClient:
        """The official client."""
        return self._client

    def architecture(self) -> str:
        """Processors of the host: x86_64, aarch64."""
        return str(self._client.info()["Architecture"])

    def state(self, identity: str) -> ContainerState | None:
        """A container by its ID; None if it is gone."""
        try:
            return _state(self._client.api.inspect_container(identity))
        except NotFound:
            return None

    def start(self, identity: str) -> None:
        """Start a container that does not run."""
        try:
            self._client.api.start(identity)
        except APIError as error:
            raise EngineError(f"Docker could not start it: {error.explanation}") from None

    def stop(self, identity: str, seconds: int | None = None) -> None:
        """Stop a container; it is killed after so many seconds, or those that it was made with."""
        container = self._client.containers.get(identity)
        seconds = seconds if seconds is not None else container.attrs["Config"].get("StopTimeout") or 10
        self._client.api.stop(identity, timeout=seconds)

    def log(self, identity: str, lines: int, since: datetime | None = None) -> bytes:
        """The end of a container's log."""
        found: bytes = self._client.api.logs(identity, tail=lines, since=since)
        return found

    def containers(self, labels: Mapping[str, str]) -> list[ContainerState]:
        """Containers with these labels, those that have ended too."""
        wanted = [f"{label}={value}" for label, value in labels.items()]
        listed = self._client.api.containers(all=True, filters={"label": wanted})
        return [state for each in listed if (state := self.state(each["Id"])) is not None]

    def volume_labels(self, name: str) -> Mapping[str, str] | None:
        """Labels of a volume; None if there is none of this name."""
        try:
            return self._client.api.inspect_volume(name).get("Labels") or {}
        except NotFound:
            return None

    def holder_of_port(self, port: int) -> ContainerState | None:
        """The container that has published a port; None if none has."""
        for each in self._client.api.containers():
            if any(published.get("PublicPort") == port for published in each.get("Ports") or []):
                return self.state(each["Id"])
        return None

    def run(self, identity: str, command: list[str], environment: Mapping[str, str]) -> tuple[int, bytes]:
        """Run a command in a container that runs; its exit code and what it said."""
        result = self._client.containers.get(identity).exec_run(command, environment=dict(environment))
        return result.exit_code, result.output


@dataclass(frozen=True)
class Engine:
    """A Docker engine whose host may be known only later."""

    hosts: list[str]

    @classmethod
    def of(cls, host: pulumi.Input[str] | None) -> Self:
        """The engine of a host; None is the one that the docker command would use."""
        known: list[str] = []
        if host is not None:
            pulumi.Output.from_input(host).apply(known.append)
        return cls(known)

    async def connect(self) -> DockerEngine:
        """Connect to it. Raises `EngineError`."""
        return await asyncio.to_thread(DockerEngine.connect, self.hosts[0] if self.hosts else None)


def usual_host() -> str:
    """The engine that the docker command would use: DOCKER_HOST's, the system's, the user's own."""
    if given := os.environ.get("DOCKER_HOST"):
        return given
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = [Path.home() / ".docker/run/docker.sock", *([Path(runtime) / "docker.sock"] if runtime else [])]
    return f"unix://{next((path for path in [Path(DEFAULT_SOCKET), *own] if path.exists()), DEFAULT_SOCKET)}"


def now() -> datetime:
    """The time, as logs are asked for."""
    return datetime.now(UTC)


def first_line(error: Exception) -> str:
    """What an error says first."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _why_unreachable(address: str, error: Exception) -> str:
    words = str(error)
    if address.startswith("unix://"):
        path = address.removeprefix("unix://")
        if "Permission denied" in words or "PermissionError" in words:
            return (
                f"You may not use Docker's socket {path}: add your user to its group (`sudo usermod -aG docker $USER`, then "
                "log in again), or set docker.host to an engine that you may use"
            )
        if "No such file" in words or "FileNotFoundError" in words:
            return f"There is no Docker engine at {path}: {INSTALL}, or set docker.host to another engine"
        return f"The Docker engine at {path} does not answer: start Docker. It says: {first_line(error)}"
    if address.startswith("ssh://"):
        return (
            f"The Docker engine of {address} cannot be reached: `ssh {address.removeprefix('ssh://')} docker info` must work "
            f"without a password being asked for. It says: {first_line(error)}"
        )
    return f"The Docker engine at {address} does not answer: set docker.host or DOCKER_HOST. It says: {first_line(error)}"


def _state(found: Mapping[str, Any]) -> ContainerState:
    state = found["State"]
    return ContainerState(
        identity=found["Id"],
        name=str(found["Name"]).lstrip("/"),
        labels=found["Config"].get("Labels") or {},
        status=state["Status"],
        exit_code=state["ExitCode"],
        health=(state.get("Health") or {}).get("Status"),
        restarts=found.get("RestartCount", 0),
        out_of_memory=bool(state.get("OOMKilled")),
        error=state.get("Error") or "",
    )


def without(containers: Iterable[ContainerState], identities: Iterable[str]) -> list[ContainerState]:
    """Containers other than these."""
    left_out = set(identities)
    return [each for each in containers if each.identity not in left_out]
