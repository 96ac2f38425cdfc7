"""Creating and changing objects, by asking again where the cluster is not ready, and by server-side apply."""

import secrets
import time
from typing import Any

from ..server import Connection
from .api import ApiProblem, Cluster, Object, UnknownKind
from .apply import CREATOR, apply, forced, take_over, without_ignored
from .paths import parse
from .settings import Settings
from .state import is_patch

CREATE_TRIES = 6  # of an object whose namespace or definition is only just being made; the pause doubles each time
_ADOPT = (
    "If a resource was renamed in the program, give it an alias; to manage this very object, import it; to set some of "
    "its fields only, use the Patch resource of its kind; to take it over as it is, set upsert_existing_objects."
)


def create(connection: Connection[Settings], settings: Settings, request: Any, item: Object, manager: str) -> Object:
    """Create the object; with a manager, apply it, whether it exists or not."""
    cluster, pause = settings.cluster, 1
    for left in reversed(range(CREATE_TRIES)):
        try:
            if manager:
                force = forced(item, None, settings.on("enablePatchForce"), request.preview)
                return _apply_new(cluster, item, manager, force=force, preview=request.preview)
            return cluster.create(item, CREATOR, dry_run=request.preview)
        except (ApiProblem, UnknownKind) as problem:
            if isinstance(problem, ApiProblem) and problem.reason == "AlreadyExists":
                problem.args = (f"{problem}. {_ADOPT}",)
            missing = isinstance(problem, UnknownKind) or problem.code == 404
            if not missing or request.preview or not left or connection.cancelled.is_set():
                raise
            connection.show(request.urn, f"{problem} (trying again in {pause} s)")
            time.sleep(pause)
            pause *= 2
    raise AssertionError  # the last try returned or raised


def _apply_new(cluster: Cluster, item: Object, manager: str, *, force: bool, preview: bool) -> Object:
    """Apply an object; in the preview of a replacement the old one is still there, and some of its fields cannot change."""
    try:
        return apply(cluster, item, manager, force=force, dry_run=preview)
    except ApiProblem as problem:
        if not preview or problem.reason != "Invalid" or "field is immutable" not in str(problem):
            raise
    unused = item["metadata"]["name"][:58] + secrets.token_hex(3)[1:]
    renamed = {**item, "metadata": {**item["metadata"], "name": unused}}
    return apply(cluster, renamed, manager, force=force, dry_run=True)


def update(settings: Settings, request: Any, item: Object, old: Object, manager: str) -> tuple[Object, Object]:
    """Change the object to what is wanted now; returns its new state, and what was sent."""
    cluster = settings.cluster
    live = cluster.get(old)
    if item["kind"] == "CustomResourceDefinition":  # replaced whole, so that old versions and fields do not stay
        item["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
        return cluster.replace(item, manager, dry_run=request.preview), item
    if not request.preview and not is_patch(request.urn, item):
        live = take_over(cluster, live, manager)
    item = without_ignored(item, live, manager, [parse(text) for text in request.ignoreChanges])
    force = forced(item, live, settings.on("enablePatchForce"), request.preview)
    return apply(cluster, item, manager, force=force, dry_run=request.preview), item
