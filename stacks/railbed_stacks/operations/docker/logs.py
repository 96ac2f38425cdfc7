"""Logs of containers: their end, and what they write from then on, also containers that start meanwhile."""

import queue
import threading
from collections.abc import Iterator

from railbed.watching.log_text import readable
from railbed_stacks.operations.docker.access import DockerContainers, Found, explained
from railbed_stacks.operations.errors import OperationError, part_named
from railbed_stacks.operations.operations import LogLine

POLL_SECONDS = 2.0


class ContainerLogs:
    """Logs of one part's containers."""

    def __init__(self, containers: DockerContainers, part: str) -> None:
        self._containers, self._part = containers, part

    def end(self, lines: int) -> Iterator[LogLine]:
        """The last lines of each container."""
        for each in part_named(self._containers.by_part(), self._part):
            for text in lines_of(each, lines):
                yield LogLine(each.name, text)

    def follow(self, lines: int) -> Iterator[LogLine]:
        """The last lines of each container, then what all of them write, without end."""
        part_named(self._containers.by_part(), self._part)
        written, followed, first = queue.Queue[LogLine](), set[str](), True
        while True:
            for each in self._containers.by_part().get(self._part, []):
                run = f"{each.container.id} {each.container.attrs['State'].get('StartedAt')}"
                if run in followed or not each.running:
                    continue
                followed.add(run)
                # A container that has come since is read from its beginning.
                arguments = (each, lines if first else None, written)
                threading.Thread(target=_read_into, args=arguments, daemon=True).start()
            first = False
            while True:
                try:
                    yield written.get(timeout=POLL_SECONDS)
                except queue.Empty:
                    break


def lines_of(found: Found, lines: int | None, *, follow: bool = False) -> Iterator[str]:
    """The lines of a container's log; `lines` of those that it has written, None for all."""
    rest = b""
    with explained():
        for chunk in found.container.logs(stream=True, follow=follow, tail="all" if lines is None else lines):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from map(readable, whole)
    if rest:
        yield readable(rest)


def _read_into(found: Found, lines: int | None, written: "queue.Queue[LogLine]") -> None:
    try:
        for text in lines_of(found, lines, follow=True):
            written.put(LogLine(found.name, text))
    except OperationError:  # the container has been removed
        return
