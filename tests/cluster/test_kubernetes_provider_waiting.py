"""Waiting: what each kind waits for, what the user reads meanwhile and at the end, and what the next `up` does."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from .kubernetes_stack import IMAGE, PLUGIN, SHELL_IMAGE, KubernetesStack, Program, k8s, kubectl, kubernetes_stack

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def stack(variables: dict[str, str], tmp_path: Path) -> Iterator[KubernetesStack]:
    with kubernetes_stack(tmp_path, variables) as made:
        yield made


def within(seconds: int) -> pulumi.ResourceOptions:
    limit = f"{seconds}s"
    return pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create=limit, update=limit, delete=limit))


def container(command: str = "", image: str = "", **more: Any) -> dict[str, Any]:
    """A container that runs a shell command, or nothing in particular."""
    shell = {"command": ["sh", "-c", command]} if command else {}
    return {"name": "main", "image": image or (SHELL_IMAGE if command else IMAGE), **shell, **more}


def workload(stack: KubernetesStack, kind: Any, main: dict[str, Any], seconds: int = 60, **spec: Any) -> Any:
    """A Deployment, StatefulSet or DaemonSet called web."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [main], "termination_grace_period_seconds": 0}}
    metadata = {"name": "web", "namespace": stack.namespace}
    wanted = {"selector": {"match_labels": labels}, "template": template, **spec}
    return kind("web", metadata=metadata, spec=wanted, opts=within(seconds))


def job(stack: KubernetesStack, command: str, seconds: int = 60, annotations: Any = None, **spec: Any) -> Any:
    """A Job called task."""
    pod = {"spec": {"restart_policy": "Never", "containers": [container(command)]}}
    metadata = {"name": "task", "namespace": stack.namespace, "annotations": annotations or {}}
    return k8s.batch.v1.Job("task", metadata=metadata, spec={"template": pod, **spec}, opts=within(seconds))


def test_deployment_rolls_out_or_says_why_not(stack: KubernetesStack) -> None:
    deployment = k8s.apps.v1.Deployment
    assert stack.up(lambda: workload(stack, deployment, container(), replicas=2)).did("web") == ["create"]
    assert kubectl(stack, "get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}") == "2"

    never = {"exec": {"command": ["false"]}}
    last_words = {"termination_message_policy": "FallbackToLogsOnError"}
    crashing = container("echo ending; exit 3", readiness_probe=never, **last_words)
    crashed = stack.up(lambda: workload(stack, deployment, crashing, 20, replicas=2))
    assert not crashed.succeeded and "exit code 3" in crashed.text, crashed.text
    assert "ending" in crashed.text, "the container's last words are shown"
    assert kubectl(stack, "get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}") != "0"

    mended = stack.up(lambda: workload(stack, deployment, container(), replicas=2))
    assert mended.succeeded and mended.did("web") == ["update"]
    assert stack.up(lambda: workload(stack, deployment, container(), replicas=2)).operations == {}


@pytest.mark.skipif(PLUGIN, reason="the real plugin does not always wait for them; the components do")
def test_new_image_and_other_number_of_replicas_together(stack: KubernetesStack) -> None:
    deployment = k8s.apps.v1.Deployment
    assert stack.up(lambda: workload(stack, deployment, container(), replicas=2)).succeeded
    failed = stack.up(lambda: workload(stack, deployment, container(image="railbed.sandbox/none:1"), 15, replicas=1))
    assert not failed.succeeded
    assert "railbed.sandbox/none:1" in failed.text, "the image that cannot be had is named"


def test_unfinished_creation_goes_on_in_the_next_up(stack: KubernetesStack) -> None:
    deployment = k8s.apps.v1.Deployment
    greedy = container(resources={"requests": {"cpu": "1000"}})
    stuck = stack.up(lambda: workload(stack, deployment, greedy, 5))
    assert not stuck.succeeded
    if not PLUGIN:
        assert "Insufficient cpu" in stuck.text, "why the pod cannot be scheduled (the real plugin says it only live)"
    assert stack.state()["web"]["initErrors"], "what was created stays in the state"
    assert stack.up(lambda: workload(stack, deployment, greedy, 3)).did("web") == ["update"], "without a change, too"
    assert stack.up(lambda: workload(stack, deployment, container())).did("web") == ["update"]
    assert "initErrors" not in stack.state()["web"]


def test_stateful_set_with_claim(stack: KubernetesStack) -> None:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"access_modes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Mi"}}},
    }

    def program(cpu: str, name: str = "web") -> None:
        kind = k8s.apps.v1.StatefulSet
        main = container(resources={"requests": {"cpu": cpu}})
        workload(stack, kind, main, replicas=1, service_name=name, volume_claim_templates=[claim])
        k8s.core.v1.PersistentVolumeClaim("late", metadata={"namespace": stack.namespace}, spec=claim["spec"])

    assert stack.up(lambda: program("0.001")).succeeded, "a claim that waits for its first pod does not block"
    assert stack.up(lambda: program("1m")).operations == {}, "the same quantity in other words"
    assert stack.up(lambda: program("2m")).did("web") == ["update"]
    assert stack.preview(lambda: program("2m", "other")).did("web") == [
        "delete-replaced",
        "replace",
        "create-replacement",
    ]


def test_daemon_set_and_pod(stack: KubernetesStack) -> None:
    def program(argument: str) -> None:
        workload(stack, k8s.apps.v1.DaemonSet, container(args=[argument]))
        pod = {"containers": [container("sleep 1")], "restart_policy": "Never"}
        k8s.core.v1.Pod("once", metadata={"namespace": stack.namespace}, spec=pod, opts=within(30))

    assert stack.up(lambda: program("1")).succeeded
    rolled = stack.up(lambda: program("2"))
    assert rolled.succeeded and rolled.did("web") == ["update"]


def test_failed_job_is_replaced_when_told_so(stack: KubernetesStack) -> None:
    replace = {"pulumi.com/replaceUnready": "true"}
    command = "test -e /tmp/never"
    failed = stack.up(lambda: job(stack, command, annotations=replace, backoff_limit=0))
    assert not failed.succeeded
    assert "BackoffLimitExceeded" in failed.text and "exit code 1" in failed.text

    again = stack.up(lambda: job(stack, command, annotations=replace, backoff_limit=0))
    assert again.did("task") == ["delete-replaced", "replace", "create-replacement"], "the same task runs anew"
    assert not again.succeeded
    done = stack.up(lambda: job(stack, "true", annotations=replace, backoff_limit=0))
    assert done.succeeded
    assert stack.up(lambda: job(stack, "true", annotations=replace, backoff_limit=0)).operations == {}


def test_job_without_that_annotation_is_only_waited_for(stack: KubernetesStack) -> None:
    late = stack.up(lambda: job(stack, "sleep 60", active_deadline_seconds=2))
    assert not late.succeeded and "DeadlineExceeded" in late.text
    again = stack.up(lambda: job(stack, "sleep 60", active_deadline_seconds=2))
    assert not again.succeeded and again.did("task") == ["update"]
    assert stack.refresh().succeeded, "an unready object does not fail a refresh"


def test_time_out_from_the_annotation(stack: KubernetesStack) -> None:
    def program() -> None:
        pod = {"containers": [container("sleep 600", readiness_probe={"exec": {"command": ["false"]}})]}
        annotations = {"pulumi.com/timeoutSeconds": "4"}
        k8s.core.v1.Pod("slow", metadata={"namespace": stack.namespace, "annotations": annotations}, spec=pod)

    started = time.monotonic()
    assert not stack.up(program).succeeded
    assert time.monotonic() - started < 300, "it waited for the ten minutes that are the default"


def test_service(stack: KubernetesStack) -> None:
    def program() -> None:
        made = workload(stack, k8s.apps.v1.Deployment, container())
        spec = {"ports": [{"port": 80}], "selector": {"app": "web"}}
        after = pulumi.ResourceOptions.merge(within(30), pulumi.ResourceOptions(depends_on=[made]))
        metadata = {"namespace": stack.namespace}
        k8s.core.v1.Service("node", metadata=metadata, spec={**spec, "type": "NodePort"}, opts=after)
        k8s.core.v1.Service("headless", metadata=metadata, spec={**spec, "cluster_ip": "None"})
        k8s.core.v1.Service("elsewhere", metadata=metadata, spec={"type": "ExternalName", "external_name": "a.b"})
        k8s.core.v1.Service("alone", metadata=metadata, spec={**spec, "selector": {"app": "none"}}, opts=within(30))

    done = stack.up(program)
    assert done.succeeded, done.text
    assert stack.refresh().succeeded
    assert stack.up(program).operations == {}


def test_ingress_waits_for_an_address(stack: KubernetesStack) -> None:
    def program(skip: bool) -> None:
        backend = {"service": {"name": "web", "port": {"number": 80}}}
        rule = {"http": {"paths": [{"path": "/", "path_type": "Prefix", "backend": backend}]}}
        annotations = {"pulumi.com/skipAwait": "true"} if skip else {}
        metadata = {"name": "web", "namespace": stack.namespace, "annotations": annotations}
        spec = {"ingress_class_name": "nobody", "rules": [rule]}
        k8s.networking.v1.Ingress("web", metadata=metadata, spec=spec, opts=within(3))

    assert not stack.up(lambda: program(skip=False)).succeeded
    assert stack.up(lambda: program(skip=True)).succeeded


def test_definition_and_custom_resource_in_one_program(stack: KubernetesStack) -> None:
    group = f"{stack.namespace}.railbed.dev"
    schema = {"type": "object", "x_kubernetes_preserve_unknown_fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"open_apiv3_schema": schema}}

    def program(size: int) -> None:
        names = {"kind": "Thing", "plural": "things"}
        spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
        metadata = {"name": f"things.{group}"}
        definition = k8s.apiextensions.v1.CustomResourceDefinition("definition", metadata=metadata, spec=spec)
        annotations = {"pulumi.com/waitFor": "jsonpath={.spec.size}=" + str(size)}
        k8s.apiextensions.CustomResource(
            "thing",
            api_version=f"{group}/v1",
            kind="Thing",
            metadata={"namespace": stack.namespace, "annotations": annotations},
            spec={"size": size},
            opts=pulumi.ResourceOptions.merge(within(30), pulumi.ResourceOptions(depends_on=[definition])),
        )

    assert stack.preview(lambda: program(1)).succeeded, "a kind that does not exist yet cannot be asked about"
    first = stack.up(lambda: program(1))
    assert first.succeeded, first.text
    assert stack.up(lambda: program(2)).did("thing", "definition") == ["update"]
    assert stack.up(lambda: program(2)).operations == {}
    assert stack.destroy().succeeded


def test_waiting_for_stated_conditions(stack: KubernetesStack) -> None:
    def program(condition: str) -> None:
        annotations = {"pulumi.com/waitFor": condition, "pulumi.com/timeoutSeconds": "15"}
        metadata = {"name": "web", "namespace": stack.namespace, "annotations": annotations}
        pod = {"containers": [container("sleep 600", readiness_probe={"exec": {"command": ["false"]}})]}
        k8s.core.v1.Pod("web", metadata=metadata, spec=pod)

    assert stack.up(lambda: program("jsonpath={.status.phase}=Running")).succeeded
    assert stack.up(lambda: program('["condition=PodScheduled", "condition=Initialized"]')).succeeded


def test_interrupted_wait_ends_at_once(stack: KubernetesStack) -> None:
    def program() -> None:
        job(stack, "sleep 300", seconds=280)

    interrupted = _interrupt(stack, program, when="task")
    assert not interrupted.succeeded
    assert "task" in stack.state(), "the Job is in the state"
    assert stack.destroy().succeeded


def _interrupt(stack: KubernetesStack, program: Program, when: str) -> Any:
    """Run `up` and press Ctrl-C as soon as an object exists."""
    results: list[Any] = []
    run = threading.Thread(target=lambda: results.append(stack.up(program)))
    run.start()
    while when not in kubectl(stack, "get", "jobs", "-o", "name"):
        time.sleep(0.2)
    time.sleep(1)
    for child in _children(os.getpid()):
        if "pulumi" in Path(f"/proc/{child}/comm").read_text():
            os.kill(child, signal.SIGINT)
    run.join(200)
    assert results, "Ctrl-C does not end the wait"
    return results[0]


def _children(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
