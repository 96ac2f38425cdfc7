"""The containers that resources of Kubernetes and of Amazon ECS start."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from known import known, mappings, mappings_within

JSON_OF_CONTAINERS = {
    "aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions",
    "aws:batch/jobDefinition:JobDefinition": "containerProperties",
}
"""Properties that describe containers in JSON."""


def containers(resource_type: str, props: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Containers of a task definition, of a pod, or of any object that makes pods: also a patch of one, or a custom resource.

    Raises `UnknownValueError` if none of them can be known yet.
    """
    if resource_type in JSON_OF_CONTAINERS:
        text = props.get(JSON_OF_CONTAINERS[resource_type])
        found = known(json.loads(text)) if text else []
        yield from mappings(found if isinstance(found, list) else [found])
    elif resource_type.startswith("kubernetes:"):
        for pod in pods(props):
            for kind in ("initContainers", "containers", "ephemeralContainers"):
                yield from mappings(pod.get(kind))


def pods(props: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Descriptions of pods, wherever in an object they are."""
    for each in mappings_within(known(props)):
        if any("image" in container or "name" in container for container in mappings(each.get("containers"))):
            yield each
