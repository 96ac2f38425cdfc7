"""The API of a cluster that holds nothing: what the hooks of a recorded stack look at, whose objects are only recorded."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.engine.local_server import local_server

WORKLOADS = ("deployments", "statefulsets")
"""Kinds that hooks read by name once they are there; all others are looked for in lists."""


class _Api(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        *_, kind, name = self.path.partition("?")[0].split("/")
        code = 200
        answer: dict[str, Any] = {"items": []}
        if kind in WORKLOADS:
            spec = {"selector": {"matchLabels": {"name": name}}, "template": {}, "serviceName": name}
            answer = {"metadata": {"name": name}, "spec": spec}
        elif kind == "namespaces":
            code = 404
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def empty_cluster() -> Iterator[str]:
    """The address of its API."""
    with local_server(_Api) as address:
        yield address
