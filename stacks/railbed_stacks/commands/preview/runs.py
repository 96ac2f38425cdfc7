"""What the containers of a part run with: image, names of variables and secrets, room and everything else."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from railbed_stacks.commands.preview.plan import is_known

_POD_PATHS = {
    "kubernetes:apps/v1:Deployment": ("spec", "template", "spec"),
    "kubernetes:apps/v1:StatefulSet": ("spec", "template", "spec"),
    "kubernetes:batch/v1:Job": ("spec", "template", "spec"),
    "kubernetes:batch/v1:CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}


@dataclass(frozen=True)
class Runs:
    """What one container is started with."""

    image: str = ""
    """Empty if it is known later, or Pulumi shows only its digest on a machine."""
    env: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] = field(default_factory=dict)
    """Where each secret comes from, by its name."""
    room: Mapping[str, Any] = field(default_factory=dict)
    """Processors and memory, which may be shown."""
    rest: Mapping[str, Any] = field(default_factory=dict)
    """Everything else, by the name of its field, of which only the name may be shown."""
    known: bool = True


def runs_of(kind: str, inputs: Mapping[str, Any]) -> Runs:
    """What the first container of a workload, a task definition or a container runs with."""
    if kind in _POD_PATHS:
        return _of_pod(_at(inputs, _POD_PATHS[kind]))
    if kind == "aws:ecs/taskDefinition:TaskDefinition":
        return _of_task(inputs)
    if kind == "docker:index/container:Container":
        return _of_container(inputs)
    return Runs()


def replicas_of(kind: str, inputs: Mapping[str, Any]) -> Any:
    """How many copies a workload has; None where it has no number."""
    if kind == "kubernetes:apps/v1:Deployment":
        return _at(inputs, ("spec",)).get("replicas")
    return inputs.get("desiredCount") if kind == "aws:ecs/service:Service" else None


def _of_pod(pod: Mapping[str, Any]) -> Runs:
    containers = [each for each in pod.get("containers") or [] if isinstance(each, Mapping)]
    if not containers:
        return Runs(known=False)
    first = containers[0]
    resources = first.get("resources") or {}
    room = {
        f"{name} {word}": value
        for part, word in (("requests", "requested"), ("limits", "at most"))
        for name, value in ((resources.get(part) or {}) if isinstance(resources, Mapping) else {}).items()
    }
    # The names of the objects that hold variables and secrets change with what is in them.
    rest = {key: value for key, value in first.items() if key not in ("image", "name", "env", "envFrom", "resources")}
    rest |= {key: value for key, value in pod.items() if key not in ("containers", "initContainers", "imagePullSecrets")}
    return Runs(_image(first), _by_name(first.get("env")), room=room, rest=_settled(rest))


def _of_task(inputs: Mapping[str, Any]) -> Runs:
    try:
        containers = json.loads(str(inputs.get("containerDefinitions")))
    except ValueError:
        return Runs(known=False)
    first = next((each for each in containers if isinstance(each, Mapping) and each.get("essential", True)), {})
    room = {name: inputs[name] for name in ("cpu", "memory") if name in inputs}
    rest = _alone(first)
    rest |= {"sidecars": [_alone(each) for each in containers if each is not first]} if len(containers) > 1 else {}
    task = {"runtimePlatform", "networkMode", "volumes", "ephemeralStorage", "requiresCompatibilities"}
    rest |= {key: value for key, value in inputs.items() if key in task}
    return Runs(_image(first), _by_name(first.get("environment")), _by_name(first.get("secrets")), room, rest)


def _alone(container: Mapping[str, Any]) -> dict[str, Any]:
    """A container without what its part has in common."""
    return {key: value for key, value in container.items() if key not in ("image", "environment", "secrets", "name")}


def _of_container(inputs: Mapping[str, Any]) -> Runs:
    own = ("image", "envs", "name", "labels", "memory", "cpus")
    room = {name: inputs[name] for name in ("cpus", "memory") if name in inputs}
    rest = {key: value for key, value in inputs.items() if key not in own}
    # Pulumi shows "[secret]" for all variables together, and the image by an ID of the machine.
    return Runs(room=room, rest=rest)


def _settled(rest: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rest.items() if key not in ("serviceAccount", "dnsPolicy")}


def _image(container: Mapping[str, Any]) -> str:
    image = container.get("image")
    return image if isinstance(image, str) and is_known(image) else ""


def _by_name(entries: Any) -> dict[str, Any]:
    return dict(_named(entries))


def _named(entries: Any) -> Iterator[tuple[str, Any]]:
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and "name" in entry:
            yield str(entry["name"]), entry.get("value", entry.get("valueFrom"))


def _at(inputs: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    here: Any = inputs
    for key in path:
        here = here.get(key) if isinstance(here, Mapping) else None
    return here if isinstance(here, Mapping) else {}
