"""Why pods are not running: the sentences under a workload that does not become ready."""

from collections.abc import Iterable, Iterator

from .api import Object

# States that every pod goes through; they explain nothing.
ORDINARY = {"ContainerCreating", "PodInitializing", "Completed", ""}


def condition(item: Object, kind: str) -> Object | None:
    """A condition from the status, by its type."""
    conditions = item.get("status", {}).get("conditions") or ()
    return next((entry for entry in conditions if entry["type"] == kind), None)


def holds(item: Object, kind: str) -> bool:
    """Whether a condition is true."""
    found = condition(item, kind)
    return found is not None and found["status"] == "True"


def explained(found: Object | None) -> list[str]:
    """A condition's reason and message, if it has any."""
    if found is None or not (found.get("reason") or found.get("message")):
        return []
    return [f"[{found.get('reason', found['type'])}] {found.get('message', '')}".rstrip()]


def problems(pods: Iterable[Object]) -> list[str]:
    """What keeps these pods from being ready."""
    return [f"[Pod {pod['metadata']['name']}] {reason}" for pod in pods for reason in _reasons(pod)]


def _reasons(pod: Object) -> Iterator[str]:
    status = pod.get("status", {})
    if holds(pod, "Ready") or status.get("phase") == "Succeeded":
        return
    scheduled = condition(pod, "PodScheduled")
    if scheduled and scheduled["status"] == "False" and scheduled.get("message"):
        yield f"cannot be scheduled: {scheduled['message']}"
    if status.get("reason"):  # evicted, node lost, deadline exceeded
        yield f"{status['reason']}: {status.get('message', '')}".rstrip(": ")
    for container in [*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())]:
        if not container.get("ready"):
            yield from _container(container)


def _container(status: Object) -> Iterator[str]:
    name = f"container {status['name']!r}"
    waiting = status.get("state", {}).get("waiting", {})
    if waiting.get("reason", "") not in ORDINARY:
        yield f"{name} waits: {waiting['reason']}: {waiting.get('message', '')}".rstrip(": ")
    for when, state in (("ended", status.get("state", {})), ("ended last time", status.get("lastState", {}))):
        ended = state.get("terminated")
        if ended and (ended.get("exitCode") or when == "ended last time"):
            yield f"{name} {when} with exit code {ended['exitCode']} ({ended.get('reason', 'no reason given')})"
            if ended.get("message"):
                yield ended["message"].strip()
