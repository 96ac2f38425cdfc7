"""What is to be written: settings, each with the reason for it, and what is left for the user to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from railbed_stacks.application_files.place import Place
from railbed_stacks.settings import Target

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class SecretToSet:
    """A secret that the user gives with `pulumi config set --secret`."""

    name: str
    reason: str
    file: str | None = None
    """A file beside the application that holds it."""


@dataclass
class Draft:
    """The settings of a stack as far as they are decided."""

    target: Target
    values: dict[str, Any] = field(default_factory=dict)
    reasons: dict[Path, str] = field(default_factory=dict)
    """Why each value is as it is: the line that it comes from, or what is guessed."""
    secrets: dict[str, SecretToSet] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What the settings cannot say, and the way round."""

    def set(self, path: str, value: Any, reason: str | Place) -> None:
        """Set a value by its path, whose words are between dots."""
        self.put(tuple(path.split(".")), value, reason)

    def put(self, path: Sequence[str], value: Any, reason: str | Place) -> None:
        """Set a value by its path."""
        *parents, last = path
        inside = self.values
        for parent in parents:
            inside = inside.setdefault(parent, {})
        inside[last] = value
        self.reasons[tuple(path)] = str(reason)

    def get(self, path: str) -> Any:
        """The value at a path; None where there is none."""
        found: Any = self.values
        for word in path.split("."):
            found = found.get(word) if isinstance(found, dict) else None
        return found

    def need(self, name: str, reason: str | Place, file: str | None = None) -> None:
        """Ask for a secret; the first reason stays."""
        self.secrets.setdefault(name, SecretToSet(name, str(reason), file))

    def note(self, text: str, place: Place | None = None) -> None:
        """Tell something once."""
        told = f"{text} ({place})" if place is not None else text
        if told not in self.notes:
            self.notes.append(told)


def guess(text: str) -> str:
    """A reason that no file gives."""
    return f"guess: {text}"
