"""What runs in a console goes on when a release replaces it, and holds up no release."""

import subprocess
from typing import Any

import pytest

from railbed import Console
from sandbox import cluster
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack, kubectl
from tests.cluster.waiting import eventually

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
TASK = "echo began; while ! [ -f /tmp/end ]; do sleep 0.2; done; echo finished on $HOSTNAME"


def release(stack: KubernetesStack, version: str) -> None:
    arguments: Any = {
        "image": SHELL_IMAGE,
        "env": {"VERSION": version},
        "namespace": stack.namespace,
        "kubeconfig": stack.variables["KUBECONFIG"],
        "resources": {"cpu": "10m", "memory": "64Mi"},
    }
    outcome = stack.up(lambda: Console("shop", arguments))
    assert outcome.succeeded, outcome.text


def pods(stack: KubernetesStack) -> list[str]:
    return kubectl(stack, "get", "pods", "-o", "jsonpath={.items[*].metadata.name}").split()


@pytest.mark.parametrize("start", ["exec sh -c '{}'", "nohup sh -c '{}' > /tmp/log 2>&1 & echo began"])
def test_a_long_task_outlives_a_release(stack: KubernetesStack, start: str) -> None:
    release(stack, "1")
    (old,) = pods(stack)
    kubectl_path = str(cluster.binaries() / "kubectl")
    command = [kubectl_path, "--namespace", stack.namespace, "exec", "deployment/shop", "--", "sh", "-c", start.format(TASK)]
    with subprocess.Popen(command, env=stack.variables, stdout=subprocess.PIPE, text=True) as task:
        assert task.stdout
        assert task.stdout.readline() == "began\n"
        release(stack, "2")
        assert old in pods(stack), "the release ended a task that runs in the console"
        version = kubectl(stack, "exec", "deployment/shop", "--", "sh", "-c", "echo $VERSION").strip()
        assert version == "2", f"a new session begins in the console of release {version}"
        kubectl(stack, "exec", old, "--", "touch", "/tmp/end")
        said = task.stdout.read()
    assert task.returncode == 0
    assert "nohup" in start or said == f"finished on {old}\n", f"the task did not finish: {said}"
    eventually(lambda: old not in pods(stack), "the console of the release before ends once nothing runs in it", 30)


def test_a_console_that_nobody_uses_ends_at_once(stack: KubernetesStack) -> None:
    release(stack, "1")
    (old,) = pods(stack)
    release(stack, "2")
    eventually(lambda: old not in pods(stack), "a console in which nothing runs ends at once", 15)
