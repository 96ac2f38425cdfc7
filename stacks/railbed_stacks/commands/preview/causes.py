"""Why a part of the application is started anew, in names only: a value that is shown could be a secret."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from railbed_stacks.commands.preview.parts import MAIN, Part
from railbed_stacks.commands.preview.plan import DELETE, REPLACE, Step, is_known
from railbed_stacks.commands.preview.runs import Runs, runs_of

CONFIG_MAP, SECRET = "kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"
TASK_DEFINITION, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
CONTAINER = "docker:index/container:Container"

_VARIABLE = re.compile(r"""(?:data|stringData)(?:\.|\[")([A-Za-z_]\w*)(?:"\])?""")
_KINDS = {"add": "new ", "delete": "removed "}
"""https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/provider.go (DiffKind)"""
_TOPICS = {
    "args": "command",
    "command": "command",
    "entrypoints": "command",
    "entryPoint": "command",
    "healthCheck": "health check",
    "healthcheck": "health check",
    "livenessProbe": "health check",
    "readinessProbe": "health check",
    "startupProbe": "health check",
    "lifecycle": "way to stop",
    "terminationGracePeriodSeconds": "way to stop",
    "stopTimeout": "way to stop",
    "stopSignal": "way to stop",
    "destroyGraceSeconds": "way to stop",
    "volumes": "volumes",
    "volumeMounts": "volumes",
    "mountPoints": "volumes",
    "mounts": "volumes",
    "sidecars": "sidecars",
    "portMappings": "ports",
    "ports": "ports",
    "logConfiguration": "logging",
    "nodeSelector": "choice of nodes",
    "affinity": "choice of nodes",
    "tolerations": "choice of nodes",
    "topologySpreadConstraints": "choice of nodes",
    "runtimePlatform": "processor",
    "user": "user",
    "securityContext": "rights",
}
"""What fields of containers and pods are about."""


def causes_of(part: Part) -> list[str]:
    """Why a part rolls, each cause once: `image`, `env GREETING`, `secret RAILS_MASTER_KEY`."""
    found = list(dict.fromkeys([*_of_containers(part), *_of_objects(part), *_of_services(part)]))
    return found or _unexplained(part)


def _of_containers(part: Part) -> Iterator[str]:
    for step in part.main:
        if not step.changes or not step.old or not step.new or step.type == SERVICE:
            continue
        old, new = runs_of(step.type, step.old), runs_of(step.type, step.new)
        if not new.known:
            yield "values that are known later"
            continue
        if old.image != new.image or (step.type == CONTAINER and step.old.get("image") != step.new.get("image")):
            yield "image"
        yield from _variables("env", old.env, new.env)
        yield from _secrets(old, new)
        for name in _differing(old.room, new.room):
            yield f"{name}: {_shown(old.room.get(name))} → {_shown(new.room.get(name))}"
        yield from dict.fromkeys(_TOPICS.get(name, f"`{name}`") for name in _differing(old.rest, new.rest))
        if step.type == CONTAINER and "envs" in step.paths:
            yield "env or secrets (Pulumi hides which)"


def _secrets(old: Runs, new: Runs) -> Iterator[str]:
    came, went = new.secrets.keys() - old.secrets.keys(), old.secrets.keys() - new.secrets.keys()
    moved = {name for name in new.secrets.keys() & old.secrets.keys() if new.secrets[name] != old.secrets[name]}
    yield from _names("new secret", came)
    yield from _names("removed secret", went)
    # On ECS all are in one secret, whose version each of them names.
    if moved and moved == new.secrets.keys() & old.secrets.keys() and len(moved) > 1:
        if not came and not went:
            yield "values of its secrets"
    else:
        yield from _names("secret", moved)


def _of_objects(part: Part) -> Iterator[str]:
    """Variables and secrets out of the objects of a cluster that hold them."""
    for step in part.steps:
        if step.type not in (CONFIG_MAP, SECRET) or not step.changes or step.operation == DELETE:
            continue
        word = "env" if step.type == CONFIG_MAP else "secret"
        if step.type == CONFIG_MAP and step.old and isinstance(step.new.get("data"), Mapping):
            yield from _variables("env", step.old.get("data"), step.new["data"])
            continue
        names = {path: found[1] for path in step.paths if (found := _VARIABLE.fullmatch(path))}
        for path, name in names.items():
            yield f"{_KINDS.get(step.kinds.get(path, '').removesuffix('-replace'), '')}{word} `{name}`"
        if not names and step.operation == REPLACE:
            yield f"{word} (Pulumi hides which)"


def _of_services(part: Part) -> Iterator[str]:
    """What changes of a service beside its containers."""
    if any(step.type == TASK_DEFINITION and step.changes for step in part.steps):
        return
    for step in part.main:
        if step.type == SERVICE and step.changes and "taskDefinition" in step.paths:
            yield "values that are known later"


def _unexplained(part: Part) -> list[str]:
    paths = {path.split(".")[-1].split("[")[0] for step in part.steps if step.type in MAIN for path in step.paths}
    return [f"`{name}`" for name in sorted(paths)] or ["its settings"]


def _variables(word: str, old: Any, new: Any) -> Iterator[str]:
    """Variables that differ, and whether they come or go."""
    before, after = (each if isinstance(each, Mapping) else {} for each in (old, new))
    for name in _differing(before, after):
        yield f"{'' if name in before and name in after else 'new ' if name in after else 'removed '}{word} `{name}`"


def _names(word: str, names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names):
        yield f"{word} `{name}`"


def _differing(old: Any, new: Any) -> list[str]:
    """Names under which two objects have something else."""
    old, new = (each if isinstance(each, Mapping) else {} for each in (old, new))
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return str(value) if is_known(value) else "known later"


def rolls(step: Step) -> bool:
    """Whether a step starts containers anew, and does not only change how many there are."""
    if step.type == SERVICE:
        return "taskDefinition" in step.paths or "forceNewDeployment" in step.paths
    if step.type in (CONTAINER, TASK_DEFINITION):
        return step.operation == REPLACE
    return step.operation == REPLACE or any(".template." in f".{path}" for path in step.paths) or _pods_differ(step)


def _pods_differ(step: Step) -> bool:
    return runs_of(step.type, step.old) != runs_of(step.type, step.new)
