"""Values that are known only while it is deployed."""

from collections.abc import Iterator, Mapping
from typing import Any

from railbed_stacks.commands.preview.plan import CREATE, UNKNOWN, Plan
from railbed_stacks.commands.preview.words import is_counted, kind_of

MOST_PATHS = 3


def unknown_of(plan: Plan) -> list[str]:
    """As in "`image` of shop-web": of what is there already, which values are not known yet."""
    found = []
    for step in plan.changed:
        if step.operation == CREATE or not is_counted(step.type):
            continue
        paths = list(dict.fromkeys(path for path, value in _leaves(step.new) if _has_unknown(value)))
        if paths:
            named = ", ".join(f"`{path}`" for path in paths[:MOST_PATHS])
            more = f" and {len(paths) - MOST_PATHS} more" if len(paths) > MOST_PATHS else ""
            found.append(f"{kind_of(step.type).noun} `{step.name}`: {named}{more}")
    return found


def _has_unknown(value: Any) -> bool:
    return isinstance(value, str) and any(mark in value for mark in UNKNOWN)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value
