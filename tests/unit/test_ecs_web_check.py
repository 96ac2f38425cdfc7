"""The health check of a web container on ECS: it asks as a user would, until it has been answered once."""

import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from railbed.aws.ecs import web_check as module
from railbed.aws.ecs.web_check import web_check
from railbed.description.app import AppWeb
from tests.unit.ecs_samples import IMAGE, containers_of, deployed


class Rails(HTTPServer):
    """Answers as Rails does with force_ssl and host authorization."""

    status = 200
    asked = 0


class Answer(BaseHTTPRequestHandler):
    server: Rails

    def do_GET(self) -> None:
        self.server.asked += 1
        status = self.server.status if self.path == "/up" else 404
        if self.headers["Host"] != "shop.example.com":
            status = 403
        elif self.headers["X-Forwarded-Proto"] != "https":
            status = 500
        self.send_response(status)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def rails() -> Iterator[Rails]:
    server = Rails(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(rails: Rails, monkeypatch: pytest.MonkeyPatch, folder: Path, **web: Any) -> int:
    """Exit code of the check in a container; a proxy there is of no concern to it."""
    monkeypatch.setattr(module, "ANSWERED", str(folder / "answered"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    kind, line = web_check(AppWeb(**{"port": rails.server_port, "hosts": ["shop.example.com"], **web}))
    assert kind == "CMD-SHELL"
    return subprocess.run(["sh", "-c", line], capture_output=True, check=False, timeout=60).returncode


@pytest.mark.parametrize("status", [200, 204, 302])
def test_it_passes_force_ssl_and_host_authorization(
    rails: Rails, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int
) -> None:
    rails.status = status
    assert run(rails, monkeypatch, tmp_path) == 0


@pytest.mark.parametrize("web", [{"health_path": "/none"}, {"hosts": ["other.example.com"]}, {"hosts": []}])
def test_an_answer_that_is_no_success_fails(
    rails: Rails, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, web: dict[str, Any]
) -> None:
    assert run(rails, monkeypatch, tmp_path, **web) != 0
    assert run(rails, monkeypatch, tmp_path, **web) != 0, "a failure would be remembered as a success"


def test_nobody_there_fails(rails: Rails, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(rails, monkeypatch, tmp_path, port=1024) != 0


def test_a_container_that_was_there_once_is_left_to_the_load_balancer(
    rails: Rails, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run(rails, monkeypatch, tmp_path) == 0
    rails.status = 500
    assert run(rails, monkeypatch, tmp_path) == 0, "one with all threads busy would be ended, then the others"
    assert rails.asked == 1


WAYS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    ({"server": "unicorn"}, {}, True),
    ({"server": "image"}, {}, False),
    ({"command": ["bin/serve"]}, {}, False),
    ({}, {"command": ["bin/serve"]}, False),
    ({}, {"overrides": {"container": {"command": ["bin/serve"]}}}, False),
]


@pytest.mark.parametrize(("web", "further", "checked"), WAYS)
def test_only_servers_that_railbed_starts_are_asked_so(web: dict[str, Any], further: dict[str, Any], checked: bool) -> None:
    app = {"name": "shop", "image": {"ref": IMAGE}, "web": {"startup_seconds": 120, **web}}
    container = containers_of(deployed("EcsApp", app=app, services={"web": further}).the("TaskDefinition", "shop-web"))[0]
    assert (container.get("healthCheck", {}).get("startPeriod") == 120) == checked
    assert ("healthCheck" in container) == checked
