"""What of a resource is known in a preview: one unknown value leaves everything beside it to be checked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy.proxy import UnknownValueError

TO_COME = "(known after the update)"
"""What railbed's components write in the midst of a string in place of a value that is not known yet."""


class Unknown:
    """Stands for a value that is not known yet; it is no violation."""

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown()


def known(value: Any) -> Any:
    """A value as plain mappings, lists and scalars, in which `UNKNOWN` is what is not known."""
    if isinstance(value, Mapping):
        return {key: _item(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_item(value, position) for position in range(len(value))]
    return UNKNOWN if value == TO_COME else value


def is_off(props: Mapping[str, Any], name: str) -> bool:
    """Whether a property is known to be false or missing."""
    value = props.get(name)
    return value is not UNKNOWN and not value


def mappings(value: Any) -> list[dict[str, Any]]:
    """The mappings in a list, if it is one."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def mappings_within(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a value, at any depth."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from mappings_within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from mappings_within(inner)


def _item(value: Any, key: Any) -> Any:
    try:
        return known(value[key])
    except UnknownValueError:
        return UNKNOWN
