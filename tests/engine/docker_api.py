"""The API of a Docker engine, as far as hooks ask it: containers that are recorded start, pass their checks and end at once.

https://docs.docker.com/reference/api/engine/version/v1.41/
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.engine.local_server import local_server
from tests.engine.recorded_stack import RecordedStack
from tests.engine.recording_provider import Record, recording

VERSION = {"ApiVersion": "1.41", "MinAPIVersion": "1.12", "Version": "20.10.24"}


@dataclass
class DockerApi:
    """What an engine would know of the containers of a recorded stack. Their ID is their name in the program."""

    record: Record
    exit_code: int = 0
    """Of migrations."""
    log: str = "== migrated"
    started: set[str] = field(default_factory=set)

    def answer(self, method: str, path: str) -> tuple[int, Any]:
        """Status and content of the answer to a request."""
        if path == "/version":
            return 200, VERSION
        if path == "/_ping":
            return 200, "OK"
        if path == "/info":
            return 200, {"Architecture": "x86_64"}
        if path == "/containers/json":
            return 200, []
        if path.startswith("/volumes/"):
            return 404, {"message": "no such volume"}
        if path.startswith("/exec/"):
            return 200, {"ExitCode": 0} if path.endswith("/json") else ""
        if found := re.fullmatch(r"/containers/([^/]+)/(json|start|logs|exec)", path):
            return self._of_container(*found.groups())
        return 500, {"message": f"the engine of the tests does not know {method} {path}"}

    def _of_container(self, name: str, operation: str) -> tuple[int, Any]:
        if operation == "start":
            self.started.add(name)
            self.record.order.append(f"started {name}")
            return 204, None
        if operation == "exec":
            return 201, {"Id": name}
        if operation == "logs":
            return 200, self.log
        runs_once = "migrate" in name
        state: dict[str, Any] = {"Status": "running", "ExitCode": 0, "Health": {"Status": "healthy"}}
        if runs_once:
            state = {"Status": "exited" if name in self.started else "created", "ExitCode": self.exit_code}
        return 200, {"Id": name, "Name": f"/{name}", "State": state, "Config": {"Tty": True, "Labels": {}}, "RestartCount": 0}


@contextmanager
def serving(api: DockerApi) -> Iterator[str]:
    """The API at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = re.sub(r"^/v[\d.]+(?=/)", "", self.path.partition("?")[0])
            status, content = api.answer(self.command, path)
            is_text = isinstance(content, str)
            body = b"" if content is None else (content if is_text else json.dumps(content)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if is_text else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with local_server(Handler) as address:
        yield address


@contextmanager
def docker_stack(
    folder: Path, variables: dict[str, str], settings: dict[str, Any]
) -> Iterator[tuple[RecordedStack, DockerApi]]:
    """An empty stack with these settings, and the engine of its machine."""
    with recording() as (record, providers):
        api = DockerApi(record)
        with serving(api) as address:
            engine = {"DOCKER_HOST": address.replace("http://", "tcp://"), "PULUMI_DEBUG_PROVIDERS": providers}
            stack = RecordedStack(folder, variables | engine, record)
            stack.settings = settings
            yield stack, api
