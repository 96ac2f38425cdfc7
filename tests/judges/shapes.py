"""Values held against the shapes of an API's own description: names, types, enumerations, patterns and limits.

Shapes are as botocore has them, https://smithy.io/2.0/spec/constraint-traits.html.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NUMBERS = ("integer", "long", "float", "double")


@dataclass(frozen=True)
class Objection:
    """A value that an API does not take."""

    where: str
    """The member, with dots: containerDefinitions.cpu."""
    rule: str
    """What it breaks: name, required, type, enum, pattern, min, max."""
    text: str


def objections(shape: Any, value: Any, where: str = "") -> Iterator[Objection]:
    """What the shape has against a value."""
    kind = shape.type_name
    if kind == "structure":
        yield from _of_structure(shape, value, where)
    elif kind == "list":
        yield from _of_list(shape, value, where)
    elif kind == "map":
        yield from _of_map(shape, value, where)
    elif kind in NUMBERS:
        yield from _of_number(shape, value, where)
    elif kind == "boolean":
        if str(value).lower() not in ("true", "false"):
            yield Objection(where, "type", f"{value!r} is not true or false")
    elif kind in ("string", "blob"):
        yield from _of_string(shape, value, where)


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a model, which is one of Java, with its classes and surrogates as Python has them."""
    for of_java, of_python in _JAVA.items():
        pattern = pattern.replace(of_java, of_python)
    return re.compile(pattern)


_JAVA = {
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    r"\p{Print}": r"[\x20-\x7E]",
    r"\p{L}\p{Z}\p{N}": r"\w\s",
    r"\p{ASCII}": r"[\x00-\x7F]",
}


def _of_structure(shape: Any, value: Any, where: str) -> Iterator[Objection]:
    if not isinstance(value, Mapping):
        yield Objection(where, "type", f"{value!r} is not a structure")
        return
    for name, inner in value.items():
        if name in shape.members:
            yield from objections(shape.members[name], inner, _inside(where, name))
        else:
            yield Objection(_inside(where, name), "name", "is not known")
    for name in shape.required_members:
        if name not in value:
            yield Objection(_inside(where, name), "required", "is missing")


def _of_list(shape: Any, value: Any, where: str) -> Iterator[Objection]:
    if not isinstance(value, list):
        yield Objection(where, "type", f"{value!r} is not a list")
        return
    yield from _limits(shape, len(value), where, "entries")
    for inner in value:
        yield from objections(shape.member, inner, where)


def _of_map(shape: Any, value: Any, where: str) -> Iterator[Objection]:
    if not isinstance(value, Mapping):
        yield Objection(where, "type", f"{value!r} is not a map")
        return
    yield from _limits(shape, len(value), where, "entries")
    for key, inner in value.items():
        yield from objections(shape.key, key, where)
        yield from objections(shape.value, inner, where)


def _of_number(shape: Any, value: Any, where: str) -> Iterator[Objection]:
    # Pulumi's SDK has some numbers and booleans as strings, which the provider reads.
    whole = shape.type_name in ("integer", "long")
    written = re.fullmatch(r"-?\d+" if whole else r"-?\d+(\.\d+)?", str(value))
    if isinstance(value, bool) or not (written or (isinstance(value, float) and value.is_integer())):
        yield Objection(where, "type", f"{value!r} is not a number")
    else:
        yield from _limits(shape, float(value), where, "")


def _of_string(shape: Any, value: Any, where: str) -> Iterator[Objection]:
    if isinstance(value, dict | list):
        yield Objection(where, "type", f"{value!r} is not a string")
        return
    text = str(value).lower() if isinstance(value, bool) else str(value)
    yield from _limits(shape, len(text), where, "characters")
    shown = "a value" if shape.metadata.get("sensitive") else repr(text)
    if (allowed := shape.metadata.get("enum")) and text not in allowed:
        yield Objection(where, "enum", f"{shown} is none of {', '.join(sorted(allowed)[:12])}")
    # Services match the whole of a value: https://smithy.io/2.0/spec/constraint-traits.html#pattern-trait warns that anchors
    # are left out by services that were defined before it.
    if (pattern := shape.metadata.get("pattern")) and not compiled(pattern).fullmatch(text):
        yield Objection(where, "pattern", f"{shown} does not match {pattern}")


def _limits(shape: Any, count: float, where: str, unit: str) -> Iterator[Objection]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and count < least:
        yield Objection(where, "min", f"{count:g} {unit} of {least} or more".replace("  ", " "))
    if most is not None and count > most:
        yield Objection(where, "max", f"{count:g} {unit} of {most} or less".replace("  ", " "))


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}".lstrip(".")
