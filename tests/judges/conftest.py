"""Judges of others over everything that railbed registers with the real engine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.progress import StepFailed
from tests.engine.conftest import engine_variables
from tests.judges import tools
from tests.judges.aws_provider import AwsProvider
from tests.judges.registered import Registered
from tests.judges.stacks import awkwardly_named, deployed, judged_by_all, judged_by_apis, on_existing_things

__all__ = ["engine_variables"]


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory, engine_variables: dict[str, str]) -> dict[str, list[Registered]]:
    """What the judged stacks register, by stack."""
    return deployed(tmp_path_factory.mktemp("stacks"), engine_variables, judged_by_all())


@pytest.fixture(scope="session")
def resources(stacks: dict[str, list[Registered]]) -> list[Registered]:
    """What all of them register."""
    return [each for resources in stacks.values() for each in resources]


@pytest.fixture(scope="session")
def for_apis(
    stacks: dict[str, list[Registered]], tmp_path_factory: pytest.TempPathFactory, engine_variables: dict[str, str]
) -> dict[str, list[Registered]]:
    """What is held against the clouds' APIs, by stack: the same, further options, and awkward names."""
    more = judged_by_apis() | awkwardly_named() | on_existing_things()
    return stacks | deployed(tmp_path_factory.mktemp("for_apis"), engine_variables, more)


def _program(get: Callable[[], Path]) -> Path:
    try:
        return get()
    except StepFailed as failure:
        pytest.skip(f"not run: {failure.what}")


@pytest.fixture(scope="session")
def aws_provider(tmp_path_factory: pytest.TempPathFactory) -> AwsProvider:
    try:
        return AwsProvider(tmp_path_factory.mktemp("aws_provider"))
    except StepFailed as failure:
        pytest.skip(f"not run: {failure.what} {failure.remedy}")


@pytest.fixture(scope="session")
def pod_security() -> Path:
    return _program(tools.pod_security)


@pytest.fixture(scope="session")
def kube_score() -> Path:
    return _program(tools.kube_score)


@pytest.fixture(scope="session")
def actionlint() -> Path:
    return _program(tools.actionlint)


@pytest.fixture(scope="session")
def checkov() -> Path:
    return _program(tools.programs_in_python) / "checkov"


@pytest.fixture(scope="session")
def kubernetes_validate() -> Path:
    return _program(tools.programs_in_python) / "kubernetes-validate"
