"""Every pod meets the Pod Security level "restricted", so that no namespace of any cluster refuses it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.recording import Recorded
from tests.unit.samples import KIND_OF_PODS, make

ALLOWED_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
FORBIDDEN_IN_POD = ("hostNetwork", "hostPID", "hostIPC")
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *((component, {}) for component in KIND_OF_PODS),
    ("RailsWeb", {"server": "unicorn", "user": 33, "entrypoint": ["/bin/start"]}),
    ("SidekiqWorkers", {"command": ["bin/jobs"]}),
    ("MigrationJob", {"env": {"DATABASE_URL": "postgresql://db/app"}}),
]

pytestmark = pytest.mark.parametrize(("component", "arguments"), VARIANTS)


def containers_of(pods: Recorded) -> Iterator[Any]:
    yield from pods.pod["containers"]
    yield from pods.pod.get("initContainers", [])


def test_pods_are_restricted(deploy: Deploy, component: str, arguments: dict[str, Any]) -> None:
    pods = deploy(lambda: make(component, **arguments)).the(KIND_OF_PODS[component])
    user = arguments.get("user", 999 if component in ("Postgresql", "Redis") else 1000)
    assert pods.pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert not set(FORBIDDEN_IN_POD) & set(pods.pod)
    for volume in pods.pod["volumes"]:
        assert set(volume) - {"name"} <= ALLOWED_VOLUMES, f"volume {volume} is refused"


def test_containers_are_restricted(deploy: Deploy, component: str, arguments: dict[str, Any]) -> None:
    pods = deploy(lambda: make(component, **arguments)).the(KIND_OF_PODS[component])
    for container in containers_of(pods):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, f"container {container['name']} would be refused"
        assert not [port for port in container.get("ports", []) if "hostPort" in port]


def test_a_broken_in_application_finds_no_kubernetes_token(deploy: Deploy, component: str, arguments: dict[str, Any]) -> None:
    pods = deploy(lambda: make(component, **arguments)).the(KIND_OF_PODS[component])
    assert pods.pod["automountServiceAccountToken"] is False
    assert pods.pod["enableServiceLinks"] is False, "variables such as REDIS_PORT=tcp://... would mislead the application"


def test_every_container_can_write_to_tmp(deploy: Deploy, component: str, arguments: dict[str, Any]) -> None:
    pods = deploy(lambda: make(component, **arguments)).the(KIND_OF_PODS[component])
    volumes = {volume["name"]: volume for volume in pods.pod["volumes"]}
    for container in containers_of(pods):
        if container["name"] != "folders":
            (tmp,) = [mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/tmp"]
            assert "emptyDir" in volumes[tmp]
        unknown = {mount["name"] for mount in container["volumeMounts"]} - set(volumes) - {"data"}
        assert not unknown, f"the pod would be refused: no volume {unknown}"


def test_every_container_has_requests_and_limits(deploy: Deploy, component: str, arguments: dict[str, Any]) -> None:
    pods = deploy(lambda: make(component, **arguments)).the(KIND_OF_PODS[component])
    for container in containers_of(pods):
        for kind in ("requests", "limits"):
            assert set(container["resources"][kind]) == {"cpu", "memory"}, "a namespace with a quota would refuse the pod"
