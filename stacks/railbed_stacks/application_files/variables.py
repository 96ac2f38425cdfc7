"""Environment variables as the files of an application name them. The value of a secret is never kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from railbed.secrets.clear_text import secret_in_clear_text
from railbed_stacks.application_files.place import Place
from railbed_stacks.application_files.yaml_file import Entry


@dataclass(frozen=True)
class Variable:
    """An environment variable."""

    name: str
    value: str | None
    """None for a secret, and for what the file does not say."""
    place: Place
    is_secret: bool = False


def variable(name: str, value: str | None, place: Place) -> Variable:
    """A variable, without its value where everybody should not read it."""
    if value is not None and secret_in_clear_text(name, value):
        return Variable(name, None, place, is_secret=True)
    return Variable(name, value, place)


def clear_variables(entry: Entry | None) -> Iterator[Variable]:
    """The variables of a mapping of names to values."""
    for name, value in (entry.mapping if entry is not None else {}).items():
        yield variable(name, value.text, value.place)


def secret_variables(entry: Entry | None) -> Iterator[Variable]:
    """The variables of a list of names, or of a mapping whose values say where the secrets are."""
    if entry is None:
        return
    for name, value in entry.mapping.items():
        yield Variable(name, None, value.place, is_secret=True)
    for item in entry.sequence:
        if item.text:
            # Kamal takes NAME:OTHER for a secret that has another name elsewhere.
            yield Variable(item.text.partition(":")[0], None, item.place, is_secret=True)
