"""What the engine keeps of an object: its properties there and back, with secrets marked."""

from typing import Any

from google.protobuf.struct_pb2 import Struct

from ..properties import Properties, Secret, dump, mark_secrets, plain
from .api import Object
from .difference import READ_ONLY, normalized, pruned

INPUTS, VERSION, MANAGER = "__inputs", "__initialApiVersion", "__fieldManager"


def kind_of(urn: str) -> Object:
    """apiVersion and kind from a resource's type, as in kubernetes:apps/v1:Deployment."""
    _, version, kind = urn.split("::")[2].rpartition("$")[2].split(":")
    return {"apiVersion": version.removeprefix("core/"), "kind": kind}


def is_patch(urn: str, item: Object) -> bool:
    """Whether a resource is the Patch of a kind: some fields of an object that belongs to others."""
    return bool(item.get("kind")) and urn.split("::")[2].endswith(f":{item['kind']}Patch")


def id_of(item: Object) -> str:
    """The resource's id: namespace/name, or the name alone."""
    namespace, name = item["metadata"].get("namespace"), item["metadata"]["name"]
    return f"{namespace}/{name}" if namespace else str(name)


def _dashes(value: Any, *, back: bool = False) -> Any:
    """Properties cannot be called x-kubernetes-...; their names have underscores instead."""
    if isinstance(value, list):
        return [_dashes(item, back=back) for item in value]
    if not isinstance(value, dict):
        return value
    prefix, one, other = ("x_kubernetes_", "_", "-") if back else ("x-kubernetes-", "-", "_")
    return {key.replace(one, other) if key.startswith(prefix) else key: _dashes(item, back=back) for key, item in value.items()}


def object_of(properties: Properties) -> Object:
    """The object that properties describe."""
    return _dashes(plain(properties), back=True)  # type: ignore[no-any-return]


def secured(item: Object, given: Properties) -> Properties:
    """The object as properties: what the program called secret, and all data of a Secret, is secret."""
    result = mark_secrets(_dashes(item), given)
    if item.get("kind") == "Secret" and item.get("apiVersion") == "v1":
        for key in ("data", "stringData"):
            if key in result and not isinstance(result[key], Secret):
                result[key] = Secret(plain(result[key]))
    return result


def checkpoint(inputs: Object, live: Object, given: Properties, manager: str) -> Struct:
    """The state that the engine keeps: the live object, and what it was made from."""
    return dump({
        **secured(live, given),
        INPUTS: secured(inputs, given),
        VERSION: inputs.get("apiVersion"),
        MANAGER: manager,
    })  # fmt: skip


def parted(state: Properties) -> tuple[Object, Object]:
    """The inputs and the live object that a state holds."""
    live = object_of(state)
    inputs = live.pop(INPUTS, {})
    return inputs, {key: value for key, value in live.items() if not key.startswith("__")}


def refreshed(live: Object, inputs: Object) -> Object:
    """The inputs that would give the live object."""
    return normalized(pruned(live, inputs))


def as_inputs(live: Object) -> Object:
    """The inputs of an object that nobody described to Pulumi before."""
    item = {key: value for key, value in live.items() if key != "status"}
    item["metadata"] = {key: value for key, value in live["metadata"].items() if key not in READ_ONLY}
    annotations = dict(item["metadata"].get("annotations") or {})
    for computed in ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"):
        annotations.pop(computed, None)
    if annotations:
        item["metadata"]["annotations"] = annotations
    else:
        item["metadata"].pop("annotations", None)
    return item
