"""What stops an operation, in words for the user."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


class OperationError(Exception):
    """An operation cannot be done; the text says why and how to mend it, without secrets."""


def part_named(parts: Mapping[str, T], name: str) -> T:
    """A part of the application by its name. Raises `OperationError` with the names that there are."""
    if name not in parts:
        raise OperationError(f"there is no part '{name}': name one of {', '.join(parts) or 'none, as nothing runs'}")
    return parts[name]
