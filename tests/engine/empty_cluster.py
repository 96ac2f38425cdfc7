"""The API of a cluster that holds nothing: what the hooks of a recorded stack look at, whose objects are only recorded."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

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
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
