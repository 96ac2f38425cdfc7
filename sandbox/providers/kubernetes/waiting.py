"""Waiting until an object is ready or gone, telling the user live what it waits for."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from pulumi.runtime.proto.engine_pb2 import LogSeverity

from ..server import Connection, Refusal
from . import metadata
from .api import ApiProblem, Cluster, Object, UnknownKind
from .readiness import CHECKS, Check, Verdict
from .watching import View, Watches

READ_STEPS = re.compile(r"""\.?([\w-]+)|\[['"]([^'"]+)['"]\]|\[(\d+|\*)\]""")


class NotReady(Refusal):
    """The API server has the object, but it did not become ready, or is not gone."""

    def __init__(self, message: str, reasons: list[str], live: Object) -> None:
        super().__init__(message)
        self.reasons, self.live = reasons, live


@dataclass
class Wait:
    """One operation on one object that may have to wait."""

    cluster: Cluster
    watches: Watches
    connection: Connection[Any]
    urn: str
    seconds: float
    context: grpc.ServicerContext
    _told: set[str] = field(default_factory=set)

    def until_ready(self, live: Object, inputs: Object) -> Object:
        """Wait until an object is ready; returns its state then."""
        if metadata.asks(inputs, "skipAwait"):
            return live
        stated = metadata.wait_for(live)
        check = Check(lambda item, _: _stated(item, stated)) if stated else _check_for(live)
        if check is None:
            return live
        seen = live
        since: float | None = None
        last: Verdict = Verdict(False)
        started = datetime.now(UTC) - timedelta(seconds=5)
        with self._view(live, check) as view:
            for left in self._moments(view):
                current = view.named(live["kind"], live["metadata"]["name"])
                if current is None or _version(current) < _version(live):
                    last = Verdict(False, "waiting to see it in the cluster")
                else:
                    seen, last = current, check.judge(current, view)
                    last.problems += _warnings(view, current, started) if check.kinds else []
                since = (since or time.monotonic()) if last.ready else None
                if since is not None and time.monotonic() - since >= last.settle:
                    self.connection.show(self.urn, "")
                    return seen
                if last.failed:
                    raise NotReady(f"{_title(seen)} failed", last.problems, seen)
                self._tell(last)
                view.wait(min(left, last.settle or 60, 60))
        if self.connection.cancelled.is_set():
            raise NotReady(f"The wait for {_title(seen)} was cancelled", _reasons(last), seen)
        raise NotReady(f"{_title(seen)} was not ready after {self.seconds:g} seconds", _reasons(last), seen)

    def until_gone(self, live: Object) -> None:
        """Wait until an object no longer exists."""
        kind, uid = self.cluster.kind_of(live), live["metadata"].get("uid")
        seen = live
        with self.watches.view([kind], live["metadata"].get("namespace")) as view:
            for left in self._moments(view):
                current = view.named(kind.name, live["metadata"]["name"])
                if current is None or (uid and current["metadata"]["uid"] != uid):
                    self.connection.show(self.urn, "")
                    return
                seen = current
                self._tell(Verdict(False, "; ".join(["it is being deleted", *_obstacles(seen)])))
                view.wait(min(left, 60))
        what = "cancelled" if self.connection.cancelled.is_set() else f"given up after {self.seconds:g} seconds"
        raise NotReady(f"The deletion of {_title(seen)} has begun; waiting for it was {what}", _obstacles(seen), seen)

    def _view(self, live: Object, check: Check) -> Any:
        kinds = [self.cluster.kind_of(live)]
        for api_version, name in check.kinds:
            kinds.append(self.cluster.kind(api_version, name))
        return self.watches.view(kinds, live["metadata"].get("namespace"))

    def _moments(self, view: View) -> Iterator[float]:
        """The seconds left, again and again until they are over or nobody wants to wait any more."""
        deadline = time.monotonic() + self.seconds
        self.context.add_callback(view.wake)
        with self.connection.waking(view.wake):
            while (left := deadline - time.monotonic()) > 0 and not self.connection.cancelled.is_set():
                if not self.context.is_active():
                    raise Refusal("The engine has gone.")
                yield left

    def _tell(self, verdict: Verdict) -> None:
        lines = [(verdict.waiting, LogSeverity.INFO), *((line, LogSeverity.WARNING) for line in verdict.problems)]
        for line, severity in lines:
            if line and line not in self._told:
                self._told.add(line)
                self.connection.show(self.urn, line, severity)


def _check_for(live: Object) -> Check | None:
    """The readiness check of an object's kind."""
    return CHECKS.get((live["apiVersion"], live["kind"]))


def glance(cluster: Cluster, live: Object, inputs: Object) -> NotReady | None:
    """Whether an object is ready just now, without waiting."""
    check = _check_for(live)
    if check is None or metadata.asks(inputs, "skipAwait") or live["kind"] == "PersistentVolumeClaim":
        return None
    namespace, present = live["metadata"].get("namespace"), {live["kind"]: [live]}
    for api_version, name in check.kinds:
        try:
            listing = cluster.request("GET", cluster.kind(api_version, name).path(namespace))
        except (ApiProblem, UnknownKind):
            listing = {"items": []}
        present[name] = listing["items"]
    verdict = check.judge(live, Snapshot(present))
    return None if verdict.ready else NotReady(f"{_title(live)} is not ready", _reasons(verdict), live)


class Snapshot(View):
    """A view of what was read once."""

    def __init__(self, present: dict[str, list[Object]]) -> None:
        self._present = present

    def all(self, kind: str) -> list[Object]:
        """Every object of a kind."""
        return self._present.get(kind, [])

    def named(self, kind: str, name: str) -> Object | None:
        """One object, if it exists."""
        return next((item for item in self.all(kind) if item["metadata"]["name"] == name), None)


def _version(item: Object) -> tuple[int, int]:
    """What grows when an object changes: what is wanted of it, and, as for a Service that has no generation, anything."""
    metadata = item["metadata"]
    return int(metadata.get("generation", 0)), int(metadata.get("resourceVersion", 0))


def _title(item: Object) -> str:
    return f"{item['kind']} {item['metadata']['name']!r}"


def _reasons(verdict: Verdict) -> list[str]:
    return [*([verdict.waiting] if verdict.waiting else []), *verdict.problems]


def _obstacles(item: Object) -> list[str]:
    finalizers = item["metadata"].get("finalizers") or []
    found = [f"finalizers are still on it: {', '.join(finalizers)}"] if finalizers else []
    conditions = item.get("status", {}).get("conditions") or ()
    remaining = [c["message"] for c in conditions if c["type"].startswith("Namespace") and c["status"] == "True"]
    return [*found, *remaining]


def _warnings(view: View, item: Object, since: datetime) -> list[str]:
    """The warning events about an object and its pods."""
    uids = {item["metadata"]["uid"]}
    for kind in ("ReplicaSet", "Pod"):
        if kind in view:
            uids |= {member["metadata"]["uid"] for uid in list(uids) for member in view.owned(kind, {"metadata": {"uid": uid}})}
    found = {
        f"[{event['reason']}] {event['involvedObject']['kind']} {event['involvedObject']['name']}: {event['message']}"
        for event in view.all("Event")
        if event["type"] == "Warning" and event["involvedObject"].get("uid") in uids and _time(event) >= since
    }
    return sorted(found)


def _time(event: Object) -> datetime:
    stated = event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"]
    return datetime.fromisoformat(stated)


def _stated(item: Object, conditions: list[str]) -> Verdict:
    waiting = [text for text in conditions if not _met(item, text)]
    return Verdict(not waiting, f"waiting for {', '.join(waiting)}")


def _met(item: Object, text: str) -> bool:
    """Whether a `condition=Type[=Status]` or `jsonpath={.path}[=value]` holds."""
    form, _, rest = text.partition("=")
    if form == "condition":
        kind, _, wanted = rest.partition("=")
        conditions = item.get("status", {}).get("conditions") or ()
        return any(c["type"].lower() == kind.lower() and c["status"].lower() == (wanted or "true").lower() for c in conditions)
    if form != "jsonpath":
        raise Refusal(f'The annotation pulumi.com/waitFor needs "jsonpath=" or "condition=", not {text!r}.')
    path, closed, value = rest.rpartition("}")
    if not closed:
        path, _, value = rest.partition("=")
    found = [item]
    for key, quoted, index in READ_STEPS.findall(path.lstrip("{$")):
        found = [child for parent in found for child in _children(parent, key or quoted, index)]
    wanted = value.removeprefix("=").strip("'\"")
    texts = [str(leaf).lower() if isinstance(leaf, bool) else str(leaf) for leaf in found]
    return wanted in texts if wanted else bool(found)


def _children(parent: Any, key: str, index: str) -> list[Any]:
    if key:
        return [parent[key]] if isinstance(parent, dict) and key in parent else []
    if not isinstance(parent, list):
        return []
    return parent if index == "*" else parent[int(index) : int(index) + 1]
