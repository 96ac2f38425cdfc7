"""Kubernetes' own check of the Pod Security level "restricted" over every pod that railbed makes, whatever the target.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

import copy
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.judges.defects import spoil
from tests.judges.manifests import Pods, pods
from tests.judges.registered import Registered

COMPONENTS = {"web", "worker", "cron", "migration", "console", "database", "cache", "cluster-autoscaler"}
ON_KUBERNETES = {"prod", "staging", "prod-eks", "cluster", "ingress", "components"}
CONTAINER = "spec.containers.0.securityContext"
DEFECTS: list[tuple[str, Any, str]] = [
    ("spec.hostNetwork", True, "host namespaces"),
    ("spec.hostPID", True, "host namespaces"),
    ("spec.volumes", [{"name": "docker", "hostPath": {"path": "/var/run"}}], "restricted volume types"),
    ("spec.volumes", [{"name": "share", "nfs": {"server": "192.0.2.1", "path": "/"}}], "restricted volume types"),
    ("spec.securityContext.runAsNonRoot", False, "runAsNonRoot != true"),
    ("spec.securityContext.runAsUser", 0, "runAsUser=0"),
    ("spec.securityContext.seccompProfile", None, "seccompProfile"),
    ("spec.securityContext.sysctls", [{"name": "kernel.msgmax", "value": "1"}], "forbidden sysctls"),
    (f"{CONTAINER}.privileged", True, "privileged"),
    (f"{CONTAINER}.allowPrivilegeEscalation", None, "allowPrivilegeEscalation != false"),
    (f"{CONTAINER}.capabilities", {"drop": ["ALL"], "add": ["SYS_ADMIN"]}, "unrestricted capabilities"),
    (f"{CONTAINER}.capabilities", None, "unrestricted capabilities"),
    (f"{CONTAINER}.procMount", "Unmasked", "procMount"),
    ("spec.containers.0.ports", [{"containerPort": 80, "hostPort": 80}], "hostPort"),
]


def forbidden(pod_security: Path, judged: Iterable[dict[str, Any]]) -> list[list[str]]:
    """What the level forbids in each pod."""
    lines = "\n".join(json.dumps(pod) for pod in judged)
    run = subprocess.run([pod_security], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture(scope="module")
def judged(resources: list[Registered]) -> list[Pods]:
    return list(pods(resources))


def test_no_pod_is_refused(pod_security: Path, judged: list[Pods]) -> None:
    objections = forbidden(pod_security, [each.pod for each in judged])
    told = [f"{pod}: {text}" for pod, texts in zip(judged, objections, strict=True) for text in texts]
    assert told == [], "a namespace with the level restricted would refuse these pods"


def test_every_kind_of_pod_was_judged(judged: list[Pods]) -> None:
    assert {each.component for each in judged} == COMPONENTS
    assert {each.maker.stack for each in judged} == ON_KUBERNETES


@pytest.mark.parametrize(("path", "value", "objection"), DEFECTS, ids=[f"{path}={value}" for path, value, _ in DEFECTS])
def test_the_judge_sees_what_is_forbidden(
    pod_security: Path, judged: list[Pods], path: str, value: object, objection: str
) -> None:
    pod = copy.deepcopy(next(each.pod for each in judged if each.component == "web"))
    spoil(pod, path, value)
    (found,) = forbidden(pod_security, [pod])
    assert any(text.startswith(objection) for text in found), (
        f"{path}={value} would be admitted, or for another reason: {found}"
    )


def test_namespaces_of_applications_refuse_other_pods(stacks: dict[str, list[Registered]]) -> None:
    for stack in ("prod", "staging", "prod-eks", "cluster", "ingress"):
        (labels,) = [each.inputs["metadata"]["labels"] for each in stacks[stack] if each.kind == "Namespace"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
