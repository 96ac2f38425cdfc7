"""The engine with providers of the tests' own: no cluster, no root, no account."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import engine, environment
from sandbox.progress import StepFailed
from tests.engine.recorded_stack import RecordedStack
from tests.engine.recording_provider import recording


@pytest.fixture(scope="session")
def engine_variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An environment in which `pulumi` runs and knows no account, no plugin and no cluster."""
    try:
        engine.pulumi()
    except StepFailed as failure:
        pytest.skip(f"not run: {failure.what}")
    folder = tmp_path_factory.mktemp("engine")
    found = environment.variables() | {"PULUMI_HOME": str(folder), "KUBECONFIG": os.devnull}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", found["PATH"])
        yield found


@pytest.fixture
def recorded_stack(tmp_path: Path, engine_variables: dict[str, str]) -> Iterator[RecordedStack]:
    """An empty stack of the project, for one test."""
    with recording() as (record, providers):
        yield RecordedStack(tmp_path, engine_variables | {"PULUMI_DEBUG_PROVIDERS": providers}, record)


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory: pytest.TempPathFactory, engine_variables: dict[str, str]) -> Iterator[RecordedStack]:
    """A stack that the tests of one file share; whoever deploys it leaves it deployed."""
    with recording() as (record, providers):
        variables = engine_variables | {"PULUMI_DEBUG_PROVIDERS": providers}
        yield RecordedStack(tmp_path_factory.mktemp("stack"), variables, record)


@pytest.fixture(scope="module")
def deployed_stack(empty_stack: RecordedStack) -> RecordedStack:
    """The same, deployed."""
    empty_stack.deploy()
    return empty_stack
