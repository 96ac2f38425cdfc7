"""The annotations by which a program tells the provider what to do with an object, and the names it gives."""

import hashlib
import json
import secrets
from typing import Any

from pulumi.runtime.proto import provider_pb2 as protocol

from ..properties import UNKNOWN
from ..server import Refusal
from .api import Object

PREFIX = "pulumi.com/"
AUTONAMED = PREFIX + "autonamed"
# Kinds whose deletion is not awaited with `skipAwait`; all others are gone at once or should not be forgotten.
NOT_AWAITED_WHEN_DELETED = {"DaemonSet", "Deployment", "Job", "Namespace", "Pod", "StatefulSet"}


def annotation(item: Object, key: str) -> str:
    """The value of an annotation, empty when it is missing or not known yet."""
    metadata = item.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    value = annotations.get(key) if isinstance(annotations, dict) else None
    return value if isinstance(value, str) else ""


def asks(item: Object, what: str) -> bool:
    """Whether the annotation pulumi.com/`what` is "true"."""
    return annotation(item, PREFIX + what) == "true"


def timeout(requested: float, item: Object) -> float:
    """Seconds to wait for an object: customTimeouts, else the annotation, else ten minutes."""
    stated = annotation(item, PREFIX + "timeoutSeconds")
    return requested or (float(stated) if stated.isdigit() else 600)


def propagation(item: Object) -> str:
    """What becomes of the objects that belong to a deleted one."""
    asked = annotation(item, PREFIX + "deletionPropagationPolicy").capitalize()
    return asked if asked in {"Orphan", "Background"} else "Foreground"


def wait_for(item: Object) -> list[str]:
    """The conditions that replace the ordinary readiness check."""
    stated = annotation(item, PREFIX + "waitFor")
    if not stated:
        return []
    try:
        listed = json.loads(stated)
    except ValueError:
        return [stated]
    return [str(entry) for entry in listed] if isinstance(listed, list) else [stated]


def name(item: Object) -> Any:
    """metadata.name: a string, unknown, or None."""
    metadata = item.get("metadata")
    return metadata.get("name") if isinstance(metadata, dict) else metadata


def assign_name(item: Object, request: Any, old: Object) -> None:
    """Give an object without a name the one it had, or a new one."""
    metadata = item.setdefault("metadata", {})
    if metadata is UNKNOWN or metadata.get("name") or metadata.get("generateName"):
        return
    if old:
        if not asks(old, "autonamed"):
            return
        metadata["name"] = old["metadata"]["name"]
    else:
        metadata["name"] = _new_name(request)
    annotations = metadata["annotations"] = {} if metadata.get("annotations") is None else metadata["annotations"]
    if isinstance(annotations, dict):
        annotations[AUTONAMED] = "true"


def _new_name(request: Any) -> str:
    options = protocol.CheckRequest.AutonamingOptions
    if request.HasField("autonaming"):
        if request.autonaming.mode == options.DISABLE:
            raise Refusal("Autonaming is switched off in this stack: set metadata.name.")
        return str(request.autonaming.proposed_name)
    seed = request.randomSeed
    logical = request.name or request.urn.rsplit("::", 1)[-1]
    return f"{logical}-{hashlib.sha256(seed).hexdigest()[:8] if seed else secrets.token_hex(4)}"


def new_field_manager() -> str:
    """A field manager of its own for each resource, so that two resources on one object do not undo each other."""
    return f"pulumi-kubernetes-{secrets.token_hex(4)}"
