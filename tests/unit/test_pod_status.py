"""Statuses of pods, as container runtimes and Kubernetes write them, and what the user reads instead."""

from typing import Any

import pytest

from railbed.kubernetes.pod_settings import PodSettings
from railbed.kubernetes.watching.log_reasons import reason_in_log
from railbed.kubernetes.watching.pod_status import reason_of_failed_job, reason_of_pod, reason_of_refusal
from tests.unit.pods import (
    Json,
    condition,
    crash_looping,
    event,
    folders,
    main,
    pod,
    read,
    terminated,
    waiting,
)

RUNC = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
STARTING = RUNC + "unable to start container process: "
NO_SHELL = STARTING + 'exec: "sh": executable file not found in $PATH: unknown'


@pytest.mark.parametrize(
    ("component", "argument"),
    [
        ("web", "raise web.resources.memory_limit (128Mi)"),
        ("migration", "raise migration.resources.memory_limit (128Mi)"),
        ("console", "raise console.resources.memory_limit (128Mi)"),
        ("worker", "raise resources.memory_limit (128Mi) of workers shop"),
        ("cron", "raise resources.memory_limit (128Mi) of cron task shop"),
        ("database", "raise database.resources.memory_limit (128Mi)"),
        ("cache", "raise redis.resources.memory_limit (128Mi)"),
    ],
)
@pytest.mark.parametrize("found", [main(**terminated("OOMKilled", 137)), crash_looping("OOMKilled", 137)])
def test_out_of_memory_names_the_limit_of_every_part(component: str, argument: str, found: Json) -> None:
    told = reason_of_pod(pod(component, **found))
    assert f"ran out of memory: {argument}. Kubernetes says: OOMKilled" in told, "the user reads only of an exit code"


CONTAINERS: list[tuple[Json, str]] = [
    (main(**terminated("OOMKilled", 0)), "ran out of memory"),
    (main(**terminated("Error", 137)), "a process in it ran out of memory: raise web.resources.memory_limit (128Mi)"),
    (
        main(**terminated("StartError", 128, STARTING + "container init was OOM-killed (memory limit too low?): unknown")),
        "ran out of memory: raise web.resources.memory_limit (128Mi)",
    ),
    (folders(**terminated("StartError", 128, NO_SHELL)), "The image registry.example.com/shop:1 has no shell (sh)"),
    (folders(**waiting("RunContainerError", NO_SHELL)), "has no shell (sh)"),
    (
        folders(
            **terminated("StartError", 128, STARTING + 'exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown')
        ),
        "has no shell (/bin/sh)",
    ),
    (
        main(
            **terminated("StartError", 128, STARTING + 'exec: "bin/rails": stat bin/rails: no such file or directory: unknown')
        ),
        "The program bin/rails is not in the image: check web.command (bin/rails server), in workdir (/rails)",
    ),
    (
        main(**terminated("StartError", 128, STARTING + 'exec: "bin/rails": permission denied: unknown')),
        "The program bin/rails is not executable in the image",
    ),
    (
        main(**terminated("StartError", 128, RUNC + 'chdir to cwd ("/srv") set in config.json failed: permission denied')),
        "closed to user 1000: set workdir (/rails)",
    ),
    (
        main(**terminated("StartError", 128, RUNC + "mkdir /srv/app: read-only file system: unknown")),
        "set workdir (/rails) to the application's folder",
    ),
    (
        main(**waiting("CreateContainerError", RUNC + 'error mounting to rootfs at "/rails": not a directory')),
        "set workdir (/rails)",
    ),
    (
        main(**terminated("StartError", 128, STARTING + 'exec: "/bin/server": exec format error: unknown')),
        "another processor architecture than the node's: build image (registry.example.com/shop:1)",
    ),
    (
        main(**terminated("StartError", 128, STARTING + 'exec: "/bin/sh": argument list too long: unknown')),
        "Linux allows 128 KiB for one variable",
    ),
    (main(**terminated("Error", 127)), "is not in the image: check web.command (bin/rails server)"),
    (main(**terminated("Error", 1)), ""),
    (main(**waiting("ContainerCreating")), ""),
    (main(**waiting("InvalidImageName", 'Failed to apply default image tag "Shop:1"')), "is not the name of an image"),
    (
        main(**waiting("ErrImagePull", "failed to resolve reference: registry.example.com/shop:1: not found")),
        "The registry has no image registry.example.com/shop:1: push it, or correct image",
    ),
    (
        main(**waiting("ErrImagePull", "failed to authorize: failed to fetch anonymous token: 401 Unauthorized")),
        "refuses the cluster, or has no such image: check image (registry.example.com/shop:1), and specify the registry's",
    ),
    (
        main(**waiting("ErrImagePull", "no match for platform in manifest: not found")),
        "another processor architecture",
    ),
    (main(**waiting("ErrImagePull", "dial tcp: lookup registry.example.com: no such host")), "do not reach the registry"),
    (main(**waiting("ErrImagePull", "429 Too Many Requests - toomanyrequests: rate limit")), "limits how often"),
    (main(**waiting("ErrImagePull", "tls: x509: certificate signed by unknown authority")), "do not trust the certificate"),
    (
        main(**waiting("CreateContainerConfigError", 'secret "shop-secrets-1" not found')),
        "The Secret shop-secrets-1, which the container main reads, is not in the namespace",
    ),
    (
        main(**waiting("CreateContainerConfigError", 'configmap "shop-env-1" not found')),
        "The ConfigMap shop-env-1, which the container main reads",
    ),
    (
        main(**waiting("CreateContainerConfigError", "couldn't find key url in Secret shop/database")),
        "Secret shop/database has no key url",
    ),
    (
        main(**waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root")),
        "set web.user (1000) to the number of the image's user",
    ),
]


@pytest.mark.parametrize(("found", "told"), CONTAINERS)
def test_a_container_that_does_not_run(found: Json, told: str) -> None:
    shown = reason_of_pod(pod(**found))
    assert told in shown if told else not shown, f"the user reads: {shown}"


PODS: list[tuple[Json, str]] = [
    (
        {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory. Threshold quantity: 100Mi"},
        "raise web.resources.memory (512Mi) to what it uses",
    ),
    (
        {"phase": "Failed", "reason": "Evicted", "message": "Pod ephemeral local storage usage exceeds the total limit"},
        "wrote more than its node has room for",
    ),
    (
        {"phase": "Failed", "reason": "Evicted", "message": 'Usage of EmptyDir volume "writable" exceeds the limit "1Gi".'},
        "wrote more than its node has room for",
    ),
    ({"phase": "Failed", "reason": "NodeShutdown", "message": "Pod was terminated"}, "was lost with its node"),
    ({"phase": "Failed", "reason": "OutOfmemory", "message": "Node didn't have enough resource"}, "add nodes"),
    (
        condition("DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting"),
        "was evicted, as when a node is",
    ),
    (condition("DisruptionTarget", "True", "DeletionByTaintManager", "Taint manager: deleting"), "drained, lost or not ready"),
    (condition("DisruptionTarget", "True", "PreemptionByScheduler", "preempting"), "a pod of higher priority"),
    (condition("DisruptionTarget", "True", "TerminationByKubelet", "node shutdown"), "ran short of resources"),
    (
        condition(
            "PodScheduled", "False", "Unschedulable", "0/3 nodes are available: 3 Insufficient memory, 1 Insufficient cpu."
        ),
        "lower web.resources.cpu (250m) and web.resources.memory (512Mi), or add nodes",
    ),
    (
        condition("PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 node(s) had untolerated taint {a: b}"),
        "a taint that the pod does not tolerate",
    ),
    (
        condition(
            "PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 node(s) had volume node affinity conflict"
        ),
        "The volume of the pod is in a zone",
    ),
    (
        condition("PodScheduled", "False", "Unschedulable", 'persistentvolumeclaim "data-shop-0" not found'),
        "The volume claim of the pod does not exist",
    ),
    (
        condition("PodScheduled", "False", "Unschedulable", "0/1 nodes: 1 node(s) didn't match Pod's node affinity/selector"),
        "No node has the labels",
    ),
    (
        condition("PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 Too many pods."),
        "as many pods as it may",
    ),
]


@pytest.mark.parametrize(("found", "told"), PODS)
def test_a_pod_that_was_taken_away_or_finds_no_node(found: Json, told: str) -> None:
    shown = reason_of_pod(pod(**found))
    assert told in shown, f"the user reads: {shown}"
    assert "Kubernetes says: " in shown


PROBE = "Startup probe failed: "
EVENTS: list[tuple[str, str, str, str]] = [
    ("web", "Unhealthy", PROBE + "HTTP probe failed with statuscode: 403", "refuses the host shop.example.com"),
    ("web", "Unhealthy", PROBE + "HTTP probe failed with statuscode: 404", "correct web.health_path (/up)"),
    ("web", "Unhealthy", PROBE + "HTTP probe failed with statuscode: 500", "with status 500"),
    ("web", "Unhealthy", PROBE + "dial tcp 10.0.0.1:3000: connect: connection refused", "Nothing answers on web.port (3000)"),
    ("web", "Unhealthy", PROBE + "context deadline exceeded (Client.Timeout exceeded)", "web.startup_seconds (180)"),
    ("worker", "Unhealthy", PROBE + "", "startup_seconds (180) of workers shop"),
    ("database", "Unhealthy", PROBE + "127.0.0.1:5432 - no response", "The server does not answer yet"),
]


@pytest.mark.parametrize(("component", "why", "message", "told"), EVENTS)
def test_a_health_check_that_fails(component: str, why: str, message: str, told: str) -> None:
    shown = reason_of_pod(pod(component, **main(running={})), [event(why, message)])
    assert told in shown, f"the user reads: {shown}"
    assert f"Unhealthy: {message.strip()}" in shown


def test_a_container_that_its_health_check_ended() -> None:
    events = [
        event("Unhealthy", PROBE + "HTTP probe failed with statuscode: 403"),
        event("Killing", "Container main failed startup probe, will be restarted"),
    ]
    shown = reason_of_pod(pod(**crash_looping("Error", 137)), events)
    assert "host authorization" in shown, f"the user is told of memory, which is not the cause: {shown}"


def test_memory_is_told_although_a_health_check_failed_too() -> None:
    events = [event("Unhealthy", PROBE), event("Killing", "Container main failed liveness probe, will be restarted")]
    assert "ran out of memory" in reason_of_pod(pod(**crash_looping("OOMKilled", 137)), events)


def test_an_image_that_was_tried_before_still_says_why() -> None:
    attempt = event("Failed", 'Failed to pull image "registry.example.com/shop:1": 401 Unauthorized')
    shown = reason_of_pod(pod(**main(**waiting("ImagePullBackOff", "Back-off pulling image"))), [attempt])
    assert "specify the registry's credentials" in shown and "401 Unauthorized" in shown, shown


def test_a_mount_that_fails() -> None:
    failed = event("FailedMount", 'MountVolume.SetUp failed for volume "password": secret "shop-password" not found')
    shown = reason_of_pod(pod(phase="Pending", **main(**waiting("ContainerCreating"))), [failed])
    assert "`pulumi up --refresh`" in shown and 'secret "shop-password" not found' in shown, shown


def test_a_healthy_pod_has_no_reason() -> None:
    assert not reason_of_pod(pod(**main(running={}))), "the user is sent after something that is not the cause"


QUOTA = 'pods "shop-1" is forbidden: exceeded quota: small, requested: limits.memory=1Gi, used: limits.memory=0, limited: 512Mi'
REFUSALS: list[tuple[str, str]] = [
    (QUOTA, "The quota small of the namespace leaves no room for the pod: lower web.resources.memory_limit (128Mi)"),
    (
        'create Claim data-shop-0: persistentvolumeclaims "data-shop-0" is forbidden: exceeded quota: small, requested: x',
        "leaves no room for the volume: lower web.storage (50Gi)",
    ),
    ('pods "shop-1" is forbidden: violates PodSecurity "restricted:latest": host namespaces', "Pod Security level refuses"),
    (
        'pods "shop-1" is forbidden: maximum memory usage per Container is 64Mi, but limit is 1Gi',
        "A LimitRange of the namespace refuses the pod: change web.resources.memory_limit (128Mi)",
    ),
    ('admission webhook "policy.example.com" denied the request: no latest', "A rule of the cluster refuses the pod"),
    ("anything else", "The cluster refuses to make the pod"),
]


@pytest.mark.parametrize(("message", "told"), REFUSALS)
def test_a_pod_that_the_cluster_refuses(message: str, told: str) -> None:
    shown = reason_of_refusal(pod(), message, {"storage": "50Gi"})
    assert told in shown and shown.endswith(f"Kubernetes says: {message}"), shown


LOGS: list[tuple[str, str, str]] = [
    (
        "web",
        "Errno::EROFS: Read-only file system @ rb_sysopen - /app/tmp/pids/server.pid",
        "set workdir (/rails) to its folder",
    ),
    ("web", "sh: 1: cannot create /app/log/production.log: Read-only file system", "which seems to be /app"),
    ("web", "Read-only file system @ dir_s_mkdir - /rails/public/uploads", "add the folder to web.writable_paths"),
    ("web", "exec /usr/bin/sh: exec format error", "another processor architecture"),
    ("web", "sh: 1: exec: ls: Argument list too long", "Linux allows 128 KiB"),
    ("web", "[ActionDispatch::HostAuthorization::DefaultResponseApp] Blocked hosts: shop.example.com", "set web.hosts"),
    (
        "database",
        "FATAL:  could not write to file: No space left on device",
        "The volume is full: raise database.storage (1Gi)",
    ),
    ("database", "FATAL:  database files are incompatible with server", "set database.image"),
    ("cache", "# Can't handle RDB format version 12", "set redis.image"),
    ("web", "NoMethodError: undefined method", ""),
]


@pytest.mark.parametrize(("component", "line", "told"), LOGS)
def test_what_a_log_tells(component: str, line: str, told: str) -> None:
    shown = reason_in_log(PodSettings(pod(component), {"storage": "1Gi"}), "main", f"before\n{line}\nafter")
    assert told in shown if told else not shown, f"the user reads: {shown}"


def job(reason: str, **status: Any) -> Any:
    template = {"metadata": {"labels": {"app.kubernetes.io/component": "migration"}}, "spec": {"containers": [{"name": "x"}]}}
    conditions = [{"type": "Failed", "status": "True", "reason": reason, "message": "said"}]
    spec = {"activeDeadlineSeconds": 60, "template": template}
    metadata = {"name": "shop-migrate"}
    return read("V1Job", {"metadata": metadata, "spec": spec, "status": {"conditions": conditions, **status}})


@pytest.mark.parametrize(
    ("found", "has_pods", "told"),
    [
        (job("DeadlineExceeded", failed=1), False, "raise migration.deadline_seconds (60)"),
        (job("BackoffLimitExceeded", failed=1), False, "was evicted or deleted while it ran"),
        (job("BackoffLimitExceeded", failed=1), True, ""),
    ],
)
def test_a_job_that_failed(found: Any, has_pods: bool, told: str) -> None:
    shown = reason_of_failed_job(found, found.status.conditions[0], has_pods=has_pods)
    assert told in shown if told else not shown, f"the user reads: {shown}"


def test_a_command_is_not_cut_within_a_word() -> None:
    found = pod()
    found.spec.containers[0].args = ["sh", "-c", "x" * 500]
    assert PodSettings(found).named("command") == "web.command (sh -c ...)", "half a secret would not be hidden"
