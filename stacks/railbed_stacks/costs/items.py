"""What a resource is paid for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from railbed_stacks.previewed import Resource


@dataclass(frozen=True)
class Item:
    """A price of the list, and how many times it is paid."""

    key: str
    """What is paid for, as the list of prices names it."""
    amount: float = 1


@dataclass(frozen=True)
class Stack:
    """All resources of a stack, to follow what one needs of another."""

    by_urn: Mapping[str, Resource]

    def needed(self, resource: Resource, argument: str, kind: str) -> Resource | None:
        """The resource of this type that an argument comes from."""
        found = (self.by_urn.get(urn) for urn in resource.needs.get(argument, ()))
        return next((each for each in found if each is not None and each.type == kind), None)


Counting: TypeAlias = Callable[[Resource, Stack], Iterator[Item]]


def number(value: Any, otherwise: int = 1) -> int:
    """A number out of inputs; `otherwise` where it is missing or known later."""
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return otherwise
