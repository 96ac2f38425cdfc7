"""`railbed` on Kubernetes: the official client against a server that answers as the API does."""

import itertools
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from railbed_stacks.commands.platform import operations_of
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.kubernetes import logs, run
from railbed_stacks.operations.kubernetes.operations import RESTARTED
from railbed_stacks.operations.operations import LogLine, Operations, PartStatus, Size
from tests.unit.kubernetes_server import CREATED, FakeCluster
from tests.unit.operated import IMAGE, OWNER, operated

WEB = {"app.kubernetes.io/instance": "shop-web", "app.kubernetes.io/component": "web"}
WORKER = {"app.kubernetes.io/instance": "shop-mailers", "app.kubernetes.io/component": "worker"}
DIGEST = {"app.kubernetes.io/instance": "shop-digest", "app.kubernetes.io/component": "cron"}
MIGRATION = {"app.kubernetes.io/instance": "shop-migrate", "app.kubernetes.io/component": "migration"}

CONTAINER = {
    "name": "web",
    "image": IMAGE,
    "args": ["bin/rails", "server"],
    "envFrom": [{"secretRef": {"name": "shop-web-1a2b3c"}}],
    "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}},
    "ports": [{"containerPort": 3000}],
    "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
    "readinessProbe": {"httpGet": {"path": "/up", "port": 3000}},
    "livenessProbe": {"httpGet": {"path": "/up", "port": 3000}},
    "startupProbe": {"httpGet": {"path": "/up", "port": 3000}},
}
POD: dict[str, Any] = {
    "initContainers": [{"name": "folders", "image": IMAGE}],
    "containers": [CONTAINER, {"name": "sidecar", "image": "proxy"}],
    "volumes": [{"name": "writable", "emptyDir": {}}],
    "securityContext": {"runAsNonRoot": True, "runAsUser": 1000},
    "automountServiceAccountToken": False,
    "imagePullSecrets": [{"name": "shop-registry"}],
    "terminationGracePeriodSeconds": 60,
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
}


def thing(name: str, labels: dict[str, str], spec: Any, status: Any = None, created: str = CREATED) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop-production", "uid": f"uid-{name}", "creationTimestamp": created}
    return {"metadata": metadata | {"labels": labels | OWNER}, "spec": spec, "status": status or {}}


def template(labels: dict[str, str], pod: dict[str, Any] = POD) -> dict[str, Any]:
    return {"metadata": {"labels": labels | OWNER}, "spec": pod}


def deployment(name: str, labels: dict[str, str], replicas: int) -> dict[str, Any]:
    return thing(name, labels, {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template(labels)})


def pod(name: str, labels: dict[str, str], *, ready: bool = True, state: dict[str, Any] | None = None) -> dict[str, Any]:
    container = {"name": "web", "ready": ready, "restartCount": 0, "image": IMAGE, "imageID": ""}
    container["state"] = state or {"running": {"startedAt": CREATED}}
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return thing(name, labels, POD, {"phase": "Running", "conditions": conditions, "containerStatuses": [container]})


def ended(exit_code: int, reason: str = "Completed") -> dict[str, Any]:
    return {"terminated": {"exitCode": exit_code, "reason": reason}}


def job(name: str, labels: dict[str, str], condition: str, created: str = CREATED) -> dict[str, Any]:
    conditions = [{"type": condition, "status": "True", "lastTransitionTime": "2026-11-27T06:05:00Z"}]
    return thing(name, labels, {"template": template(labels)}, {"conditions": conditions}, created)


@pytest.fixture
def cluster() -> FakeCluster:
    """Two web pods, a group of workers, a cron task and its last run, and the migration."""
    spec = {"schedule": "0 6 * * *", "jobTemplate": {"spec": {"template": template(DIGEST)}}, "suspend": False}
    return FakeCluster(
        {
            "deployments": [deployment("shop-web", WEB, 2), deployment("shop-mailers", WORKER, 1)],
            "pods": [pod("shop-web-a", WEB), pod("shop-web-b", WEB), pod("shop-mailers-a", WORKER)],
            "replicasets": [
                thing(
                    "shop-web-2",
                    WEB,
                    {"selector": {"matchLabels": WEB}, "template": template(WEB)},
                    {"replicas": 2, "readyReplicas": 2},
                ),
            ],
            "cronjobs": [thing("shop-digest", DIGEST, spec)],
            "jobs": [job("shop-digest-1", DIGEST, "Failed"), job("shop-migrate-1", MIGRATION, "Complete")],
        }
    )


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(run, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(logs, "POLL_SECONDS", 0.05)
    yield
    pulumi.runtime.set_all_config({})


@pytest.fixture
def kubeconfig(cluster: FakeCluster) -> Iterator[str]:
    with cluster.serve() as text:
        yield text


@pytest.fixture
def operations(kubeconfig: str) -> Operations:
    return operations_of(operated("doks", {"kubeconfig": kubeconfig, "namespace": "shop-production"}))


def test_status_tells_of_every_part(operations: Operations) -> None:
    assert operations.status() == [
        PartStatus("web", 2, 2, (IMAGE,)),
        PartStatus("workers.mailers", 1, 1, (IMAGE,)),
        PartStatus("cron.digest", 0, None, (IMAGE,), "last run failed at 2026-11-27 06:05 UTC"),
        PartStatus("migration", 0, None, (IMAGE,), "last run succeeded at 2026-11-27 06:05 UTC"),
    ]


def test_status_says_why_a_pod_is_not_ready(cluster: FakeCluster, operations: Operations) -> None:
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}
    cluster.objects["pods"][1] = pod("shop-web-b", WEB, ready=False, state=waiting)
    web = operations.status()[0]
    assert (web.ready, web.wanted, web.works) == (1, 2, False)
    assert "ImagePullBackOff" in web.told


def test_what_another_stack_has_there_is_left_out(cluster: FakeCluster, operations: Operations) -> None:
    foreign = deployment("other-web", WEB | {"app.kubernetes.io/instance": "other-web"}, 1)
    foreign["metadata"]["labels"]["railbed/stack"] = "staging"
    cluster.objects["deployments"].append(foreign)
    assert [each.part for each in operations.status()] == ["web", "workers.mailers", "cron.digest", "migration"]


def test_logs_are_the_ends_of_those_of_all_pods(cluster: FakeCluster, operations: Operations) -> None:
    cluster.logs = {"shop-web-a": "one\ntwo\nthree\n", "shop-web-b": "four\n", "shop-mailers-a": "job\n"}
    assert list(operations.logs("web", 2, follow=False)) == [
        LogLine("shop-web-a", "two"),
        LogLine("shop-web-a", "three"),
        LogLine("shop-web-b", "four"),
    ]
    assert list(operations.logs("workers.mailers", 2, follow=False)) == [LogLine("shop-mailers-a", "job")]
    assert cluster.read_logs[0][1]["container"] == ["web"]


def test_logs_that_are_followed_take_up_pods_that_come(cluster: FakeCluster, operations: Operations) -> None:
    cluster.logs = {"shop-web-a": "one\ntwo\n", "shop-web-b": "", "shop-web-c": "begins\ngoes on\n"}
    followed = operations.logs("web", 1, follow=True)
    assert next(followed) == LogLine("shop-web-a", "two")
    cluster.objects["pods"].append(pod("shop-web-c", WEB))
    assert list(itertools.islice(followed, 2)) == [LogLine("shop-web-c", "begins"), LogLine("shop-web-c", "goes on")]


@pytest.mark.parametrize("part", ["workers.mail", "wbe"])
def test_an_unknown_part_is_told_with_those_that_there_are(part: str, operations: Operations) -> None:
    with pytest.raises(OperationError) as raised:
        list(operations.logs(part, 10, follow=False))
    assert str(raised.value) == f"there is no part '{part}': name one of web, workers.mailers, cron.digest, migration"


def test_a_part_without_a_pod_has_no_log(operations: Operations) -> None:
    with pytest.raises(OperationError, match="it has no log, as no pod of it runs"):
        list(operations.logs("cron.digest", 10, follow=False))


def ends_with(cluster: FakeCluster, exit_code: int, log: str, reason: str = "Completed") -> None:
    """The pod of the next Job has run and ended so."""

    def start(created: dict[str, Any]) -> None:
        name = created["metadata"]["name"]
        made = pod(f"{name}-pod", {"job-name": name}, state=ended(exit_code, reason))
        made["status"]["containerStatuses"][0]["name"] = "run"
        made["spec"] = {**POD, "containers": [{"name": "run", "image": IMAGE}]}
        cluster.objects["pods"].append(made)
        cluster.logs[f"{name}-pod"] = log

    cluster.after_create = start


@pytest.mark.parametrize("exit_code", [0, 3])
def test_a_task_gives_its_log_and_exit_code(exit_code: int, cluster: FakeCluster, operations: Operations) -> None:
    ends_with(cluster, exit_code, "indexing\ndone\n")
    shown: list[str] = []
    assert operations.run(["bin/rails", "search:reindex"], None, shown.append) == exit_code
    assert shown == ["indexing", "done"]


def test_a_task_is_a_job_like_the_web_pods_that_serve(cluster: FakeCluster, operations: Operations) -> None:
    ends_with(cluster, 0, "")
    # The newest release does not start: what serves is the one before.
    broken = template(WEB, POD | {"containers": [CONTAINER | {"image": "registry.example.com/shop:3"}]})
    cluster.objects["deployments"][0]["spec"]["template"] = broken
    newer = thing(
        "shop-web-3", WEB, {"selector": {"matchLabels": WEB}, "template": broken}, {"replicas": 1}, "2026-11-27T07:00:00Z"
    )
    cluster.objects["replicasets"].append(newer)
    operations.run(["sh", "-c", "echo $HOME"], Size("1", "2Gi"), lambda line: None)
    ((method, path, made),) = cluster.changes
    assert (method, path.partition("?")[0]) == ("POST", "/apis/batch/v1/namespaces/shop-production/jobs")
    assert made["metadata"]["generateName"] == "shop-run-"
    assert made["spec"]["backoffLimit"] == 0
    spec = made["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    limits = {"cpu": "1", "memory": "2Gi"}
    assert container == {
        "name": "run",
        "image": IMAGE,
        "args": ["sh", "-c", "echo $$HOME"],
        "envFrom": CONTAINER["envFrom"],
        "resources": {"requests": limits, "limits": limits},
    }
    kept = ("initContainers", "volumes", "securityContext", "imagePullSecrets", "automountServiceAccountToken")
    assert {key: spec[key] for key in kept} == {key: POD[key] for key in kept}
    assert spec["restartPolicy"] == "Never"
    assert "topologySpreadConstraints" not in spec


def test_no_service_and_no_deployment_selects_the_pod_of_a_task(cluster: FakeCluster, operations: Operations) -> None:
    """And data stores let it in: see `CLIENTS` of railbed.kubernetes.network_policy."""
    ends_with(cluster, 0, "")
    operations.run(["true"], None, lambda line: None)
    labels = cluster.changes[0][2]["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/instance"] == "shop-run"
    assert labels["app.kubernetes.io/component"] == "console"
    assert labels.items() >= OWNER.items()


def test_a_task_without_enough_memory_is_told(cluster: FakeCluster, operations: Operations) -> None:
    ends_with(cluster, 137, "indexing\n", "OOMKilled")
    shown: list[str] = []
    assert operations.run(["bin/rails", "search:reindex"], None, shown.append) == 137
    assert shown[-1] == "railbed: the task needed more than its memory: give more with --size"


def test_a_task_that_is_interrupted_ends(cluster: FakeCluster, operations: Operations) -> None:
    ends_with(cluster, 0, "begun\n")

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.run(["sleep", "1000"], None, interrupt)
    method, path, options = cluster.changes[-1]
    assert (method, path.partition("?")[0].rsplit("/", 1)[-1]) == ("DELETE", "shop-run-x7k2p")
    assert options["preconditions"] == {"uid": "uid-of-shop-run-x7k2p"}


def test_a_task_that_cannot_start_is_removed_and_told(
    cluster: FakeCluster, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "START_SECONDS", 0)

    def wait(created: dict[str, Any]) -> None:
        name = created["metadata"]["name"]
        waiting = {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "shop-web-1a2b3c" not found'}}
        cluster.objects["pods"].append(pod("run", {"job-name": name}, ready=False, state=waiting))

    cluster.after_create = wait
    with pytest.raises(OperationError, match=r"did not start within 0 seconds: .*not found"):
        operations.run(["true"], None, lambda line: None)
    assert cluster.changes[-1][0] == "DELETE"


def test_a_restart_changes_one_annotation_that_pulumi_does_not_own(cluster: FakeCluster, operations: Operations) -> None:
    operations.restart("workers.mailers")
    ((method, path, change),) = cluster.changes
    assert method == "PATCH"
    assert "/deployments/shop-mailers?" in path
    assert "fieldManager=railbed" in path
    annotations = change["spec"]["template"]["metadata"].pop("annotations")
    assert list(annotations) == [RESTARTED]
    assert change == {"spec": {"template": {"metadata": {}}}}


def test_what_has_no_processes_cannot_restart(operations: Operations) -> None:
    with pytest.raises(OperationError, match=r"there is no part 'cron.digest': name one of web, workers.mailers"):
        operations.restart("cron.digest")


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        ((403, 'deployments is forbidden: User "dev"'), "you may not do that on the cluster: .* It says: deployments is forb"),
        ((401, "Unauthorized"), "does not take the credentials of the kubeconfig: they may have expired. Run `pulumi refresh`"),
        ((500, "etcd is away"), "the cluster says: etcd is away"),
    ],
)
def test_a_refusal_is_told(refusal: tuple[int, str], expected: str, cluster: FakeCluster, operations: Operations) -> None:
    cluster.refuses = refusal
    with pytest.raises(OperationError, match=expected):
        operations.status()


def test_a_cluster_that_cannot_be_reached_is_told(cluster: FakeCluster) -> None:
    with cluster.serve() as text:
        gone = operations_of(operated("doks", {"kubeconfig": text, "namespace": "shop-production"}))
    with pytest.raises(OperationError, match=r"the Kubernetes cluster at http://127.0.0.1:\d+ cannot be reached: "):
        gone.status()


def test_a_kubeconfig_of_the_settings_that_is_not_there_is_told(tmp_path: Path) -> None:
    stack = operated("cluster", {"namespace": "shop-production"}, cluster={"kubeconfig": str(tmp_path / "none")})
    with pytest.raises(OperationError, match="the kubeconfig cannot be used: "):
        operations_of(stack)


def test_a_kubeconfig_of_the_settings_is_used(kubeconfig: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(kubeconfig)
    stack = operated("cluster", {"namespace": "shop-production"}, cluster={"kubeconfig": str(path), "context": "test"})
    assert operations_of(stack).status()[0].works


FAKE_KUBECTL = """#!/bin/sh
printf '%s\\n' "$@" > "$TOLD/arguments"
cp "$2" "$TOLD/kubeconfig"
stat -c %a "$2" > "$TOLD/mode"
exit 7
"""


def test_a_terminal_is_kubectls_with_a_kubeconfig_that_only_the_user_reads(
    cluster: FakeCluster, operations: Operations, kubeconfig: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "kubectl"
    program.write_text(FAKE_KUBECTL)
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TOLD", str(tmp_path))
    assert operations.open_terminal(["bin/rails", "console"]) == 7
    words = (tmp_path / "arguments").read_text().split()
    assert words[2:] == ["-n", "shop-production", "exec", "-i", "deployment/shop-web", "--", "bin/rails", "console"]
    assert "token-of-the-cluster" not in " ".join(words)
    assert (tmp_path / "mode").read_text().strip() == "600"
    assert json.loads((tmp_path / "kubeconfig").read_text()) == json.loads(kubeconfig)
    assert not Path(words[1]).exists()


def test_without_kubectl_a_terminal_says_where_it_is(operations: Operations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(OperationError, match=r"kubectl is not installed, and a terminal needs it: https://kubernetes.io"):
        operations.open_terminal(["bin/rails", "console"])
