"""Single components on the sandbox's cluster, each test in a stack and a namespace of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.kubernetes_stack import KubernetesStack, kubernetes_stack


@pytest.fixture
def stack(variables: dict[str, str], tmp_path: Path) -> Iterator[KubernetesStack]:
    with kubernetes_stack(tmp_path, variables) as made:
        yield made
