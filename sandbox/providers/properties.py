"""Pulumi property values as plain Python data, with `Secret` and `UNKNOWN` standing among it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import ListValue, Struct, Value
from pulumi.runtime import rpc

Properties = dict[str, Any]
SIGNATURE, SECRET, OUTPUT = rpc._special_sig_key, rpc._special_secret_sig, rpc._special_output_value_sig


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that the engine encrypts and never shows."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


class Unknown:
    """A value that is known only after the resources it comes from exist."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __deepcopy__(self, _memo: object) -> "Unknown":
        return self


UNKNOWN: Final = Unknown()


def load(struct: Struct) -> Properties:
    """Read what the engine sent."""
    return {key: _load(value) for key, value in struct.fields.items()}


def _load(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _load_struct(value.struct_value)
    if kind == "list_value":
        return [_load(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
    return value.bool_value if kind == "bool_value" else None


def _load_struct(struct: Struct) -> Any:
    signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else None
    if signature is None:
        return load(struct)
    content = _load(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
    if signature == SECRET:
        return Secret(content)
    if signature == OUTPUT:
        secret = "secret" in struct.fields and struct.fields["secret"].bool_value
        return Secret(content) if secret else content
    return load(struct)


def dump(properties: Mapping[str, Any]) -> Struct:
    """Write what goes back to the engine."""
    return Struct(fields={key: _dump(value) for key, value in properties.items()})


def _dump(value: Any) -> Value:
    if value is None:
        return Value(null_value=0)  # type: ignore[arg-type]
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, Secret):
        return Value(struct_value=dump({SIGNATURE: SECRET, "value": value.value}))
    if isinstance(value, Mapping):
        return Value(struct_value=dump(value))
    if isinstance(value, Unknown):
        return Value(string_value=rpc.UNKNOWN)
    return Value(list_value=ListValue(values=[_dump(item) for item in value]))


def plain(value: Any) -> Any:
    """A deep copy without the secret marks."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def has_unknown(value: Any) -> bool:
    """Whether anything inside is not known yet."""
    return _contains(value, Unknown)


def has_secret(value: Any) -> bool:
    """Whether anything inside is secret."""
    return _contains(value, Secret)


def _contains(value: Any, mark: type) -> bool:
    if isinstance(value, mark):
        return True
    if isinstance(value, Secret):
        return _contains(value.value, mark)
    if isinstance(value, dict):
        return any(_contains(item, mark) for item in value.values())
    return isinstance(value, list) and any(_contains(item, mark) for item in value)


def mark_secrets(target: Properties, source: Properties) -> Properties:
    """A copy of `target` in which everything is secret that is secret at the same place in `source`.

    Lists are marked whole: their order may differ between what was asked for and what came back.
    """
    marked = dict(target)
    for key, origin in source.items():
        if key not in marked or isinstance(marked[key], Secret):
            continue
        if isinstance(marked[key], dict) and isinstance(origin, dict):
            marked[key] = mark_secrets(marked[key], origin)
        elif has_secret(origin):
            marked[key] = Secret(marked[key])
    return marked
