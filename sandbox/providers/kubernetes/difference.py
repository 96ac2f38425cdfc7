"""What changed between the live object and what the program asks for, and which changes need a new object."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pulumi.runtime.proto import provider_pb2 as protocol

from ..properties import UNKNOWN, has_unknown
from .api import Object

Path = tuple[str | int, ...]
Kind = protocol.PropertyDiff.Kind

READ_ONLY = {
    "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
    "generation", "managedFields", "resourceVersion", "uid",
}  # fmt: skip
# Fields that the API server does not store when they are false or zero; every other false or zero means something.
OMITTED_WHEN_ZERO = {
    "hostIPC", "hostNetwork", "hostPID", "hostPort", "initialDelaySeconds", "minReadySeconds", "nodePort", "paused",
    "publishNotReadyAddresses", "readOnly", "stdin", "stdinOnce", "tty", "unschedulable",
}  # fmt: skip
# Maps whose keys the user chooses: empty values in them count, and the server omits them only as a whole.
USER_MAPS = {"annotations", "data", "labels", "limits", "matchLabels", "nodeSelector", "requests", "stringData"}
QUANTITY_MAPS = {"capacity", "default", "defaultRequest", "hard", "limits", "max", "min", "requests"}
QUANTITIES = {"averageValue", "divisor", "sizeLimit"}
SUFFIXES = {
    **{suffix: Decimal(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)},
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate([*"num", "", *"kMGTPE"], -3)},
}  # fmt: skip


def normalized(item: Object) -> Object:
    """An object as the API server would store it, as far as that shows in comparisons."""
    result: Object = {key: value for key, value in item.items() if key != "metadata"}
    metadata = item.get("metadata", {})
    builtin = "." not in str(item.get("apiVersion")).partition("/")[0] or ".k8s.io/" in str(item.get("apiVersion"))
    if builtin and not has_unknown(item):
        # The plugin has no type for these two: their nulls and empty maps are differences to what the server stores.
        if item.get("kind") == "Secret" and item.get("apiVersion") == "v1":
            _encode(result)
        elif item.get("kind") != "CustomResourceDefinition":
            result = _stored(result, "")
            metadata = _stored(metadata or {}, "metadata")
    if isinstance(metadata, dict):
        metadata = {key: value for key, value in metadata.items() if key not in READ_ONLY}
    return {**result, "metadata": metadata}


def _stored(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_stored(item, "") for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _stored(item, key) for key, item in value.items() if not _omitted(key, item, name)}
    if name in QUANTITY_MAPS:
        kept = {key: canonical(item) for key, item in kept.items()}
    return {key: canonical(item) if key in QUANTITIES else item for key, item in kept.items()}


def _omitted(key: str, value: Any, parent: str) -> bool:
    if parent in USER_MAPS:
        return value is None
    if value is None or value == "" or value == []:
        return key != "storageClassName" or value is None
    if value == {}:
        return key in USER_MAPS
    return key in OMITTED_WHEN_ZERO and value == 0


def canonical(quantity: Any) -> Any:
    """A quantity in a form in which equal ones are equal: the server writes 1000m as 1, and 1024Mi as 1Gi."""
    text = str(quantity)
    number = text.rstrip("EGKMPTikmnu")
    try:
        value = Decimal(number) * SUFFIXES[text[len(number) :]]
    except (InvalidOperation, KeyError):
        return quantity
    binary = text.endswith("i")
    steps = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki", "") if binary else ("E", "P", "T", "G", "M", "k", "", "m", "u", "n")
    suffix = next((step for step in steps if value % SUFFIXES[step] == 0), steps[-1]) if value else ""
    return f"{int((value / SUFFIXES[suffix]).to_integral_value())}{suffix}"


def _encode(secret: Object) -> None:
    data = dict(secret.get("data") or {})
    for key, value in data.items():
        try:
            data[key] = base64.b64encode(base64.b64decode(value, validate=True)).decode()
        except (binascii.Error, TypeError):
            continue
    for key, value in (secret.pop("stringData", None) or {}).items():
        data[key] = base64.b64encode(str(value).encode()).decode()
    if data:
        secret["data"] = data


def pruned(live: Any, shape: Any) -> Any:
    """The part of a live value at places that `shape` has too."""
    if isinstance(live, dict) and isinstance(shape, dict):
        return {key: pruned(value, shape[key]) for key, value in live.items() if key in shape}
    if isinstance(live, list) and isinstance(shape, list) and live and shape and type(live[0]) is type(shape[0]):
        return [pruned(value, wanted) for value, wanted in zip(live, shape, strict=False)]
    return [] if isinstance(live, list) and shape == [] else live


def differences(old: Any, new: Any, path: Path = ()) -> dict[Path, tuple[str, Any]]:
    """Every place where two values differ: ADD, DELETE or UPDATE, and the new value."""
    if isinstance(old, dict) and isinstance(new, dict):
        found: dict[Path, tuple[str, Any]] = {}
        for key in {**old, **new}:
            place = (*path, key)
            if key not in new or (new[key] is None and key in old):
                found |= {} if old[key] is None else {place: ("DELETE", old[key])}
            elif key not in old:
                found[place] = ("DELETE" if new[key] is None else "ADD", new[key])
            else:
                found |= differences(old[key], new[key], place)
        return found
    if isinstance(old, list) and isinstance(new, list):
        found = {}
        for index in range(max(len(old), len(new))):
            place = (*path, index)
            if index >= len(new):
                found[place] = ("DELETE", old[index])
            elif index >= len(old):
                found[place] = ("ADD", new[index])
            else:
                found |= differences(old[index], new[index], place)
        return found
    return {} if old == new and isinstance(old, bool) == isinstance(new, bool) else {path: ("UPDATE", new)}


def as_text(path: Path) -> str:
    """A property path as Pulumi writes it."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif any(sign in step for sign in '."[]'):
            text += '["' + step.replace('"', '\\"') + '"]'
        else:
            text += f".{step}" if text else step
    return text


@dataclass(frozen=True)
class Mutability:
    """Whether data of ConfigMaps and Secrets may change in place."""

    config_maps: bool = False
    secrets: bool = False


STATEFUL_SET = ("podManagementPolicy", "revisionHistoryLimit", "selector", "serviceName", "volumeClaimTemplates")
JOB = ("completions", "parallelism", "selector", "template")
CLAIM = ("accessModes", "selector", "storageClassName", "volumeName")
POD = (
    "affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases",
    "hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead",
    "preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName",
    "schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace", "subdomain",
    "terminationGracePeriodSeconds", "volumes",
)  # fmt: skip
CONTAINER = (
    "args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports", "readinessProbe",
    "resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath", "terminationMessagePolicy", "tty",
    "volumeDevices", "volumeMounts", "workingDir",
)  # fmt: skip
VOLUME = (
    "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker",
    "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume",
    "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
)  # fmt: skip
SPECIFICATION = {  # fields of .spec
    "apps/v1/DaemonSet": ("selector",),
    "apps/v1/Deployment": ("selector",),
    "apps/v1/StatefulSet": STATEFUL_SET,
    "batch/v1/Job": JOB,
    "v1/PersistentVolume": VOLUME,
    "v1/PersistentVolumeClaim": CLAIM,
    "v1/Pod": (*POD, *(f"{group}.*.{field}" for group in ("containers", "initContainers") for field in CONTAINER)),
    "v1/ResourceQuota": ("scopes",),
    "v1/Service": ("clusterIP",),
}
REPLACED: dict[str, tuple[str, ...]] = {
    **{kind: tuple(f"spec.{field}" for field in fields) for kind, fields in SPECIFICATION.items()},
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ("roleRef",),
    "rbac.authorization.k8s.io/v1/RoleBinding": ("roleRef",),
    "storage.k8s.io/v1/StorageClass": ("parameters", "provisioner"),
}


def replacing_fields(item: Object, mutable: Mutability) -> tuple[str, ...]:
    """The fields of this object that the API server (or good sense) does not let change in place."""
    kind = f"{item.get('apiVersion')}/{item.get('kind')}"
    fields = REPLACED.get(kind, ())
    immutable = item.get("immutable") is True
    if kind == "v1/Secret":
        fields = ("type",) if mutable.secrets and not immutable else ("type", "data", "stringData")
    if kind == "v1/ConfigMap" and (immutable or not mutable.config_maps):
        fields = ("data", "binaryData")
    return fields


def replaces(path: Path, value: Any, fields: Iterable[str]) -> bool:
    """Whether a change at `path` touches one of the fields."""
    return any(_touches(path, value, field.split(".")) for field in fields)


def _touches(path: Path, value: Any, field: list[str]) -> bool:
    for step, wanted in zip(path, field, strict=False):
        if wanted != "*" and step != wanted:
            return False
    rest = field[len(path) :]
    return not rest or _has(value, rest)


def _has(value: Any, field: list[str]) -> bool:
    if not field or value is UNKNOWN:
        return not field
    if field[0] == "*":
        return isinstance(value, list) and any(_has(item, field[1:]) for item in value)
    return isinstance(value, dict) and field[0] in value and _has(value[field[0]], field[1:])
