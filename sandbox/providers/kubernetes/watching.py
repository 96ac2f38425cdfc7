"""Watches shared by everything that waits: one for each kind in a namespace, however many resources are awaited."""

import contextlib
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import urllib3

from .api import ApiProblem, Cluster, Kind, Object, Unreachable

# A burst of events (a rollout makes dozens in a second) is looked at once in this many seconds.
COALESCE = 0.1


class Watch:
    """The objects of one kind in one namespace, as the API server reports them."""

    def __init__(self, cluster: Cluster, path: str) -> None:
        self._cluster, self._path = cluster, path
        self._lock = threading.Lock()
        self._objects: dict[str, Object] = {}
        self._responses: list[urllib3.BaseHTTPResponse] = []
        self._stopped = False
        self.listeners: list[threading.Event] = []
        self.listed = threading.Event()
        threading.Thread(target=self._follow, name=f"watch {path}", daemon=True).start()

    def objects(self) -> dict[str, Object]:
        """The present objects by name."""
        with self._lock:
            return dict(self._objects)

    def stop(self) -> None:
        """End the watch, also when it is blocked on the network."""
        self._stopped = True
        for response in list(self._responses):
            with contextlib.suppress(OSError):  # the API server has ended it meanwhile
                response.shutdown()

    def _follow(self) -> None:
        while not self._stopped:
            try:
                listing = self._cluster.request("GET", self._path)
                common = {"apiVersion": listing["apiVersion"], "kind": listing["kind"].removesuffix("List")}
                self._note({item["metadata"]["name"]: common | item for item in listing["items"]})
                query = {"resourceVersion": listing["metadata"]["resourceVersion"], "timeoutSeconds": "300"}
                for event in self._cluster.stream(self._path, query, self._responses):
                    if self._stopped or event["type"] == "ERROR":
                        break
                    self._note({event["object"]["metadata"]["name"]: event["object"]}, event["type"])
            except (ApiProblem, Unreachable, urllib3.exceptions.HTTPError, OSError, ValueError) as problem:
                forbidden = isinstance(problem, ApiProblem) and problem.code == 403
                if forbidden:
                    self._note({})  # whoever waits goes on without what these credentials may not see
                if not self._stopped:  # otherwise the API server restarts, or the watch is too old: list again
                    time.sleep(30 if forbidden else 1)
            self._responses.clear()

    def _note(self, items: dict[str, Object], change: str = "") -> None:
        with self._lock:
            if not change:
                self._objects = items
            elif change == "DELETED":
                for name in items:
                    self._objects.pop(name, None)
            else:
                self._objects.update(items)
        self.listed.set()
        for listener in list(self.listeners):
            listener.set()


class View:
    """What a waiting resource sees: some kinds in its namespace, and a way to sleep until something changes."""

    def __init__(self, watches: Mapping[str, Watch], changed: threading.Event) -> None:
        self._watches, self._changed = watches, changed

    def all(self, kind: str) -> list[Object]:
        """Every object of a kind."""
        return list(self._watches[kind].objects().values())

    def named(self, kind: str, name: str) -> Object | None:
        """One object, if it exists."""
        return self._watches[kind].objects().get(name)

    def __contains__(self, kind: str) -> bool:
        return kind in self._watches

    def owned(self, kind: str, owner: Object) -> list[Object]:
        """The objects of a kind that belong to another object."""
        uid = owner["metadata"]["uid"]
        return [
            item
            for item in self.all(kind)
            if any(reference["uid"] == uid for reference in item["metadata"].get("ownerReferences", ()))
        ]

    def wait(self, seconds: float) -> None:
        """Sleep until something changed, at most so long."""
        if self._changed.wait(max(seconds, 0)):
            time.sleep(COALESCE)
            self._changed.clear()

    def wake(self) -> None:
        """End a `wait`."""
        self._changed.set()


class Watches:
    """The running watches of a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._running: dict[str, Watch] = {}

    @contextmanager
    def view(self, kinds: Collection[Kind], namespace: str | None) -> Iterator[View]:
        """Watch these kinds in a namespace while the context is open."""
        changed = threading.Event()
        watches = {kind.name: self._listen(kind.path(namespace), changed) for kind in kinds}
        try:
            for watch in watches.values():
                watch.listed.wait(30)
            yield View(watches, changed)
        finally:
            for kind in kinds:
                self._leave(kind.path(namespace), changed)

    def _listen(self, path: str, changed: threading.Event) -> Watch:
        with self._lock:
            watch = self._running.get(path) or Watch(self._cluster, path)
            self._running[path] = watch
            watch.listeners.append(changed)
            return watch

    def _leave(self, path: str, changed: threading.Event) -> None:
        with self._lock:
            watch = self._running[path]
            watch.listeners.remove(changed)
            if not watch.listeners:
                del self._running[path]
                watch.stop()
