"""Changes of a program's own to the cloud resources that a component creates."""

import difflib
import inspect
from collections.abc import Mapping
from typing import Any

from railbed.kubernetes.workload import merged


def check_child_overrides(overrides: Mapping[str, Mapping[str, Any]], children: Mapping[str, type]) -> None:
    """Raise `ValueError` for an override that would change nothing, or of an argument that the resource does not have.

    `children` are the classes of the children's arguments, by child.
    """
    unknown = sorted(set(overrides) - set(children))
    if unknown:
        raise ValueError(f"overrides of {', '.join(unknown)} would change nothing: known are {', '.join(sorted(children))}")
    for child, override in overrides.items():
        arguments = set(inspect.signature(children[child]).parameters)
        for argument in sorted(set(override) - arguments):
            close = difflib.get_close_matches(argument, sorted(arguments), n=1)
            meant = f": did you mean {close[0]}?" if close else ", see the provider's documentation of that resource"
            raise ValueError(f"overrides of {child} have no argument {argument}{meant}")


def overridden(inputs: dict[str, Any], overrides: Mapping[str, dict[str, Any]], child: str) -> dict[str, Any]:
    """A child's inputs with the program's own on top: mappings are merged, everything else is replaced."""
    return merged(inputs, overrides.get(child, {}))
