"""Where the Docker engine is, why it does not answer, and who has the port."""

import socket
from pathlib import Path
from typing import Any, cast

import pytest

from railbed.docker_host import port
from railbed.docker_host.engine import ContainerState, DockerEngine, EngineError, usual_host
from tests.unit.docker_engine import container

TAKEN = port._is_taken


def refused(host: str) -> str:
    with pytest.raises(EngineError) as raised:
        DockerEngine.connect(host)
    return str(raised.value)


def test_where_there_is_no_docker_it_says_how_to_get_it(tmp_path: Path) -> None:
    assert refused(f"unix://{tmp_path}/docker.sock") == (
        f"There is no Docker engine at {tmp_path}/docker.sock: install Docker "
        "(https://docs.docker.com/get-started/get-docker/) and start it, or set docker.host to another engine"
    )


def test_an_engine_that_has_ended_is_told(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    assert refused(f"unix://{path}").startswith(f"The Docker engine at {path} does not answer: start Docker.")


def test_a_socket_that_is_forbidden_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: object, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("docker.transport.unixconn.socket.socket.connect", forbidden, raising=False)
    assert refused(f"unix://{tmp_path}/docker.sock").startswith(f"You may not use Docker's socket {tmp_path}/docker.sock: add")


def test_a_machine_that_ssh_does_not_reach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    said = refused("ssh://deploy@host.invalid")
    assert said.startswith(
        "The Docker engine of ssh://deploy@host.invalid cannot be reached: `ssh deploy@host.invalid docker info` must work"
    )


@pytest.mark.parametrize(
    ("variable", "there", "expected"),
    [
        ("ssh://deploy@shop.example.com", [], "ssh://deploy@shop.example.com"),
        (None, [], "unix:///var/run/docker.sock"),
        (None, ["home/.docker/run/docker.sock"], "unix://{}/home/.docker/run/docker.sock"),
        (None, ["run/docker.sock"], "unix://{}/run/docker.sock"),
    ],
)
def test_the_engine_is_the_one_that_docker_would_use(
    variable: str | None, there: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr("railbed.docker_host.engine.DEFAULT_SOCKET", "/var/run/docker.sock")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setattr(Path, "exists", lambda path: str(path) in [f"{tmp_path}/{each}" for each in there])
    if variable:
        monkeypatch.setenv("DOCKER_HOST", variable)
    assert usual_host() == expected.format(tmp_path)


class HolderOfPort:
    """Knows who has published a port."""

    def __init__(self, holder: ContainerState | None) -> None:
        self.holder = holder

    def holder_of_port(self, port: int) -> ContainerState | None:
        return self.holder


def engine(holder: ContainerState | None = None) -> DockerEngine:
    """An engine with a container that has published a port, if any."""
    fake: Any = HolderOfPort(holder)
    return cast("DockerEngine", fake)


@pytest.fixture
def in_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi.get_project", lambda: "railbed")
    monkeypatch.setattr("pulumi.get_stack", lambda: "test")
    monkeypatch.setattr(port, "_is_taken", TAKEN)


MINE = {"railbed/project": "railbed", "railbed/stack": "test"}


@pytest.mark.usefixtures("in_stack")
def test_a_port_of_another_container_is_told_before_anything_is_made() -> None:
    with pytest.raises(EngineError, match=r"Port 3000 of 127.0.0.1 is taken by the container other-name: stop it, or set"):
        port.check_port(engine(container("other", "running")), "127.0.0.1", 3000, is_near=False)


@pytest.mark.usefixtures("in_stack")
def test_a_port_that_no_setting_chose_is_told_with_what_does() -> None:
    with pytest.raises(EngineError, match=r"Port 443 of 0.0.0.0 is taken .*: stop it, or set docker.address to one of the"):
        port.check_port(engine(container("other", "running")), "0.0.0.0", 443, is_near=False, is_chosen=False)


@pytest.mark.usefixtures("in_stack")
def test_the_stacks_own_proxy_may_have_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        own = engine(container("proxy", "running", MINE))
        port.check_port(own, "127.0.0.1", server.getsockname()[1], is_near=True)


@pytest.mark.usefixtures("in_stack")
def test_a_port_of_another_program_is_told_where_it_can_be_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        with pytest.raises(EngineError, match=f"Port {number} of 127.0.0.1 is taken by another program"):
            port.check_port(engine(), "127.0.0.1", number, is_near=True)
        port.check_port(engine(), "127.0.0.1", number, is_near=False)
    port.check_port(engine(), "127.0.0.1", number, is_near=True)
