"""config/puma.rb: what decides how many threads and processes Puma has, and how long it keeps connections."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.place import Found, Place, text_of
from railbed_stacks.application_files.ruby import read_expression, without_comment

PATH = "config/puma.rb"
READS_WORKERS, READS_PERSISTENT_TIMEOUT = 5, 7
"""Major versions of Puma from which on it reads WEB_CONCURRENCY and PUMA_PERSISTENT_TIMEOUT itself (puma/configuration.rb).
It never reads RAILS_MAX_THREADS, which is Rails'."""

_DIRECTIVE = re.compile(r"\s*(threads|workers|persistent_timeout|plugin)\b[\s(]+(.+?)\)?\s*")
_ASSIGNMENT = re.compile(r"\s*(\w+)\s*=\s*(?!=)(.+)")
_CONDITION = re.compile(r"\s(?:if|unless)\s.*")
_PLUGIN = re.compile(r":(\w+)")


@dataclass(frozen=True)
class PumaSetting:
    """A directive of config/puma.rb."""

    variables: tuple[str, ...]
    """Environment variables that it reads."""
    default: int | None
    """Its value without them, if it is written there."""
    place: Place


@dataclass(frozen=True)
class PumaFile:
    """The directives of config/puma.rb that railbed has settings for."""

    settings: Mapping[str, PumaSetting]
    """threads, workers and persistent_timeout, as far as they are there; the last of each wins."""
    plugins: Mapping[str, Place]


def read_puma_file(folder: Path) -> PumaFile | None:
    """Read config/puma.rb; None where there is none. Raises `UnreadableFile`."""
    text = text_of(folder, PATH)
    if text is None:
        return None
    assigned: dict[str, Found[str]] = {}
    settings: dict[str, PumaSetting] = {}
    plugins: dict[str, Place] = {}
    for number, line in enumerate(map(without_comment, text.splitlines()), 1):
        place = Place(PATH, number)
        if directive := _DIRECTIVE.fullmatch(line):
            name, arguments = directive[1], _CONDITION.sub("", directive[2])
            if name == "plugin":
                plugins |= dict.fromkeys(_PLUGIN.findall(arguments)[:1], place)
            else:
                settings[name] = _setting(arguments, assigned, place)
        elif assignment := _ASSIGNMENT.fullmatch(line):
            assigned[assignment[1]] = Found(assignment[2], place)
    return PumaFile(settings, plugins)


def _setting(arguments: str, assigned: Mapping[str, Found[str]], place: Place) -> PumaSetting:
    """A directive whose last argument, which may be a local variable, is its value."""
    last = _last_argument(arguments)
    words = [assigned[word].value for word in re.findall(r"\b[a-z_]\w*\b", last) if word in assigned]
    read = read_expression(words[-1] if words else last)
    default = int(read.default) if read.default is not None and read.default.isdecimal() else None
    return PumaSetting(read.variables, default, place)


def _last_argument(arguments: str) -> str:
    """What stands behind the last comma outside of brackets."""
    depth, start = 0, 0
    for position, character in enumerate(arguments):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            start = position + 1
    return arguments[start:]
