"""Gemfile.lock: the gems of the application and their versions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.place import Found, Place, text_of

PATH = "Gemfile.lock"
_SPEC = re.compile(r" {4}([A-Za-z0-9._-]+) \(([^)]+)\)")


@dataclass(frozen=True)
class LockFile:
    """The gems that Bundler has settled on."""

    gems: Mapping[str, Found[str]]
    """Versions by the names of gems."""

    def has(self, gem: str) -> bool:
        """Whether the application has a gem."""
        return gem in self.gems

    def major(self, gem: str) -> int | None:
        """The major version of a gem; None where the application has none."""
        found = re.match(r"\d+", self.gems[gem].value) if gem in self.gems else None
        return int(found[0]) if found else None

    def first(self, *gems: str) -> str | None:
        """The first of these gems that the application has."""
        return next((gem for gem in gems if gem in self.gems), None)


def read_lock_file(folder: Path) -> LockFile | None:
    """Read Gemfile.lock; None where there is none. Raises `UnreadableFile`."""
    text = text_of(folder, PATH)
    if text is None:
        return None
    gems = {
        spec[1]: Found(spec[2], Place(PATH, number))
        for number, line in enumerate(text.splitlines(), 1)
        if (spec := _SPEC.fullmatch(line))
    }
    return LockFile(gems)
