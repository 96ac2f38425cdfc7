"""Pods that meet the Pod Security level "restricted", on a read-only root file system.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Sequence
from shlex import quote

import pulumi

from railbed.description.app import Resources
from railbed.kubernetes.workload import Labels, Manifest, Workload

VOLUME = "writable"
"""Holds what containers write."""

CONTAINER_SECURITY: Manifest = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}

# The status of a pod must not repeat its log: providers print it as it is, with every secret and control character in it.
NO_LOG_IN_STATUS: Manifest = {"terminationMessagePolicy": "File"}

NOT_DISRUPTED = {
    "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    "karpenter.sh/do-not-disrupt": "true",
}
"""Annotations of a pod that works once and to its end: autoscalers keep the node that it is on."""

EVICTABLE = {"cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": VOLUME}
"""Annotations of a pod that another can take the place of: without them its temporary folders keep the cluster autoscaler from
ever removing its node."""


def pod_security(user: int) -> Manifest:
    """Security context of a pod: one user, never root, who also owns its volumes."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def resource_requirements(resources: Resources) -> Manifest:
    """Requests and limits of a container."""
    return {
        "requests": {"cpu": resources.cpu, "memory": resources.memory},
        "limits": {"cpu": resources.cpu_limit, "memory": resources.memory_limit},
    }


def as_written(command: Sequence[str]) -> list[str]:
    """A command in the notation of a manifest, from which the container gets exactly these words.

    Kubernetes reads $(NAME) as the value of a variable, which can be a secret, and $$ as $.
    https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    """
    return [word.replace("$", "$$") for word in command]


def rails_container(
    name: str, workload: Workload, command: Sequence[str] | None, sources: Sequence[Manifest], **fields: object
) -> Manifest:
    """A container that runs `command` in the application's image; None runs the image's own CMD."""
    container: Manifest = {
        "name": name,
        "image": workload.image,
        "imagePullPolicy": "IfNotPresent",
        "workingDir": workload.workdir,
        "envFrom": list(sources),
        "resources": resource_requirements(workload.resources),
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": [{"name": VOLUME, "mountPath": path, "subPath": _volume_folder(path)} for path in workload.writable()],
        **NO_LOG_IN_STATUS,
        **fields,
    }
    if workload.entrypoint is not None:
        container["command"] = as_written(workload.entrypoint)
    if command is not None:
        container["args"] = as_written(command)
    return container


def rails_pod(workload: Workload, containers: Sequence[Manifest], grace_seconds: int, **fields: object) -> Manifest:
    """The specification of a pod of the application."""
    return {
        "initContainers": [_folders(workload)],
        "containers": list(containers),
        "volumes": [{"name": VOLUME, "emptyDir": {}}],
        "securityContext": pod_security(workload.user),
        "automountServiceAccountToken": False,
        # Otherwise Kubernetes adds variables such as REDIS_PORT=tcp://... for every Service, which applications misread.
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_seconds,
        "imagePullSecrets": [{"name": secret} for secret in workload.pull_secrets],
        **fields,
    }


def _folders(workload: Workload) -> Manifest:
    """Makes the folders that containers may write to, with what the image has in them, such as bootsnap's cache.

    Kubernetes would make them writable for all without the sticky bit, and Ruby takes no temporary folder of that kind: every
    uploaded file would be an error (https://github.com/ruby/ruby/blob/master/lib/tmpdir.rb).
    """
    lines = ["set -e"]
    for path in workload.writable():
        there, here = quote(path), quote(f"/{VOLUME}/{_volume_folder(path)}")
        lines.append(f"mkdir -p -m 1777 {here}")
        if path != "/tmp":
            lines.append(f"[ ! -d {there} ] || cp -R {there}/. {here} || true")
    if (tmp := f"{workload.workdir}/tmp") in workload.writable():
        # Rails and Puma expect them to exist.
        expected = " ".join(quote(f"/{VOLUME}/{_volume_folder(tmp)}/{folder}") for folder in ("cache", "pids", "sockets"))
        lines.append(f"mkdir -p -m 1777 {expected}")
    return {
        "name": "folders",
        "image": workload.image,
        "imagePullPolicy": "IfNotPresent",
        "command": as_written(["sh", "-c", "\n".join(lines)]),
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "1", "memory": "64Mi"}},
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": [{"name": VOLUME, "mountPath": f"/{VOLUME}"}],
        **NO_LOG_IN_STATUS,
    }


def rollout_patience(startup_seconds: int, replicas: int) -> pulumi.CustomTimeouts:
    """How long Pulumi waits for a Deployment: 25 % of the pods start at a time, at most 4 times plus one for rounding.

    The provider's own 10 minutes are too short for slow applications, and too long to learn that one pod does not start.
    """
    patience = f"{progress_deadline(startup_seconds) * max(1, min(replicas, 5))}s"
    return pulumi.CustomTimeouts(create=patience, update=patience)


def progress_deadline(startup_seconds: int) -> int:
    """Seconds in which one more pod must become ready: its own time and 2 minutes to find a node and pull the image."""
    return startup_seconds + 120


def spread(labels: Labels) -> list[Manifest]:
    """Spread the pods of one release over nodes and zones, without refusing to start where that is impossible."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": labels},
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
    ]


def _volume_folder(path: str) -> str:
    return path.strip("/").replace("/", "-")
