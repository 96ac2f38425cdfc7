"""A workload whose pods do not come up: the `up` fails, the user reads what the application said, and no secret."""

from typing import Any

import pulumi
import pytest

from railbed import Postgresql, RailsWeb, Redis, SidekiqWorkers
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack, Outcome, k8s, kubectl

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
TOKEN = "hunter2-token"


def impatient(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    """Wait for no workload longer than a crash takes on a busy machine."""
    patience = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="30s"))
    return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, patience))


@pytest.mark.parametrize("component", [RailsWeb, SidekiqWorkers])
def test_what_a_crashing_pod_said_is_shown_without_its_secrets(stack: KubernetesStack, component: Any) -> None:
    arguments: Any = {
        "image": SHELL_IMAGE,
        "command": ["sh", "-c", "echo the payment service refused $TOKEN; exit 3"],
        "entrypoint": ["/usr/bin/env"],
        "replicas": 1,
        "namespace": stack.namespace,
        "secrets": {"TOKEN": TOKEN},
        "kubeconfig": stack.variables["KUBECONFIG"],
    }
    outcome = stack.up(lambda: component("shop", arguments, pulumi.ResourceOptions(transformations=[impatient])))
    assert not outcome.succeeded
    assert "which ended with exit code 3" in outcome.text, f"the user has to look for the log:\n{outcome.text}"
    assert "the payment service refused [secret]" in outcome.text, outcome.text
    assert TOKEN not in outcome.text, "a secret that the application printed is in the output"


def test_what_a_crashing_store_said_is_shown_without_its_password(stack: KubernetesStack) -> None:
    crash = f"echo Bad file format reading the append only file, by {TOKEN}; exit 3"
    # Without a probe a container counts as ready in the moment between its start and its end.
    probe = {"exec": {"command": ["redis-cli", "ping"]}}
    container = {"name": "redis", "image": SHELL_IMAGE, "command": ["sh", "-c", crash], "readinessProbe": probe}
    outcome = store_that_fails(stack, Redis, overrides={"template": {"spec": {"containers": [container]}}})
    assert "which ended with exit code 3" in outcome.text, f"the user has to look for the log:\n{outcome.text}"
    assert "Bad file format reading the append only file, by [secret]" in outcome.text, outcome.text
    assert TOKEN not in outcome.text, "the store's password is in the output"


@pytest.mark.parametrize(
    ("provisioner", "reason"),
    [
        (None, 'storageclass.storage.k8s.io "{name}" not found'),
        ("ebs.example.com", "Waiting for a volume to be created either by the external provisioner 'ebs.example.com'"),
    ],
)
def test_a_store_without_a_volume_says_why(stack: KubernetesStack, provisioner: str | None, reason: str) -> None:
    outcome = store_that_fails(stack, Postgresql, provisioner, storage_class=stack.namespace)
    assert "The claim data-shop-0 has no volume." in outcome.text, outcome.text
    assert reason.format(name=stack.namespace) in outcome.text, (
        f"the user learns only that 0 of 1 pods are ready:\n{outcome.text}"
    )


def store_that_fails(
    stack: KubernetesStack,
    component: Any,
    provisioner: str | None = None,
    overrides: dict[str, Any] | None = None,
    **more: Any,
) -> Outcome:
    """`up` of a store, with a storage class of the namespace's name if there is a provisioner, and its `destroy`."""

    def program() -> None:
        if provisioner:
            waiting = {"volume_binding_mode": "WaitForFirstConsumer"}
            k8s.storage.v1.StorageClass("class", metadata={"name": stack.namespace}, provisioner=provisioner, **waiting)
        arguments = {
            "image": SHELL_IMAGE,
            "password": pulumi.Output.secret(TOKEN),
            "namespace": stack.namespace,
            "kubeconfig": stack.variables["KUBECONFIG"],
            "overrides": {"stateful_set": {"spec": overrides or {}}},
        }
        component("shop", {**arguments, **more}, pulumi.ResourceOptions(transformations=[impatient]))

    outcome = stack.up(program)
    assert not outcome.succeeded, f"a store that does not start is reported as a success:\n{outcome.text}"
    assert stack.destroy().succeeded
    return outcome


def test_new_image_and_other_number_of_replicas_together(stack: KubernetesStack) -> None:
    """The Kubernetes plugin goes on before the new pods are there, when both change; `skipAwait` makes any provider do so."""

    def program(image: str, replicas: int) -> None:
        hasty = {
            "metadata": {"annotations": {"pulumi.com/skipAwait": "true"}},
            "spec": {"progressDeadlineSeconds": 8, "minReadySeconds": 0},
        }
        arguments: Any = {
            "image": image,
            "command": ["sleep", "600"],
            "entrypoint": ["/usr/bin/env"],
            "replicas": replicas,
            "shutdown_seconds": 1,
            "namespace": stack.namespace,
            "kubeconfig": stack.variables["KUBECONFIG"],
            "overrides": {"deployment": hasty},
        }
        SidekiqWorkers("shop", arguments)

    assert stack.up(lambda: program(SHELL_IMAGE, 1)).succeeded
    failed = stack.up(lambda: program("railbed.sandbox/none:1", 2))
    assert not failed.succeeded, "a release that does not come up is reported as a success"
    assert "did not become ready" in failed.text and "railbed.sandbox/none:1" in failed.text, failed.text
    again = stack.up(lambda: program("railbed.sandbox/none:1", 2))
    assert not again.succeeded, "the same `up` once more reports a release as a success that still does not come up"
    assert "The pods of shop are still not ready" in again.text and "Traceback" not in again.text, again.text
    mended = stack.up(lambda: program(SHELL_IMAGE, 3))
    assert mended.succeeded, mended.text
    assert kubectl(stack, "get", "deployment", "shop", "-o", "jsonpath={.status.availableReplicas}") == "3"
