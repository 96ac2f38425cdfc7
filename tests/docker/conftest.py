"""The sandbox's machine with Docker, and one deployment on it that the tests share; each leaves it working."""

import os
import sys
from collections.abc import Iterator

import pytest

from sandbox import engine, environment, images, machine, providers
from tests.docker.machine_stack import MachineStack, copied, machine_stack


def _hindrance() -> str | None:
    if sys.platform != "linux":
        return "the sandbox's Docker engine needs Linux"
    if os.geteuid() != 0:
        return "the sandbox's Docker engine needs root"
    return None


@pytest.fixture(scope="session")
def variables() -> Iterator[dict[str, str]]:
    """Pulumi's environment on the machine, which stays up so that the next run is quick (`make down` ends it)."""
    if reason := _hindrance():
        pytest.skip(f"not run: {reason}")
    engine.pulumi()
    machine.up()
    images.load_machine()
    found = environment.variables() | machine.docker_environment()
    stood_in = [name for name in ("random", "docker") if not environment.plugin_installed(name)]
    with providers.running(stood_in, found) as ports:
        attached = ",".join(f"{name}:{port}" for name, port in ports.items())
        found |= {"PULUMI_DEBUG_PROVIDERS": attached} if attached else {}
        before = os.environ["PATH"]
        os.environ["PATH"] = found["PATH"]
        yield found
        os.environ["PATH"] = before


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[MachineStack]:
    """Version 1, deployed. A test leaves it working, and with what it changed."""
    with machine_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield stack


@pytest.fixture
def attempt(shop: MachineStack) -> Iterator[MachineStack]:
    """The deployed stack, for settings that must fail: afterwards they are as before."""
    before = copied(shop.settings)
    yield shop
    shop.settings = before
