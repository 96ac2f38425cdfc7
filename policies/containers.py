"""The containers that resources of Kubernetes and of Amazon ECS start."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


def containers(resource_type: str, props: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Containers of a task definition, a pod, or an object that makes pods."""
    if resource_type == TASK_DEFINITION:
        yield from json.loads(props["containerDefinitions"])
    elif resource_type.startswith("kubernetes:"):
        pod = _pod(resource_type.rsplit(":", 1)[-1], props)
        yield from pod.get("initContainers") or []
        yield from pod.get("containers") or []


def _pod(kind: str, props: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = props.get("spec") or {}
    if kind == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    if kind == "Pod":
        return spec
    if kind not in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet"):
        return {}
    found: Mapping[str, Any] = spec["template"]["spec"]
    return found
