"""What the unit tests share."""

import os
from collections.abc import Callable

import pulumi
import pytest

from tests.unit.cluster_contents import ClusterContents
from tests.unit.recording import Deployment, Program, record

Deploy = Callable[[Program], Deployment]


@pytest.fixture(autouse=True)
def kubeconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kubeconfig that names no cluster, whatever this machine has."""
    monkeypatch.setenv("KUBECONFIG", os.devnull)
    monkeypatch.setattr("railbed.kubernetes.api.live_values.PATIENCE_SECONDS", 0)


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials of AWS, whatever this machine has: a test that asks AWS has its own answers."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(autouse=True)
def contents(monkeypatch: pytest.MonkeyPatch) -> ClusterContents:
    """What the cluster holds that a stack reads before it changes anything: nothing, unless a test puts something there."""
    found = ClusterContents()
    monkeypatch.setattr("railbed_stacks.cluster_state.ClusterObjects", lambda kubeconfig, context: found)
    monkeypatch.setattr("railbed_stacks.cluster_state.previous_outputs", lambda: found.outputs)
    return found


@pytest.fixture
def deploy() -> Deploy:
    """Runs a program against recorded answers of a cluster, and gives everything that it registered."""
    return record


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is logged, as pairs of level and text; the level of what is shown for a moment only is "live"."""
    found: list[tuple[str, str]] = []
    for level in ("info", "warn", "error"):

        def write(text: str, resource: object = None, *, ephemeral: bool = False, level: str = level) -> None:
            found.append(("live" if ephemeral else level, text))

        monkeypatch.setattr(pulumi.log, level, write)
    return found
