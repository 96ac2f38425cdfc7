"""Where in an application's files something was found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Place:
    """A line of a file."""

    file: str
    """Path from the application's folder."""
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Found(Generic[ValueT]):
    """A value and where it was found."""

    value: ValueT
    place: Place


class UnreadableFile(ValueError):  # noqa: N818 (the state of a file)
    """A file that is there and cannot be read."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place, self.reason = place, reason


def text_of(folder: Path, path: str) -> str | None:
    """The text of a file; None where there is none.

    Raises `UnreadableFile`.
    """
    file = folder / path
    if not file.is_file():
        return None
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise UnreadableFile(Place(path), f"cannot be read ({error.strerror})") from None
