"""What every platform can do with an application that it runs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from railbed.validation.quantities import mebibytes, millicores
from railbed_stacks.operations.errors import OperationError

WEB, MIGRATION, CONSOLE = "web", "migration", "console"


@dataclass(frozen=True)
class PartStatus:
    """How a part of the application is."""

    part: str
    """web, workers.NAME, migration, cron.NAME, console, database or redis."""
    ready: int = 0
    wanted: int | None = None
    """How many should run; None for what runs only at times."""
    images: tuple[str, ...] = ()
    told: str = ""
    """Why not all are ready, or how the last run ended."""

    @property
    def works(self) -> bool:
        """Whether all that should run do."""
        return self.wanted is None or self.ready >= self.wanted


@dataclass(frozen=True)
class LogLine:
    """A line of a log."""

    source: str
    """The pod, task or container that wrote it."""
    text: str


@dataclass(frozen=True)
class Size:
    """CPU and memory of a one-off task, in the notation of the settings."""

    cpu: str
    memory: str

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Read "500m,1Gi". Raises `OperationError`."""
        cpu, _, memory = (part.strip() for part in text.partition(","))
        try:
            millicores(cpu)
            mebibytes(memory)
        except ValueError as error:
            raise OperationError(f'--size: found "{text}"; give CPU and memory as "500m,1Gi": {error}') from None
        return cls(cpu, memory)


Show = Callable[[str], None]
"""Shows a line of a log."""


class Operations(Protocol):
    """An application on its platform. Every method raises `OperationError`."""

    def status(self) -> list[PartStatus]:
        """Every part, and how it is."""

    def logs(self, part: str, lines: int, *, follow: bool) -> Iterator[LogLine]:
        """The last lines of each pod, task or container of a part; with `follow` what they write from then on, without end."""

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        """Run a command to its end with the image and variables of the live release; its exit code.

        A release does not end it; an interruption (`KeyboardInterrupt`) does.
        """

    def open_terminal(self, command: Sequence[str]) -> int:
        """Run a command with this terminal, where the application runs; its exit code."""

    def restart(self, part: str) -> None:
        """Start the processes of a part anew with the same release, as a release would."""
