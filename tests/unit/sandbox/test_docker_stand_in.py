"""The stand-in of the Docker provider, asked as Pulumi's engine asks it, and what it asks of a Docker engine."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from sandbox.providers.docker import DockerProvider
from sandbox.providers.properties import Secret, dump, load
from sandbox.providers.server import serve

IMAGE = f"sha256:{'4f5c' * 16}"
CONTAINER: dict[str, Any] = {
    "name": "shop-web-1a2b3c",
    "image": IMAGE,
    "envs": [Secret("TOKEN=hunter2-pass")],
    "labels": [{"label": "railbed/stack", "value": "test"}],
    "networksAdvanced": [{"name": "shop", "aliases": ["web"]}],
    "mounts": [{"target": "/tmp", "type": "volume"}],
    "memory": 512,
    "restart": "unless-stopped",
    "stopTimeout": 35,
    "destroyGraceSeconds": 35,
    "healthcheck": {"tests": ["CMD", "true"], "interval": "5s", "retries": 2},
    "ports": [{"internal": 8080, "external": 3000, "ip": "127.0.0.1"}],
}


class Machine:
    """A Docker engine that takes everything, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.refusing: dict[str, str] = {}
        self.image_is_there = True

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        self.asked.append((method, path, body))
        for pattern, words in self.refusing.items():
            if re.search(pattern, path):
                return 500, {"message": words}
        if path.startswith("/images/") and path.endswith("/json"):
            found = {"Id": IMAGE, "RepoDigests": ["shop@sha256:1"]}
            return (200, found) if self.image_is_there else (404, {"message": "no such image"})
        if path == "/images/create":
            self.image_is_there = True
        answers: dict[str, Any] = {
            "/version": {"ApiVersion": "1.41"},
            "/containers/create": {"Id": "c1"},
            "/networks/create": {"Id": "n1"},
            "/networks/n1": {"Id": "n1"},
            "/volumes/create": {"Name": "data", "Mountpoint": "/var/lib/docker/volumes/data"},
        }
        return 200, answers.get(path, {})

    def requests(self, path: str) -> list[Any]:
        return [body for _, asked, body in self.asked if asked == path]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    found = Machine()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            status, answer = found.answer(
                self.command, re.sub(r"^/v[\d.]+(?=/)", "", path), json.loads(text) if text else query
            )
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{server.server_port}")
    yield found
    server.shutdown()
    server.server_close()


class Engine:
    """Asks the stand-in."""

    def __init__(self, stub: Any) -> None:
        self.ask = stub

    @staticmethod
    def urn(kind: str) -> str:
        return f"urn:pulumi:test::shop::railbed:index:DockerApp$docker:index/{kind[0].lower()}{kind[1:]}:{kind}::shop-web"

    def configure(self, **settings: str) -> None:
        self.ask.Configure(protocol.ConfigureRequest(args=dump(settings)))

    def check(self, kind: str, inputs: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
        request = protocol.CheckRequest(urn=self.urn(kind), news=dump(inputs), olds=dump(olds or {}))
        return load(self.ask.Check(request).inputs)

    def replaces(self, kind: str, **changed: Any) -> list[str]:
        old, new = dump(CONTAINER), dump(CONTAINER | changed)
        return list(self.ask.Diff(protocol.DiffRequest(urn=self.urn(kind), old_inputs=old, news=new)).replaces)

    def create(self, kind: str, inputs: dict[str, Any], *, preview: bool = False) -> tuple[str, dict[str, Any]]:
        made = self.ask.Create(protocol.CreateRequest(urn=self.urn(kind), properties=dump(inputs), preview=preview))
        return made.id, load(made.properties)

    def refusal(self, kind: str, inputs: dict[str, Any]) -> str:
        with pytest.raises(grpc.RpcError) as refused:
            self.create(kind, inputs)
        return str(refused.value.details())


@pytest.fixture
def engine() -> Iterator[Engine]:
    server, port = serve(DockerProvider())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        found = Engine(ResourceProviderStub(channel))
        found.configure()
        yield found
    server.stop(grace=None).wait()


def test_a_container_gets_a_name_that_stays_until_it_is_replaced(engine: Engine) -> None:
    inputs = {"image": IMAGE}
    first = engine.check("Container", inputs)["name"]
    assert re.fullmatch("shop-web-[0-9a-f]{7}", first)
    assert engine.check("Container", inputs, {"name": first})["name"] == first
    assert engine.check("Container", inputs)["name"] != first, "a new one could not run beside it"


def test_secrets_stay_secret(engine: Engine, machine: Machine) -> None:
    assert isinstance(engine.check("Container", CONTAINER)["envs"], Secret)
    _, outputs = engine.create("Container", CONTAINER)
    assert isinstance(outputs["envs"], Secret)


@pytest.mark.parametrize(
    ("changed", "replaced"),
    [
        ({"envs": ["A=b"]}, ["envs"]),
        ({"image": "sha256:other"}, ["image"]),
        ({"stopTimeout": 40}, ["stopTimeout"]),
        ({"memory": 1024}, []),
        ({"destroyGraceSeconds": 40}, []),
        ({"healthcheck": {"tests": ["CMD", "false"]}}, []),
    ],
)
def test_what_cannot_be_changed_replaces_the_container(engine: Engine, changed: dict[str, Any], replaced: list[str]) -> None:
    assert engine.replaces("Container", **changed) == replaced


def test_a_container_is_made_put_on_its_network_and_started(engine: Engine, machine: Machine) -> None:
    identity, outputs = engine.create("Container", CONTAINER)
    assert (identity, outputs["name"]) == ("c1", "shop-web-1a2b3c")
    (made,) = machine.requests("/containers/create")
    assert made["Env"] == ["TOKEN=hunter2-pass"]
    assert made["Labels"] == {"railbed/stack": "test"}
    assert made["StopTimeout"] == 35
    assert made["Healthcheck"] == {"Test": ["CMD", "true"], "Interval": 5 * 10**9, "Retries": 2, "Timeout": 0, "StartPeriod": 0}
    host = made["HostConfig"]
    assert host["Memory"] == 512 * 2**20
    assert host["RestartPolicy"] == {"Name": "unless-stopped"}
    assert host["PortBindings"] == {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "3000"}]}
    (joined,) = machine.requests("/networks/shop/connect")
    assert joined["EndpointConfig"]["Aliases"] == ["web"]
    order = [path for method, path, _ in machine.asked if method == "POST"]
    assert order.index("/networks/shop/connect") < order.index("/containers/c1/start")


def test_one_that_is_not_to_start_is_only_made(engine: Engine, machine: Machine) -> None:
    engine.create("Container", CONTAINER | {"start": False, "mustRun": False})
    assert machine.requests("/containers/create")
    assert not machine.requests("/containers/c1/start")


def test_a_container_that_does_not_start_stays_in_the_state(engine: Engine, machine: Machine) -> None:
    machine.refusing["/containers/c1/start"] = "port is already allocated"
    with pytest.raises(grpc.RpcError) as refused:
        engine.create("Container", CONTAINER)
    assert "Unable to start container: Error response from daemon: port is already allocated" in refused.value.details()
    details = dict(refused.value.trailing_metadata())["grpc-status-details-bin"]
    assert b"ErrorResourceInitFailed" in details, "nobody would know of it, nor remove it"


def test_arguments_that_it_does_not_follow_are_refused(engine: Engine, machine: Machine) -> None:
    said = engine.refusal("Container", CONTAINER | {"privileged": True, "gpus": "all"})
    assert said == "The stand-in for the docker provider does not follow gpus, privileged of a Container."


def test_a_container_has_its_time_to_end(engine: Engine, machine: Machine) -> None:
    request = protocol.DeleteRequest(id="c1", urn=engine.urn("Container"), properties=dump(CONTAINER))
    engine.ask.Delete(request)
    assert ("POST", "/containers/c1/stop", "t=35") in machine.asked
    (removed,) = [query for method, path, query in machine.asked if (method, path) == ("DELETE", "/containers/c1")]
    assert "v=True" in removed, "its volumes without a name would stay for ever"


def test_an_image_is_pulled_with_the_login_of_its_registry(engine: Engine, machine: Machine) -> None:
    login = [{"address": "registry.example.com", "username": "robot", "password": "hunter2-pass"}]
    engine.configure(registryAuth=json.dumps(login))
    machine.image_is_there = False
    identity, outputs = engine.create("RemoteImage", {"name": "registry.example.com/shop:1", "keepLocally": True})
    assert outputs["imageId"] == IMAGE
    assert identity == f"{IMAGE}registry.example.com/shop:1"
    assert machine.requests("/images/create")


def test_one_that_is_there_is_not_pulled(engine: Engine, machine: Machine) -> None:
    engine.create("RemoteImage", {"name": "registry.example.com/shop:1"})
    assert not machine.requests("/images/create")


def test_networks_and_volumes_carry_their_labels(engine: Engine, machine: Machine) -> None:
    labels = CONTAINER["labels"]
    assert engine.create("Network", {"name": "shop", "labels": labels})[0] == "n1"
    assert engine.create("Volume", {"name": "data", "labels": labels})[0] == "data"
    for path in ("/networks/create", "/volumes/create"):
        (made,) = machine.requests(path)
        assert made["Labels"] == {"railbed/stack": "test"}


def test_a_preview_makes_nothing(engine: Engine, machine: Machine) -> None:
    engine.create("Container", CONTAINER, preview=True)
    engine.create("RemoteImage", {"name": "shop:1"}, preview=True)
    assert machine.asked == []


def test_what_it_has_not_is_told(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError, match="The stand-in for the docker provider has no docker:index/secret:Secret"):
        engine.check("Secret", {})
