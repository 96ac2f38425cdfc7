"""The machine with Docker: its plan, and the program that publishes ports, as Docker's engine calls it."""

import os
import socket
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest

from sandbox.cluster.supervisor import Daemon
from sandbox.machine import engine, publish_port
from tests.engine.local_server import local_server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox's machine is for Linux")
as_root = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="to listen in another network needs root")
READY = b"0\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def publishing(port: int, container_port: int) -> Iterator[bytes]:
    """The program while it runs, and what it told the engine."""
    reading, writing = os.pipe()
    words = [
        "-network",
        "/proc/self/ns/net",
        "-proto",
        "tcp",
        "-host-ip",
        "127.0.0.1",
        "-host-port",
        str(port),
        "-container-ip",
        "127.0.0.1",
    ]
    command = [sys.executable, "-I", publish_port.__file__, *words, "-container-port", str(container_port), "-use-listen-fd"]
    # The engine hands the pipe over as descriptor 3.
    program = f"import os, sys; os.dup2({writing}, 3); os.close({writing}); os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-c", program, *command], pass_fds=[writing])
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as told:
            yield told.read()
    finally:
        process.kill()
        process.wait()


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.path.encode() * 50_000
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@as_root
def test_requests_reach_the_container_and_its_answers_come_back_whole() -> None:
    with local_server(Answering) as address:
        port = free_port()
        with publishing(port, urlsplit(address).port or 0) as told:
            assert told == READY
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/page", timeout=10) as answer:
                assert answer.read() == b"/page" * 50_000


@as_root
def test_a_taken_port_is_told_in_dockers_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with publishing(other.getsockname()[1], 80) as told:
            assert told.startswith(b"1\n")
            assert b"address already in use" in told, "railbed would not tell whose the port is"


@as_root
def test_whoever_comes_while_the_container_does_not_listen_is_not_left_waiting() -> None:
    port = free_port()
    with publishing(port, free_port()) as told, socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        assert told == READY
        with suppress(ConnectionResetError):
            assert client.recv(1) == b""


def test_every_name_in_the_plan_is_filled_in() -> None:
    files = engine._files()
    planned = tomllib.loads(files["plan.toml"])
    assert "$" not in files["plan.toml"]
    (daemon,) = (Daemon(**each) for each in planned["daemons"])
    assert f"--userland-proxy-path={planned['inside']}/publish-port" in daemon.command
    assert engine.NAME in daemon.command
