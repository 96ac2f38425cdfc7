"""Values of the settings that arrive otherwise than they were written: numbers and dates without quotes.

YAML reads `0644` as 420 and `1.0` as 1, and Pulumi hands on what YAML read. Most of it can only be seen in the file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from railbed.description.app import Resources

_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \S+")
"""How Pulumi hands on a date: as Go prints a time."""

_QUOTES = "and would arrive in another form ({}): put it in quotes"


def dates(arrived: object, path: str) -> Iterator[str]:
    """A problem for each value that was a date to YAML."""
    if isinstance(arrived, str) and _DATE.fullmatch(arrived):
        yield f"{path}: is a date to YAML, {_QUOTES.format('2026-01-02 as 2026-01-02 00:00:00 +0000 UTC')}"
    for key, value in _items(arrived):
        yield from dates(value, f"{path}.{key}")


def written(file: Path) -> Mapping[str, yaml.Node]:
    """The settings in a file as YAML's nodes, which know how each value was written; none if it cannot be read."""
    try:
        top = yaml.compose(file.read_text(), Loader=yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return {}  # with `--config-file` the settings are elsewhere
    config = dict(_nodes(top)).get("config") if top is not None else None
    return {key.removeprefix("railbed:"): node for key, node in _nodes(config) if key.startswith("railbed:")}


def numbers(node: yaml.Node | None, arrived: object, checked: object, path: str) -> Iterator[str]:
    """A problem for each text that was written as a number and is not as it was written.

    `checked` is what the settings make of what has `arrived`.
    """
    if isinstance(checked, Resources):
        return  # CPU is a number, in whatever form
    if isinstance(checked, str) and isinstance(node, yaml.ScalarNode) and node.style is None:
        if node.value != checked and _is_number(arrived) and _read(node.value) == arrived:
            yield f"{path}: is a number to YAML, {_QUOTES.format('0644 as 420, 1.0 as 1')}"
        return
    of_file, of_settings = dict(_nodes(node)), dict(_items(checked))
    for key, value in _items(arrived):
        yield from numbers(of_file.get(key), value, of_settings.get(key), f"{path}.{key}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(text: str) -> float | None:
    """The number that Pulumi's YAML reads; None if the text is none."""
    digits = text.replace("_", "")
    if re.fullmatch("[-+]?0[0-7]+", digits):
        return int(digits, 8)
    for read in (lambda: int(digits, 0), lambda: float(digits)):
        try:
            return read()
        except ValueError:
            continue
    return None


def _items(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        yield from ((field, getattr(value, field)) for field in type(value).model_fields)
    elif isinstance(value, Mapping):
        yield from ((str(key), inner) for key, inner in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((str(position), inner) for position, inner in enumerate(value))


def _nodes(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), inner) for key, inner in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from ((str(position), inner) for position, inner in enumerate(node.value))
