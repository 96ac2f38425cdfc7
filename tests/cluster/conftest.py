"""The sandbox for the tests that need a real cluster; where it cannot run they are reported as not run, with the reason."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import environment
from tests.cluster.rails_stack import PROJECT, RailsStack, rails_stack


def _hindrance() -> str | None:
    if environment.chosen_kubeconfig() is not None:
        return None
    if sys.platform != "linux":
        return "the sandbox's Kubernetes needs Linux"
    if os.geteuid() != 0:
        return "the sandbox's Kubernetes needs root"
    return None


@pytest.fixture(scope="session", autouse=True)
def sandbox_up() -> None:
    """The sandbox, started if it is not; it stays up, so that the next run is quick (`make down` ends it)."""
    if reason := _hindrance():
        pytest.skip(f"not run: {reason}")
    if os.environ.get("RAILBED_TEST_SANDBOX") != "as-it-is":
        subprocess.run([sys.executable, "-m", "sandbox", "up"], cwd=PROJECT, check=True)


@pytest.fixture(scope="session")
def variables(sandbox_up: None) -> Iterator[dict[str, str]]:
    """The sandbox's environment for pulumi, with the providers that it stands in for."""
    with environment.pulumi_environment() as found:
        before = os.environ["PATH"]
        os.environ["PATH"] = found["PATH"]
        yield found
        os.environ["PATH"] = before


@pytest.fixture
def stack(tmp_path: Path, variables: dict[str, str]) -> Iterator[RailsStack]:
    """An empty stack of the project, for one test."""
    with rails_stack(tmp_path, variables) as found:
        yield found


@pytest.fixture(scope="module")
def shared_stack(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    """A deployed stack that the tests of one file share; each leaves it working."""
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as found:
        run = found.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield found
