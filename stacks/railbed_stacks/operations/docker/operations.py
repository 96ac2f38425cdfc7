"""What can be done with an application on a Docker host."""

import time
from collections.abc import Iterator, Sequence

from railbed.docker_host.container import END_SECONDS
from railbed_stacks.operations.docker.access import DockerContainers, Found, explained
from railbed_stacks.operations.docker.logs import ContainerLogs
from railbed_stacks.operations.docker.run import DockerRun
from railbed_stacks.operations.errors import OperationError, part_named
from railbed_stacks.operations.operations import CONSOLE, MIGRATION, WEB, LogLine, PartStatus, Show, Size
from railbed_stacks.operations.terminal import installed, is_interactive, run_with_terminal

INSTALL_DOCKER = "https://docs.docker.com/get-started/get-docker/"
POLL_SECONDS = 1.0
WORKS_SECONDS = 600
"""How long a container that was restarted may take to pass its check."""


class DockerOperations:
    """An application on a Docker host."""

    def __init__(self, containers: DockerContainers) -> None:
        self._containers = containers

    def status(self) -> list[PartStatus]:
        """Every part, and how it is."""
        return [_status(part, found) for part, found in self._containers.by_part().items()]

    def logs(self, part: str, lines: int, *, follow: bool) -> Iterator[LogLine]:
        """The last lines of each container of a part; with `follow` what they write from then on."""
        logs = ContainerLogs(self._containers, part)
        return logs.follow(lines) if follow else logs.end(lines)

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        """Run a command in a container of its own to its end; its exit code."""
        return DockerRun(self._containers).run(command, size, show)

    def open_terminal(self, command: Sequence[str]) -> int:
        """Run a command in the console's container, or without one in a web container, with this terminal."""
        docker = installed("docker", INSTALL_DOCKER)
        parts = self._containers.by_part()
        running = [each for each in parts.get(CONSOLE, []) + parts.get(WEB, []) if each.running]
        if not running:
            raise OperationError("neither the console nor a web container runs: see `railbed status`")
        words = ["exec", "-i", *(["-t"] if is_interactive() else []), running[0].name, *command]
        return run_with_terminal([docker, "--host", self._containers.address, *words])

    def restart(self, part: str) -> None:
        """Restart a part's containers one after the other: each has to work before the next one goes."""
        for each in part_named(self._containers.by_part(), part):
            with explained():
                seconds = each.container.attrs["Config"].get("StopTimeout") or END_SECONDS
                self._containers.client.api.restart(each.container.id, timeout=seconds)
            self._wait(each)

    def _wait(self, found: Found) -> None:
        give_up = time.monotonic() + WORKS_SECONDS
        while True:
            with explained():
                found.container.reload()
            if found.works:
                return
            if time.monotonic() > give_up:
                raise OperationError(f"{found.name} does not work {WORKS_SECONDS} seconds after its restart: see its log")
            time.sleep(POLL_SECONDS)


def _status(part: str, found: list[Found]) -> PartStatus:
    images = tuple(dict.fromkeys(each.image for each in found))
    if part in (MIGRATION, "post-migrate"):
        state = found[-1].container.attrs["State"]
        code = state["ExitCode"]
        ended = "runs" if state["Running"] else "last run succeeded" if code == 0 else f"last run failed: exit code {code}"
        return PartStatus(part, sum(each.running for each in found), None, images[-1:], ended)
    told = [f"{each.name}: {_state_of(each)}" for each in found if not each.works]
    return PartStatus(part, sum(each.works for each in found), len(found), images, "; ".join(told))


def _state_of(found: Found) -> str:
    state = found.container.attrs["State"]
    if state.get("OOMKilled"):
        return "it needed more than its memory_limit"
    if health := (state.get("Health") or {}).get("Status"):
        return str(health)
    return f"{state['Status']}, exit code {state['ExitCode']}"
