"""`railbed` on a Docker host: the official client against a server that answers as the engine does."""

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import docker
import pulumi
import pytest

from railbed.docker_host.app_containers import WITH_FOLDERS
from railbed_stacks.commands.platform import operations_of
from railbed_stacks.operations.docker import logs
from railbed_stacks.operations.docker import operations as docker_operations
from railbed_stacks.operations.docker.access import DockerContainers
from railbed_stacks.operations.docker.operations import DockerOperations
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import LogLine, PartStatus, Size
from tests.engine.local_server import local_server
from tests.unit.operated import OWNER, operated

WORKS = {"Running": True, "Status": "running", "ExitCode": 0, "Health": {"Status": "healthy"}}
ENDED = {"Running": False, "Status": "exited", "ExitCode": 0}
ENV = ["DATABASE_URL=postgresql://shop:hunter2@database/shop"]


def container(name: str, instance: str, component: str, state: dict[str, Any] = WORKS) -> dict[str, Any]:
    labels = {"railbed/instance": f"shop-{instance}", "railbed/component": component, **OWNER}
    return {
        "Id": f"id-of-{name}",
        "Name": f"/{name}",
        "Created": "2026-11-27T06:00:00Z",
        "Image": "sha256:4f5c",
        "State": state,
        "Config": {
            "Labels": labels,
            "Tty": False,
            "Env": ENV,
            "User": "1000:1000",
            "WorkingDir": "/rails",
            "Entrypoint": ["/rails/bin/docker-entrypoint"],
            "StopTimeout": 35,
        },
        "HostConfig": {
            "Memory": 2**30,
            "ReadonlyRootfs": True,
            "CapDrop": ["ALL"],
            "PortBindings": {"3000/tcp": [{"HostPort": "80"}]},
            "RestartPolicy": {"Name": "unless-stopped"},
        },
        "Mounts": [{"Type": "volume", "Destination": "/tmp"}, {"Type": "volume", "Destination": "/rails/tmp"}],
        "NetworkSettings": {"Networks": {"shop-production": {}}},
    }


@dataclass
class FakeEngine:
    """What the engine has, and what it was asked to do."""

    containers: list[dict[str, Any]]
    logs: dict[str, str] = field(default_factory=dict)
    exit_code: int = 0
    out_of_memory: bool = False
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if path == "/version":
            return 200, {"ApiVersion": "1.41", "MinAPIVersion": "1.12"}
        if path == "/containers/json":
            wanted = set(json.loads(query["filters"][0])["label"])
            listed = [each for each in self.containers if wanted <= {f"{k}={v}" for k, v in each["Config"]["Labels"].items()}]
            return 200, [{"Id": each["Id"], "Names": [each["Name"]]} for each in listed]
        if path.startswith("/images/"):
            return 200, {"Id": "sha256:4f5c", "RepoTags": [], "RepoDigests": ["registry.example.com/shop@sha256:4f5c"]}
        if method != "GET":
            self.asked.append((method, path, body))
        if path == "/containers/create":
            made = container("run", "run", "run", WORKS | {"ExitCode": self.exit_code, "OOMKilled": self.out_of_memory})
            self.containers.append(made)
            return 201, {"Id": made["Id"]}
        found = re.fullmatch(r"/containers/([^/]+)(?:/(\w+))?", path)
        assert found is not None, path
        chosen = next((each for each in self.containers if each["Id"] == found[1]), None)
        if chosen is None:
            return 404, {"message": f"No such container: {found[1]}"}
        if found[2] == "json":
            return 200, chosen
        if found[2] == "logs":
            return 200, _tail(self.logs.get(chosen["Name"].lstrip("/"), ""), query["tail"][0])
        if found[2] == "wait":
            return 200, {"StatusCode": self.exit_code}
        return 204, b""

    def of(self, method: str) -> list[str]:
        return [path for done, path, _ in self.asked if done == method]


def _tail(log: str, lines: str) -> bytes:
    """The end of a log in the frames of https://docs.docker.com/reference/api/engine/ (ContainerAttach)."""
    whole = log.splitlines(keepends=True)
    text = "".join(whole if lines == "all" else whole[-int(lines) :]).encode()
    return b"\x01\0\0\0" + len(text).to_bytes(4, "big") + text if text else b""


@pytest.fixture
def engine() -> FakeEngine:
    """Two web containers, one of workers, the migration, the console, and a web container of another stack."""
    other = container("other-web-1", "web", "web")
    other["Config"]["Labels"] = other["Config"]["Labels"] | {"railbed/stack": "staging"}
    return FakeEngine(
        [
            container("shop-web-1", "web", "web"),
            container("shop-web-2", "web", "web"),
            container("shop-mailers-1", "mailers", "worker"),
            container("shop-migrate", "migration", "migration", ENDED),
            container("shop-console", "console", "console", {**WORKS, "Health": None}),
            other,
        ]
    )


@pytest.fixture
def operations(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerOperations]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            return

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            url = urlsplit(self.path)
            path = re.sub(r"^/v[0-9.]+", "", url.path)
            status, content = engine.answer(self.command, path, parse_qs(url.query), body)
            text = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/octet-stream" if isinstance(content, bytes) else "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_DELETE = do_GET  # noqa: N815

    monkeypatch.setattr(logs, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(docker_operations, "POLL_SECONDS", 0.01)
    operated("docker", {}).enter()
    with local_server(Handler) as address:
        client = docker.DockerClient(base_url=address.replace("http", "tcp"))
        yield DockerOperations(DockerContainers(client, "ssh://deploy@shop.example.com", "shop"))
        client.close()
    pulumi.runtime.set_all_config({})


IMAGE = "registry.example.com/shop@sha256:4f5c"


def test_status_tells_of_every_part_of_the_stack(operations: DockerOperations) -> None:
    assert operations.status() == [
        PartStatus("web", 2, 2, (IMAGE,)),
        PartStatus("workers.mailers", 1, 1, (IMAGE,)),
        PartStatus("migration", 0, None, (IMAGE,), "last run succeeded"),
        PartStatus("console", 1, 1, (IMAGE,)),
    ]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({**WORKS, "Health": {"Status": "unhealthy"}}, "shop-web-2: unhealthy"),
        ({**ENDED, "ExitCode": 1}, "shop-web-2: exited, exit code 1"),
        ({**ENDED, "OOMKilled": True}, "shop-web-2: it needed more than its memory_limit"),
    ],
)
def test_status_says_why_a_container_does_not_work(
    state: dict[str, Any], told: str, engine: FakeEngine, operations: DockerOperations
) -> None:
    engine.containers[1]["State"] = state
    web = operations.status()[0]
    assert (web.ready, web.works, web.told) == (1, False, told)


def test_a_migration_that_failed_is_told(engine: FakeEngine, operations: DockerOperations) -> None:
    engine.containers[3]["State"] = {**ENDED, "ExitCode": 7}
    assert operations.status()[2].told == "last run failed: exit code 7"


def test_logs_are_the_ends_of_those_of_all_containers(engine: FakeEngine, operations: DockerOperations) -> None:
    engine.logs = {"shop-web-1": "one\ntwo\nthree\n", "shop-web-2": "four\n"}
    found = list(operations.logs("web", 2, follow=False))
    assert found == [LogLine("shop-web-1", "two"), LogLine("shop-web-1", "three"), LogLine("shop-web-2", "four")]


def test_logs_that_are_followed_take_up_containers_that_come(engine: FakeEngine, operations: DockerOperations) -> None:
    engine.logs = {"shop-mailers-1": "one\ntwo\n", "shop-mailers-2": "begins\n"}
    followed = operations.logs("workers.mailers", 1, follow=True)
    assert next(followed) == LogLine("shop-mailers-1", "two")
    engine.containers.append(container("shop-mailers-2", "mailers", "worker"))
    assert next(followed) == LogLine("shop-mailers-2", "begins")


def test_an_unknown_part_is_told_with_those_that_there_are(operations: DockerOperations) -> None:
    with pytest.raises(OperationError, match=r"there is no part 'mailers': name one of web, workers.mailers, migration, con"):
        list(operations.logs("mailers", 5, follow=False))


@pytest.mark.parametrize("exit_code", [0, 3])
def test_a_task_gives_its_log_and_exit_code_and_is_removed(
    exit_code: int, engine: FakeEngine, operations: DockerOperations
) -> None:
    engine.exit_code, engine.logs = exit_code, {"run": "indexing\ndone\n"}
    shown: list[str] = []
    assert operations.run(["bin/rails", "search:reindex"], None, shown.append) == exit_code
    assert shown == ["indexing", "done"]
    assert engine.of("DELETE") == ["/containers/id-of-run"]


def test_a_task_is_a_container_like_the_web_ones(engine: FakeEngine, operations: DockerOperations) -> None:
    operations.run(["bin/rails", "search:reindex"], Size("1500m", "2Gi"), lambda line: None)
    made = next(body for _, path, body in engine.asked if path == "/containers/create")
    host = {key: value for key, value in made.pop("HostConfig").items() if value is not None}
    assert made == {
        "Image": "sha256:4f5c",
        "Cmd": ["sh", "-c", WITH_FOLDERS, "/rails/tmp", "bin/rails", "search:reindex"],
        "Entrypoint": ["/rails/bin/docker-entrypoint"],
        "Env": ENV,
        "User": "1000:1000",
        "WorkingDir": "/rails",
        "Labels": {"railbed/instance": "shop-run", "railbed/component": "run", **OWNER},
    }
    assert host == {
        "CapDrop": ["ALL"],
        "ReadonlyRootfs": True,
        "CpuPeriod": 100_000,
        "CpuQuota": 150_000,
        "Memory": 2 * 2**30,
        "MemorySwap": 2 * 2**30,
        "MemoryReservation": 2 * 2**30,
        "Mounts": [{"Type": "volume", "Target": "/tmp"}, {"Type": "volume", "Target": "/rails/tmp"}],
        "NetworkMode": "shop-production",
        "RestartPolicy": {"Name": "no"},
    }


def test_a_task_without_enough_memory_is_told(engine: FakeEngine, operations: DockerOperations) -> None:
    engine.exit_code, engine.out_of_memory, shown = 137, True, list[str]()
    assert operations.run(["true"], None, shown.append) == 137
    assert shown == ["railbed: the task needed more than its memory: give more with --size"]


def test_a_task_that_is_interrupted_is_stopped_and_removed(engine: FakeEngine, operations: DockerOperations) -> None:
    engine.logs = {"run": "begun\n"}

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.run(["sleep", "1000"], None, interrupt)
    assert engine.of("POST")[-1] == "/containers/id-of-run/stop"
    assert engine.of("DELETE") == ["/containers/id-of-run"]


def test_without_a_web_container_that_works_no_task_starts(engine: FakeEngine, operations: DockerOperations) -> None:
    for each in engine.containers[:2]:
        each["State"] = ENDED
    with pytest.raises(OperationError, match="no web container works, and a task is like one: see `railbed status`"):
        operations.run(["true"], None, lambda line: None)
    assert engine.asked == []


def test_containers_restart_one_after_the_other(engine: FakeEngine, operations: DockerOperations) -> None:
    operations.restart("web")
    assert engine.of("POST") == ["/containers/id-of-shop-web-1/restart", "/containers/id-of-shop-web-2/restart"]


def test_the_next_container_restarts_only_when_the_one_before_works(
    engine: FakeEngine, operations: DockerOperations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_operations, "WORKS_SECONDS", 0)
    engine.containers[0]["State"] = {**WORKS, "Health": {"Status": "unhealthy"}}
    with pytest.raises(OperationError, match="shop-web-1 does not work 0 seconds after its restart: see its log"):
        operations.restart("web")
    assert engine.of("POST") == ["/containers/id-of-shop-web-1/restart"]


def test_a_terminal_is_dockers_in_the_console(
    operations: DockerOperations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "docker"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$TOLD/arguments"\nexit 7\n')
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TOLD", str(tmp_path))
    assert operations.open_terminal(["bin/rails", "console"]) == 7
    words = (tmp_path / "arguments").read_text().split()
    assert words == ["--host", "ssh://deploy@shop.example.com", "exec", "-i", "shop-console", "bin/rails", "console"]


def test_an_engine_that_is_not_there_is_told(tmp_path: Path) -> None:
    stack = operated("docker", {}, docker={"host": f"unix://{tmp_path}/docker.sock"})
    with pytest.raises(OperationError, match="There is no Docker engine at "):
        operations_of(stack)
