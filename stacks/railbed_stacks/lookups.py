"""Looks up what exists in a cloud, before anything of the stack is registered."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pulumi

from railbed.validation.checks import InvalidArguments

FoundT = TypeVar("FoundT")

LONGEST_REASON = 200


class Lookups:
    """Questions to a cloud about what the settings name, whose problems are reported together."""

    def __init__(self, provider: pulumi.ProviderResource | None = None) -> None:
        self.opts = pulumi.InvokeOptions(provider=provider)
        self._problems = list[str]()

    def find(self, setting: str, value: str, ask: Callable[[pulumi.InvokeOptions], FoundT]) -> FoundT | None:
        """What the cloud says of a value; None where it knows none, which `refuse` tells."""
        try:
            return ask(self.opts)
        except Exception as error:  # (the SDK raises nothing more particular)
            self.add(f"{setting}: '{value}' was not found: {_reason(error)}; name one that exists and that you may read")
            return None

    def add(self, *problems: str) -> None:
        """Keep further problems."""
        self._problems += problems

    def refuse(self) -> None:
        """Raise `InvalidArguments` if anything is wrong."""
        if self._problems:
            subject = f"The settings of stack '{pulumi.get_stack()}' (Pulumi.{pulumi.get_stack()}.yaml)"
            raise InvalidArguments(subject, list(dict.fromkeys(self._problems)))


def differing(setting: str, found: Iterable[tuple[str, str]], wanted: str, what: str) -> list[str]:
    """A problem for each name whose value is not the wanted one."""
    return [f"{setting}: {name} is in {what} {value}, not in {wanted}" for name, value in found if value != wanted]


def _reason(error: Exception) -> str:
    """The end of what the provider says, which names the cause, in one line."""
    text = " ".join(str(error).partition(" failed: ")[2].split() or str(error).split())
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."
