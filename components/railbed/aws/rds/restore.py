"""Where a new RDS database gets its data from."""

import re
from typing import Annotated, TypeAlias

from railbed.validation.arguments import Arguments
from railbed.validation.known_values import where_known
from railbed.validation.rules import rule
from railbed.validation.types import InputText, matching


def _source(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9:_-]+", value):
        raise ValueError("specify the name or ARN of a snapshot or database")
    return value


RestoreSource: TypeAlias = Annotated[InputText, where_known(_source)]
"""Name or ARN of a snapshot or database."""


class RdsRestore(Arguments):
    """Where a new database gets its data from."""

    snapshot_identifier: RestoreSource | None = None
    """Name or ARN of a snapshot."""
    source_identifier: RestoreSource | None = None
    """Identifier of a database whose state at `time` to restore."""
    time: (
        Annotated[str, matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "specify a time in UTC, such as 2026-01-31T08:30:00Z")]
        | None
    ) = None
    """Point in time in UTC, such as 2026-01-31T08:30:00Z. Default: the latest possible, about five minutes ago."""

    @rule
    def _one_source(self) -> None:
        if (self.snapshot_identifier is None) == (self.source_identifier is None):
            raise ValueError("restore needs either snapshot_identifier or source_identifier: specify exactly one")
        if self.time is not None and self.source_identifier is None:
            raise ValueError("restore.time has no effect for a snapshot, which is of one time: remove it")
