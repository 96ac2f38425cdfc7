"""Containers cannot change their image: what they write goes to folders of their own, which begin as the image has them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from railbed import SidekiqWorkers
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack, kubectl, kubernetes_stack


@pytest.fixture
def stack(variables: dict[str, str], tmp_path: Path) -> Iterator[KubernetesStack]:
    with kubernetes_stack(tmp_path, variables) as made:
        yield made


def test_a_writable_folder_has_what_the_image_has_in_it(stack: KubernetesStack) -> None:
    arguments: Any = {
        "image": SHELL_IMAGE,
        "command": ["sleep", "600"],
        "entrypoint": ["/usr/bin/env"],
        "replicas": 1,
        "shutdown_seconds": 1,
        "namespace": stack.namespace,
        "writable_paths": ["/etc", "/none/of/the/image"],
        "kubeconfig": stack.variables["KUBECONFIG"],
    }
    outcome = stack.up(lambda: SidekiqWorkers("shop", arguments))
    assert outcome.succeeded, outcome.text

    def run(script: str) -> str:
        return kubectl(stack, "exec", "deployment/shop", "--", "sh", "-c", script)

    assert "root:x:0" in run("cat /etc/passwd"), "what the image prepared in a writable folder is hidden"
    run("echo new > /etc/new; mkdir /none/of/the/image/new; echo new > /tmp/new")
    assert all(mode.endswith("t") for mode in run("stat -c %A /tmp /etc").split()), (
        "Ruby takes no temporary folder without the sticky bit"
    )
    with pytest.raises(subprocess.CalledProcessError):
        run("echo new > /usr/new")
