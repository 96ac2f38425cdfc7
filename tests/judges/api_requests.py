"""The requests by which a provider makes what was registered: each input at the member that it becomes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.judges.registered import Registered
from tests.judges.terraform_names import MAPS

ShapeOf = Callable[[str, str], Any]
"""Finds the shape of an operation's input, by service and operation."""

EMPTY: tuple[Any, ...] = (None, [], {})
"""What the provider leaves out of a request."""


@dataclass(frozen=True)
class At:
    """An input is handed to a member, as it is or converted; of another operation if one is named."""

    member: str
    """Where, with dots; entries of lists are reached without a number."""
    convert: Callable[[Any], Any] = lambda value: value
    service: str = ""
    operation: str = ""


@dataclass(frozen=True)
class NotHandedOn:
    """An input that no request holds."""

    reason: str


@dataclass(frozen=True)
class Supplied:
    """A member that the API requires and the provider adds."""

    reason: str
    only_with: str = ""
    """Input with which alone it does; empty: always."""


HERE = At("")
"""The entries of an input are members of the structure that it is in."""

Target = str | At | NotHandedOn


@dataclass(frozen=True)
class Made:
    """How a provider makes resources of a kind."""

    service: str
    operation: str
    inputs: Mapping[str, Target] = field(default_factory=dict)
    """By input, with dots, where it goes if not to the member of the same name beside it."""
    supplied: Mapping[str, Supplied] = field(default_factory=dict)
    """Members that the provider adds."""

    def adds(self, member: str, resource: Registered) -> bool:
        """Whether the provider adds a member to the request for a resource."""
        supplied = self.supplied.get(member)
        return supplied is not None and (not supplied.only_with or supplied.only_with in resource.inputs)


@dataclass(frozen=True)
class Request:
    """What an operation is called with."""

    service: str
    operation: str
    parameters: dict[str, Any]
    complete: bool
    """Whether it holds all that the operation is called with."""


@dataclass
class Requests:
    """The requests that make a resource, and what became of its inputs."""

    requests: list[Request]
    judged: set[str]
    """Inputs that are in a request, by path."""
    used: set[str]
    """Entries of the table that were of use."""
    left: set[str]
    """Inputs that no request holds, as the table says."""
    unknown: set[str]
    """Inputs that go nowhere, which the table has to say."""


def requests_of(resource: Registered, made: Made, everywhere: Mapping[str, Target], shape_of: ShapeOf) -> Requests:
    """The requests that make a resource. `everywhere` holds for inputs of all kinds."""
    return _Translation(made, everywhere, shape_of).of(resource)


class _Translation:
    def __init__(self, made: Made, everywhere: Mapping[str, Target], shape_of: ShapeOf) -> None:
        self._made, self._everywhere, self._shape_of = made, everywhere, shape_of
        self._found = Requests([], set(), set(), set(), set())

    def of(self, resource: Registered) -> Requests:
        shape = self._shape_of(self._made.service, self._made.operation)
        parameters: dict[str, Any] = {}
        self._structure(resource.inputs, shape, "", parameters)
        self._found.judged = set(leaves("", resource.inputs)) - self._found.left - self._found.unknown
        self._found.requests.insert(0, Request(self._made.service, self._made.operation, parameters, complete=True))
        return self._found

    def _structure(self, inputs: Mapping[str, Any], shape: Any, prefix: str, into: dict[str, Any]) -> None:
        for name, value in inputs.items():
            path = f"{prefix}.{name}".lstrip(".")
            target = self._target(path, name, shape)
            if isinstance(target, NotHandedOn):
                self._found.left.update(leaves(path, value))
            elif target is None:
                self._found.unknown.update(leaves(path, value))
            elif target == HERE:
                for entry in value if isinstance(value, list) else [value]:
                    self._structure(entry, shape, path, into)
            elif target.operation:
                self._elsewhere(value, target, path)
            else:
                self._put(into, shape, target, path, value)

    def _target(self, path: str, name: str, shape: Any) -> At | NotHandedOn | None:
        given = self._made.inputs.get(path)
        if given is not None:
            self._found.used.add(path)
            return At(given) if isinstance(given, str) else given
        same = {member.replace("_", "").lower(): member for member in shape.members}.get(name.lower())
        if same is not None:
            return At(same)
        common = self._everywhere.get(name) if path == name else None
        return At(common) if isinstance(common, str) else common

    def _elsewhere(self, value: Any, target: At, path: str) -> None:
        service = target.service or self._made.service
        parameters: dict[str, Any] = {}
        self._put(parameters, self._shape_of(service, target.operation), target, path, value)
        if parameters:
            self._found.requests.append(Request(service, target.operation, parameters, complete=False))

    def _put(self, into: dict[str, Any], shape: Any, target: At, path: str, value: Any) -> None:
        if value in EMPTY:
            return
        *parents, last = target.member.split(".")
        for parent in parents:
            shape = shape.members[parent]
            if shape.type_name == "list":
                shape, entries = shape.member, into.setdefault(parent, [{}])
                into = entries[0]
            else:
                into = into.setdefault(parent, {})
        into[last] = self._value(target.convert(value), shape.members[last], path)

    def _value(self, value: Any, shape: Any, path: str) -> Any:
        kind, of_structures = shape.type_name, shape.type_name == "list" and shape.member.type_name == "structure"
        if of_structures and isinstance(value, dict) and (pair := _pair(shape.member)):
            return [dict(zip(pair, entry, strict=True)) for entry in value.items()]
        if kind == "list" and not isinstance(value, list):
            value = [value]  # Pulumi has no list where Terraform's schema allows one entry only,
        elif kind not in ("list", "map") and isinstance(value, list) and len(value) == 1:
            value = value[0]  # and one where the provider takes the first.
        if of_structures:
            return [self._value(entry, shape.member, path) for entry in value]
        if kind == "structure" and isinstance(value, Mapping):
            inner: dict[str, Any] = {}
            self._structure(value, shape, path, inner)
            return inner
        return value


def leaves(path: str, value: Any) -> Iterator[str]:
    """The inputs in a value, by path, without what only holds others; those of all entries of a list are the same."""
    if isinstance(value, Mapping) and value and path.rpartition(".")[2] not in MAPS:
        for name, inner in value.items():
            yield from leaves(f"{path}.{name}".lstrip("."), inner)
    elif isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        for entry in value:
            yield from leaves(path, entry)
    else:
        yield path


def _pair(shape: Any) -> tuple[str, str] | None:
    """The members of an entry of a list that is a map in Pulumi: tags, dimensions."""
    for key in ("Key", "key", "Name", "name"):
        value = "Value" if key[0].isupper() else "value"
        if {key, value} <= set(shape.members):
            return key, value
    return None
