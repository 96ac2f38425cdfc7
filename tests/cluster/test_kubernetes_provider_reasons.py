"""What the user reads about an object that does not become ready, kind by kind, and how not to wait for it."""

from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from .kubernetes_stack import IMAGE, PLUGIN, SHELL_IMAGE, KubernetesStack, Outcome, k8s, kubernetes_stack

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
SECONDS = 30  # in which a pod starts on a busy machine, too


@pytest.fixture(scope="module")
def stack(variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesStack]:
    with kubernetes_stack(tmp_path_factory.mktemp("reasons"), variables) as made:
        yield made


@pytest.fixture(scope="module")
def outcome(stack: KubernetesStack) -> Outcome:
    """One `up` of objects that all have a reason not to become ready."""
    return stack.up(lambda: unready(stack), continue_on_error=True)


@pytest.fixture(scope="module")
def state(outcome: Outcome, stack: KubernetesStack) -> dict[str, Any]:
    return stack.state()


def unready(stack: KubernetesStack, annotations: dict[str, str] | None = None) -> None:
    limit = f"{SECONDS}s"
    options = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create=limit, update=limit, delete="60s"))

    def make(kind: Any, name: str, spec: dict[str, Any]) -> None:
        metadata = {"name": name, "namespace": stack.namespace, "annotations": annotations or {}}
        kind(name, metadata=metadata, spec=spec, opts=options)

    def pod(container: dict[str, Any]) -> dict[str, Any]:
        return {"containers": [{"name": "main", "image": IMAGE, **container}], "termination_grace_period_seconds": 0}

    def workload(name: str, container: dict[str, Any], **more: Any) -> dict[str, Any]:
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": pod(container)}
        return {"selector": {"match_labels": labels}, "template": template, **more}

    greedy = {"resources": {"requests": {"cpu": "1000"}}}
    never = {"readiness_probe": {"exec": {"command": ["false"]}}}
    # Without a probe it is ready for the moment in which it runs, and the provider may look just then.
    crashing = {"image": SHELL_IMAGE, "command": ["sh", "-c", "exit 4"], **never}
    balanced = {"type": "LoadBalancer", "load_balancer_class": "example.com/nobody", "ports": [{"port": 80}]}
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    paths = [{"path": "/", "path_type": "Prefix", "backend": backend}]
    claim = {"access_modes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Mi"}}, "storage_class_name": "none"}
    make(k8s.apps.v1.Deployment, "no-image", workload("no-image", {"image": "railbed.sandbox/none:1"}))
    make(k8s.apps.v1.StatefulSet, "no-room", workload("no-room", greedy, service_name="no-room"))
    make(k8s.apps.v1.DaemonSet, "crashing", workload("crashing", crashing))
    make(k8s.core.v1.Pod, "unready", pod(never))
    make(k8s.core.v1.Service, "unbalanced", {**balanced, "selector": {"app": "web"}})
    make(k8s.networking.v1.Ingress, "unserved", {"ingress_class_name": "nobody", "rules": [{"http": {"paths": paths}}]})
    if annotations or not PLUGIN:  # the plugin waits for a claim for five minutes, whatever customTimeouts say
        make(k8s.core.v1.PersistentVolumeClaim, "unbound", claim)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no-image", "railbed.sandbox/none:1"),
        ("no-room", "0 out of 1 replicas" if PLUGIN else "Insufficient cpu"),
        ("crashing", "exit code 4"),
        ("unready", "containers with unready status"),
        ("unbalanced", "address"),
        ("unserved", "address"),
        pytest.param("unbound", "none", marks=pytest.mark.skipif(PLUGIN, reason="waits for five minutes")),
    ],
)
def test_reason_is_told(outcome: Outcome, state: dict[str, Any], name: str, reason: str) -> None:
    assert not outcome.succeeded
    assert reason in outcome.said[name]
    assert state[name]["initErrors"], "what was created stays in the state"


def test_nothing_is_waited_for_when_told_so(outcome: Outcome, stack: KubernetesStack) -> None:
    skipping = stack.up(lambda: unready(stack, {"pulumi.com/skipAwait": "true"}))
    assert skipping.succeeded, skipping.text
    assert stack.destroy().succeeded
