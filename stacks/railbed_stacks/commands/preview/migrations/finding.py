"""What a migration may do to the code that runs and to the requests that wait."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from railbed_stacks.commands.preview.migrations.ruby import Call


class Danger(str, Enum):
    """What goes wrong."""

    BREAKS = "breaks the running code"
    """Code of the release that runs meanwhile fails."""
    BLOCKS = "blocks a table"
    """Requests wait for the table while the migration works on it."""
    FAILS = "may fail"
    """The migration stops, and with it the release."""
    LOSES = "deletes data"
    """Data is gone afterwards."""
    UNKNOWN = "cannot be judged"
    """A person has to look at it."""


@dataclass(frozen=True)
class Finding:
    """One operation of a migration that is not safe while the application runs."""

    danger: Danger
    what: str
    """The operation: `removes the column users.name`."""
    why: str
    """What happens to the running application."""
    remedy: str
    line: int = 1
    assured: bool = False
    """Whether the migration says `safety_assured`."""


Rule: TypeAlias = Callable[[Call, bool], Finding | None]
"""Judges a call; it is told whether the database is PostgreSQL."""
