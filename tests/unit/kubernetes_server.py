"""A server that answers as the API of Kubernetes does, for the official client: objects, selectors, logs, and refusals."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.engine.local_server import local_server

Object = dict[str, Any]

_PATH = re.compile(r"/(?:api|apis/[a-z]+)/v1/namespaces/[^/]+/(?P<kind>[a-z]+)(?:/(?P<name>[^/]+))?(?P<log>/log)?")
KINDS = {"pods": "Pod", "deployments": "Deployment", "replicasets": "ReplicaSet", "statefulsets": "StatefulSet"}
KINDS |= {"jobs": "Job", "cronjobs": "CronJob", "events": "Event"}
CREATED = "2026-11-27T06:00:00Z"


@dataclass
class FakeCluster:
    """What the cluster has, and what it was asked to change."""

    objects: dict[str, list[Object]] = field(default_factory=dict)
    """By the plural of their kind."""
    logs: dict[str, str] = field(default_factory=dict)
    """By the name of the pod."""
    changes: list[tuple[str, str, Any]] = field(default_factory=list)
    """Method, path with its query, and body."""
    after_create: Callable[[Object], None] = lambda job: None
    refuses: tuple[int, str] | None = None
    read_logs: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """A kubeconfig's text for it, while it answers."""
        cluster = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                return

            def do_GET(self) -> None:
                cluster.answer(self)

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

        with local_server(Handler) as address:
            yield kubeconfig_of(address)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        url, body = urlsplit(request.path), b""
        if length := int(request.headers.get("Content-Length") or 0):
            body = request.rfile.read(length)
        found, query = _PATH.fullmatch(url.path), parse_qs(url.query)
        if self.refuses:
            return _reply(request, self.refuses[0], {"kind": "Status", "message": self.refuses[1]})
        assert found is not None, url.path
        kind, name = found["kind"], found["name"]
        if request.command != "GET":
            given: Any = json.loads(body) if body else None
            self.changes.append((request.command, request.path, given))
            if request.command == "POST":
                return _reply(request, 201, self._created(kind, given))
            if request.command == "DELETE":
                self.objects[kind] = [each for each in self.objects[kind] if each["metadata"]["name"] != name]
                return _reply(request, 200, {"kind": "Status", "status": "Success"})
        if found["log"]:
            self.read_logs.append((name, query))
            return _reply(request, 200, _tail(self.logs.get(name, ""), query))
        if name:
            return _reply(request, 200, next(each for each in self.objects[kind] if each["metadata"]["name"] == name))
        wanted = query.get("labelSelector", [""])[0]
        items = [each for each in self.objects.get(kind, []) if _has(each, wanted)]
        return _reply(request, 200, {"kind": f"{KINDS[kind]}List", "items": items})

    def _created(self, kind: str, given: Object) -> Object:
        metadata = given["metadata"]
        name = metadata.get("name") or f"{metadata['generateName']}x7k2p"
        created = given | {"metadata": metadata | {"name": name, "uid": f"uid-of-{name}", "creationTimestamp": CREATED}}
        created.setdefault("status", {})
        self.objects.setdefault(kind, []).append(created)
        self.after_create(created)
        return created


def _tail(log: str, query: dict[str, list[str]]) -> str:
    if "tailLines" not in query:
        return log
    lines = int(query["tailLines"][0])
    return "".join(log.splitlines(keepends=True)[-lines:]) if lines else ""


def _has(found: Object, selector: str) -> bool:
    labels = found["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, _, value in (each.partition("=") for each in selector.split(",") if each))


def _reply(request: BaseHTTPRequestHandler, status: int, content: object) -> None:
    text = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    request.send_response(status)
    request.send_header("Content-Type", "text/plain" if isinstance(content, str) else "application/json")
    request.send_header("Content-Length", str(len(text)))
    request.end_headers()
    request.wfile.write(text)


def kubeconfig_of(address: str) -> str:
    """A kubeconfig's text for the server of this address."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [{"name": "test", "cluster": {"server": address}}],
        "users": [{"name": "test", "user": {"token": "token-of-the-cluster"}}],
    }
    return f"{json.dumps(content)}\n"
