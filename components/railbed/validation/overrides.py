"""Changes of a program's own to the resources that a component creates."""

import difflib
import inspect
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from railbed.description.decided_variables import refuse
from railbed.secrets.public_configuration import problems_of_override

KUBERNETES_FIELDS = frozenset({"metadata", "spec"})
"""What every Kubernetes object that railbed creates may be told."""

MANY = 12
"""Names that an error does not list."""

Known = type | Collection[str] | None
"""What a child may be told: the names, or a class that takes them as arguments; None takes every name."""


def check_overrides(overrides: Mapping[str, Mapping[str, Any]], children: Mapping[str, Known]) -> None:
    """Raise `ValueError` for overrides that have no effect, that the child does not know, or that hold a secret."""
    refuse(list(_problems(overrides, children)))


def _problems(overrides: Mapping[str, Mapping[str, Any]], children: Mapping[str, Known]) -> Iterator[str]:
    unknown = sorted(set(overrides) - set(children))
    if unknown:
        yield f"overrides of {', '.join(unknown)} have no effect: use one of {', '.join(sorted(children))}"
    for child, override in overrides.items():
        known = children.get(child)
        names = set(inspect.signature(known).parameters) if isinstance(known, type) else set(known or override)
        for name in sorted(set(override) - names):
            yield f"overrides of {child} do not know {name}{_remedy(name, sorted(names))}"
        yield from problems_of_override(override, f"overrides.{child}")


def _remedy(name: str, known: list[str]) -> str:
    if close := difflib.get_close_matches(name, known, n=1):
        return f": did you mean {close[0]}?"
    return f": use one of {', '.join(known)}" if len(known) <= MANY else ", see the provider's documentation of that resource"


def overridden(inputs: dict[str, Any], overrides: Mapping[str, dict[str, Any]], child: str) -> dict[str, Any]:
    """A child's inputs with the program's own on top: mappings are merged, everything else is replaced."""
    return merged(inputs, overrides.get(child, {}))


def merged(inputs: dict[str, Any], override: dict[str, Any]) -> dict[str, Any]:
    """`inputs` with `override` on top: mappings are merged, everything else is replaced."""
    result = dict(inputs)
    for key, value in override.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result
