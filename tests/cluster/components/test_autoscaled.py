"""The number of pods that an autoscaler has set is never lowered by a release."""

from typing import Any

import pulumi
import pytest

from railbed import RailsWeb, SidekiqWorkers
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack, Outcome, k8s, kubectl
from tests.cluster.waiting import eventually

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
SERVER = "require 'socket'; s = TCPServer.new(3000); loop { c = s.accept; c << \"HTTP/1.1 200 OK\\r\\n\\r\\n\"; c.close }"
QUICK: dict[Any, dict[str, Any]] = {
    RailsWeb: {"drain_seconds": 0, "request_seconds": 1},
    SidekiqWorkers: {"shutdown_seconds": 1},
}
COMMANDS = {RailsWeb: ["ruby", "-e", SERVER], SidekiqWorkers: ["sleep", "600"]}


def release(stack: KubernetesStack, component: Any, version: str, **more: Any) -> Outcome:
    arguments: dict[str, Any] = {
        "image": SHELL_IMAGE,
        "entrypoint": ["/usr/bin/env"],
        "command": COMMANDS[component],
        "replicas": 1,
        "env": {"VERSION": version},
        "resources": {"cpu": "10m", "memory": "32Mi"},
        "namespace": stack.namespace,
        "kubeconfig": stack.variables["KUBECONFIG"],
        "overrides": {"deployment": {"spec": {"minReadySeconds": 1}}},
        **QUICK[component],
    }

    def program() -> None:
        provider = k8s.Provider("forceful", enable_patch_force=True)
        component("shop", arguments | more, pulumi.ResourceOptions(provider=provider))
        target = {"api_version": "apps/v1", "kind": "Deployment", "name": "shop"}
        k8s.autoscaling.v2.HorizontalPodAutoscaler(
            "shop",
            metadata={"name": "shop", "namespace": stack.namespace},
            spec={"scale_target_ref": target, "min_replicas": 3, "max_replicas": 5},
        )

    outcome = stack.up(program)
    assert outcome.succeeded, outcome.text
    return outcome


def replicas(stack: KubernetesStack) -> int:
    return int(kubectl(stack, "get", "deployment/shop", "-o", "jsonpath={.spec.replicas}"))


def numbers_asked_for(stack: KubernetesStack) -> list[str]:
    """Every number of pods that the Deployment was scaled to, as its events tell."""
    events = kubectl(
        stack, "get", "events", "-o", "jsonpath={range .items[?(@.reason=='ScalingReplicaSet')]}{.message}{'\\n'}{end}"
    )
    return events.splitlines()


@pytest.mark.parametrize("component", [RailsWeb, SidekiqWorkers])
@pytest.mark.parametrize("told", [True, False])
def test_a_release_leaves_the_number_to_the_autoscaler(stack: KubernetesStack, component: Any, told: bool) -> None:
    more = {"autoscaled": True} if told else {}
    release(stack, component, "1", **more)
    eventually(lambda: replicas(stack) == 3, "the autoscaler asks for 3 pods", 90)
    generation = int(kubectl(stack, "get", "deployment/shop", "-o", "jsonpath={.metadata.generation}"))
    outcome = release(stack, component, "2", **more)
    assert replicas(stack) == 3, "a release lowered the number that the autoscaler had set"
    after = int(kubectl(stack, "get", "deployment/shop", "-o", "jsonpath={.metadata.generation}"))
    assert after == generation + 1, f"the release and the autoscaler took turns: {numbers_asked_for(stack)}"
    assert told or "sets the number of pods of shop" in outcome.text, f"the user is not told what to set:\n{outcome.text}"
