"""Pulumi's properties as AWS' own requests, and its answers as outputs, by the API models that botocore brings along.

The provider's names are the API's in other dress: cidrBlock is CidrBlock, capacityProviderStrategies is
capacityProviderStrategy, tags are a list of pairs. What a model has no member for is left out: the provider's own switches.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

Renames = Mapping[str, str]
_PAIRS = (("Key", "Value"), ("key", "value"), ("Name", "Value"), ("TagKey", "TagValue"))


def request_of(shape: Shape, given: Any, renames: Renames) -> Any:
    """A value as the API takes it. `renames` names the members, or paths of them, of properties that are called otherwise."""
    if isinstance(given, str) and isinstance(shape, ListShape | StructureShape) and given[:1] in ("[", "{"):
        given = json.loads(given)  # containerDefinitions
    if isinstance(shape, StructureShape):
        return _structure(shape, given[0] if isinstance(given, list) else given, renames)
    if isinstance(shape, ListShape):
        return _list(shape, given, renames)
    if isinstance(shape, MapShape):
        return {str(key): request_of(shape.value, value, renames) for key, value in given.items()}
    return _scalar(shape, given)


def _structure(shape: StructureShape, given: Mapping[str, Any], renames: Renames) -> dict[str, Any]:
    request: dict[str, Any] = {}
    by_name = {_simple(member): member for member in shape.members}
    for key, value in given.items():
        if value is None or value == []:
            continue
        name = _simple(key)
        path = renames.get(key) or by_name.get(name) or by_name.get(_singular(name))
        if path:
            _put(shape, request, path.split("."), value, renames)
    return request


def _put(shape: StructureShape, request: dict[str, Any], path: list[str], value: Any, renames: Renames) -> None:
    first, *rest = path
    member = shape.members.get(first)
    if member is None:  # the name of another operation of the same resource
        return
    if rest:
        assert isinstance(member, StructureShape)
        _put(member, request.setdefault(first, {}), rest, value, renames)
    else:
        request[first] = request_of(member, value, renames)


def _list(shape: ListShape, given: Any, renames: Renames) -> list[Any]:
    item = shape.member
    if isinstance(given, dict) and isinstance(item, StructureShape):
        for key, value in _PAIRS:
            if {key, value} <= set(item.members):
                return [{key: name, value: str(text)} for name, text in given.items()]
    return [request_of(item, each, renames) for each in (given if isinstance(given, list) else [given])]


def _scalar(shape: Shape, given: Any) -> Any:
    if shape.type_name in ("integer", "long"):
        return int(given)
    if shape.type_name in ("float", "double"):
        return float(given)
    if shape.type_name == "boolean":
        return given if isinstance(given, bool) else str(given).lower() == "true"
    if shape.type_name == "string" and isinstance(given, bool):
        words = ("ENABLED", "DISABLED") if "ENABLED" in shape.enum else ("true", "false")
        return words[0] if given else words[1]
    return str(given) if shape.type_name == "string" else given


def outputs_of(answer: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The outputs among `names` that an answer has under the API's name for them."""
    by_name = {_simple(name): name for name in names}
    return {
        by_name[_simple(member)]: value
        for member, value in answer.items()
        if isinstance(value, str | int | float | bool) and _simple(member) in by_name
    }


def at(answer: Any, path: str) -> Any:
    """What lies at a path such as Vpcs.0.VpcId; None where there is nothing."""
    for step in path.split("."):
        if isinstance(answer, list) and step.isdecimal():
            answer = answer[int(step)] if int(step) < len(answer) else None
        elif isinstance(answer, Mapping):
            answer = answer.get(step)
        else:
            return None
    return answer


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """A request written with "$property" in place of values; what has no value is left out, with all that needs it."""
    if isinstance(template, str):
        if template.startswith("$"):
            return at(values, template[1:])
        return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], "")), template)
    if isinstance(template, Mapping):
        found = {key: filled(value, values) for key, value in template.items()}
        kept = {key: value for key, value in found.items() if value is not None}
        return kept if kept or not template else None
    if isinstance(template, list):
        items = [item for item in (filled(value, values) for value in template) if item is not None]
        return items or None
    return template


def _simple(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name.removesuffix("s")
