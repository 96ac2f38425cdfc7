"""Server-side apply: who owns which field, what is left to others, and conflicts in words."""

import copy
from collections.abc import Iterable
from typing import Any

from ..server import Refusal
from . import metadata
from .api import JSON_PATCH, ApiProblem, Cluster, Object

CREATOR = "pulumi-kubernetes"  # the manager of fields of an object that was created, not applied
# Managers of which each update takes everything over: our own creation, and kubectl. These are beginnings:
# `kubectl patch` writes as kubectl-patch, `kubectl edit` as kubectl-edit.
TAKEN_OVER = (
    (CREATOR, "Update"), ("pulumi-resource-kubernetes", "Update"),
    ("before-first-apply", "Update"), ("kubectl", "Update"), ("kubectl", "Apply"),
)  # fmt: skip


def apply(cluster: Cluster, wanted: Object, manager: str, *, force: bool, dry_run: bool) -> Object:
    """Apply an object, with conflicts explained."""
    try:
        return cluster.apply(wanted, manager, force=force, dry_run=dry_run)
    except ApiProblem as problem:
        if problem.reason != "Conflict" or not problem.details.get("causes"):
            raise
        fields = "\n".join(f"  {cause['field']}: {cause['message']}" for cause in problem.details["causes"])
        name = wanted["metadata"]["name"]
        raise Refusal(
            f"Fields of {wanted['kind']} {name!r} that {manager!r} is to apply were set by somebody else:\n{fields}\n"
            "Leave these fields out, list them in ignore_changes, or take them over with the annotation "
            'pulumi.com/patchForce: "true" or the provider\'s enable_patch_force.'
        ) from problem


def forced(wanted: Object, live: Object | None, everywhere: bool, preview: bool) -> bool:
    """Whether to take fields from their managers without asking."""
    if everywhere or metadata.asks(wanted, "patchForce"):
        return True
    if live is None:
        return preview
    managers = live["metadata"].get("managedFields") or []
    # An `up` takes our own creation over before it applies; a preview must not write, so it forces.
    own = any(entry["operation"] == "Update" and entry["manager"].startswith("pulumi-") for entry in managers)
    return not managers or (preview and own)


def take_over(cluster: Cluster, live: Object, manager: str) -> Object:
    """Move the fields that the object was created with to the manager that applies it from now on."""
    ours: dict[str, Any] = {}
    kept, taken = [], False
    for entry in live["metadata"].get("managedFields") or []:
        own = (entry["manager"], entry["operation"]) == (manager, "Apply") and not entry.get("subresource")
        if not own and not _taken_over(entry):
            kept.append(entry)
            continue
        taken = taken or not own
        fields = _merged(ours.get("fieldsV1", {}), entry["fieldsV1"])
        ours = {**entry, "manager": manager, "operation": "Apply", "fieldsV1": fields}
    if not taken:
        return live
    patch = [
        {"op": "replace", "path": "/metadata/managedFields", "value": [*kept, ours]},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": live["metadata"]["resourceVersion"]},
    ]
    return cluster.patch(live, patch, JSON_PATCH)


def relinquish(cluster: Cluster, live: Object, manager: str) -> None:
    """Give up every field of a manager; those that nobody else set go back to their defaults."""
    identity = {key: live["metadata"][key] for key in ("name", "namespace") if live["metadata"].get(key)}
    bare = {"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": identity}
    cluster.apply(bare, manager, force=False, dry_run=False)


def without_ignored(wanted: Object, live: Object, manager: str, ignored: Iterable[tuple[str | int, ...]]) -> Object:
    """The object to apply when some fields are to stay as they are.

    A field that only others manage is left out; one of our own is sent as it is, or it would be removed.
    """
    result = copy.deepcopy(wanted)
    for path in ignored:
        holders = {
            entry["manager"] == manager
            for entry in live["metadata"].get("managedFields") or []
            if _manages(entry.get("fieldsV1", {}), path)
        }
        present, value = _find(live, path)
        if holders == {False}:
            _remove(result, path)
        elif present:
            _put(result, path, value)
    return result


def _taken_over(entry: Object) -> bool:
    """Whether an entry of managedFields is taken over; what came by a subresource, as by `kubectl scale`, is left."""
    return not entry.get("subresource") and any(
        entry["operation"] == operation and entry["manager"].startswith(beginning) for beginning, operation in TAKEN_OVER
    )


def _merged(one: Any, other: Any) -> Any:
    return {key: _merged(one.get(key, {}), other.get(key, {})) for key in {**one, **other}}


def _manages(fields: Any, path: tuple[str | int, ...]) -> bool:
    for step in path:
        if not isinstance(fields, dict) or f"f:{step}" not in fields:
            return False
        fields = fields[f"f:{step}"]
    return True


def _find(item: Any, path: tuple[str | int, ...]) -> tuple[bool, Any]:
    for step in path:
        inside = isinstance(item, dict) and step in item
        if not inside and not (isinstance(item, list) and isinstance(step, int) and step < len(item)):
            return False, None
        item = item[step]
    return True, item


def _remove(item: Object, path: tuple[str | int, ...]) -> None:
    present, parent = _find(item, path[:-1])
    if present and isinstance(parent, dict):
        parent.pop(path[-1], None)


def _put(item: Any, path: tuple[str | int, ...], value: Any) -> None:
    if _find(item, path)[0] or isinstance(_find(item, path[:-1])[1], dict):
        parent: Any = _find(item, path[:-1])[1]
        parent[path[-1]] = copy.deepcopy(value)
