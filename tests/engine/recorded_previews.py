"""What the real engine prints for a preview of each target and change, kept small for the unit tests.

`.venv/bin/python -m tests.engine.recorded_previews [TARGET...]` writes tests/unit/previews/TARGET.json anew.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox import environment
from tests.cluster.rails_stack import PROJECT
from tests.engine.docker_api import docker_stack
from tests.engine.ecs_stack import ecs_stack
from tests.engine.recorded_stack import MASTER_KEY, RecordedStack, settings
from tests.engine.recording_provider import recording
from tests.engine.test_production_stacks import FAST, settings_of, stack_of

FOLDER = PROJECT / "tests/unit/previews"
OTHER_KEY = "0123456789abcdef0123456789abcdef"
GROUP = {"queues": ["reports"]}

DIGITALOCEAN_IMAGE = "registry.digitalocean.com/example/shop"
AWS_IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop"
OF_EVERY_TARGET: dict[str, dict[str, Any]] = {
    "nothing": {},
    "env": {"app.env.GREETING": "good day"},
    "secret": {"secrets.RAILS_MASTER_KEY": OTHER_KEY},
    "new_secret": {"secrets.STRIPE_KEY": "the-key-of-the-tests"},
    "removed_workers": {"app.workers.mailers": None},
    "new_workers": {"app.workers.reports": GROUP},
}
CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "cluster": {
        "release": {"app.image.ref": "registry.example.com/shop:2"},
        "resized": {"database.storage": "20Gi", "app.web.replicas": 4},
        "no_redis": {"redis": None, "secrets.REDIS_URL": "redis://redis.example.com:6379/0"},
        "larger_release": {
            "app.image.ref": "registry.example.com/shop:2",
            "app.workers.reports": GROUP,
            "database.storage": "20Gi",
        },
    },
    "doks": {
        "release": {"app.image.ref": f"{DIGITALOCEAN_IMAGE}:2"},
        "resized": {"database.size": "db-s-4vcpu-8gb"},
        "replaced": {"cluster.node_size": "s-8vcpu-16gb"},
    },
    "eks": {
        "release": {"app.image.ref": f"{AWS_IMAGE}:2"},
        "resized": {"database.instance_class": "db.m7g.large", "database.storage_gb": 200},
        "replaced": {"cluster.node_size": "t3.medium"},
        "other_host": {"app.web.hosts": ["other.example.com"]},
    },
    "ecs": {
        "larger_release": {
            "app.image.ref": f"{AWS_IMAGE}:9d0c4e7",
            "app.workers.reports": GROUP,
            "database.instance_class": "db.m7g.large",
        },
        "release": {"app.image.ref": f"{AWS_IMAGE}:2"},
        "resized": {"database.instance_class": "db.m7g.large", "app.web.replicas": 6},
        "other_host": {"app.web.hosts": ["other.example.com"]},
    },
    "docker": {
        "release": {"app.image.ref": "registry.example.com/shop:2"},
        "resized": {"app.web.replicas": 3},
    },
}
OF_DOCKER: dict[str, Any] = {
    "target": "docker",
    "app": {
        "name": "shop",
        "image": {"ref": "registry.example.com/shop:1"},
        "env": {"GREETING": "hello"},
        "web": {"replicas": 2},
        "workers": {"default": {}, "mailers": {"queues": ["mailers"]}},
        "cron": {"digest": {"schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"]}},
    },
    "secrets": {"RAILS_MASTER_KEY": MASTER_KEY},
}


@contextmanager
def stack_of_target(target: str, folder: Path, variables: dict[str, str]) -> Iterator[RecordedStack]:
    """An empty stack of a target."""
    if target == "docker":
        with docker_stack(folder, variables | FAST, OF_DOCKER) as (stack, _):
            yield stack
    elif target == "ecs":
        with ecs_stack(folder, variables | FAST, settings_of("prod-ecs")) as stack:
            yield stack
    elif target == "cluster":
        with recording() as (record, providers):
            stack = RecordedStack(folder, variables | FAST | {"PULUMI_DEBUG_PROVIDERS": providers}, record)
            stack.settings = settings()
            yield stack
    else:
        yield from stack_of({"doks": "prod", "eks": "prod-eks"}[target], folder, variables)


def preview_of(stack: RecordedStack, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What `pulumi preview --json --show-sames` prints with other settings."""
    with stack.changed(changes):
        run = stack.preview("--json", "--show-sames")
    preview: dict[str, Any] = json.loads(run.text[run.text.index("{") : run.text.rindex("}") + 1])
    assert run.code == 0, preview.get("diagnostics")
    return preview


def record(target: str, variables: dict[str, str]) -> dict[str, Any]:
    """Previews of a target: of nothing, and of each change of what was deployed."""
    with tempfile.TemporaryDirectory() as folder, stack_of_target(target, Path(folder), variables) as stack:
        found = {"first": preview_of(stack, {})}
        stack.deploy()
        for name, changes in (OF_EVERY_TARGET | CHANGES[target]).items():
            print(target, name, flush=True)
            found[name] = preview_of(stack, changes)
        return found


def as_text(recorded: Mapping[str, Any]) -> str:
    """JSON with one step a line, whose changes a person can read in git."""
    lines = [f'{{"stays": [\n{_lines(recorded["stays"])}\n], "previews": {{']
    for name, preview in recorded["previews"].items():
        head = json.dumps({key: value for key, value in preview.items() if key != "steps"}, sort_keys=True)
        lines.append(f'"{name}": {head[:-1]}, "steps": [\n{_lines(preview["steps"])}\n]}},')
    text = "\n".join(lines).removesuffix(",") + "\n}}\n"
    return text.replace(str(PROJECT), "/railbed")


def _lines(steps: list[dict[str, Any]]) -> str:
    return ",\n".join(json.dumps(step, sort_keys=True) for step in steps)


BULKY = {
    *("command", "args", "entrypoints", "healthCheck", "healthcheck", "livenessProbe", "readinessProbe", "startupProbe"),
    *("lifecycle", "securityContext", "volumes", "volumeMounts", "mounts", "linuxParameters", "logConfiguration"),
    *("topologySpreadConstraints", "affinity", "uploads", "definition", "policy", "assumeRolePolicy", "kubeconfig", "tags"),
}
"""Inputs that are long and that no sentence is about, unless they differ."""
KEPT_OF_STATES = ("urn", "type", "parent", "inputs", "propertyDependencies", "retainOnDelete")
FOLLOWED = ("taskDefinition", "launchTemplate", "replicateSourceDb")
"""Inputs whose resource the sum of costs needs."""
LONGEST = 200
LONGEST_THAT_STAYS = 60
"""Of what an update leaves as it is."""


def compact(previews: Mapping[str, Any]) -> dict[str, Any]:
    """What stays in all previews once, and of each preview what changes in it, without what nothing reads."""
    return {
        "stays": [_compact_step(step) for step in previews["nothing"]["steps"]],
        "previews": {
            name: {
                "config": {key: value for key, value in preview["config"].items() if key in ("railbed:target", "railbed:app")},
                # What a program beside it writes to standard error is of the machine that recorded it.
                "diagnostics": [each for each in preview.get("diagnostics") or [] if each["severity"] != "info#err"],
                "steps": [_compact_step(step) for step in preview["steps"] if step["op"] != "same"],
            }
            for name, preview in previews.items()
        },
    }


def _compact_step(step: dict[str, Any]) -> dict[str, Any]:
    old, new = step.get("oldState"), step.get("newState")
    if step["op"] == "same":
        return {"op": "same", "newState": _compact_state(step.get("newState") or step["oldState"], None)}
    found = {key: step[key] for key in ("op", "diffReasons", "replaceReasons", "detailedDiff") if step.get(key)}
    if old:
        found["oldState"] = _compact_state(old, new)
    if new:
        found["newState"] = _compact_state(new, old)
    return found


def _compact_state(state: dict[str, Any], other: dict[str, Any] | None) -> dict[str, Any]:
    found = {key: state[key] for key in KEPT_OF_STATES if state.get(key)}
    if needs := {key: urns for key, urns in state.get("propertyDependencies", {}).items() if urns and key in FOLLOWED}:
        found["propertyDependencies"] = needs
    else:
        found.pop("propertyDependencies", None)
    if inputs := found.get("inputs"):
        found["inputs"] = _compact_value(inputs, (other or {}).get("inputs"))
    return found


def _compact_value(value: Any, other: Any) -> Any:
    """A value without what is bulky; beside another one, without what both have."""
    if isinstance(value, dict):
        theirs = other if isinstance(other, dict) else {}
        return {
            key: _compact_value(inner, theirs.get(key))
            for key, inner in value.items()
            if not _is_bulky(key, inner, theirs.get(key))
        }
    if isinstance(value, list):
        theirs_too = other if isinstance(other, list) and len(other) == len(value) else [None] * len(value)
        return [_compact_value(*each) for each in zip(value, theirs_too, strict=True)]
    if isinstance(value, str) and value.startswith("[{"):
        return json.dumps(_compact_value(json.loads(value), json.loads(other) if isinstance(other, str) else None))
    if not isinstance(value, str) or len(value) < LONGEST:
        return value
    # Scripts in containers, which say nothing here.
    return f"{value[:20]}...{hashlib.sha256(value.encode()).hexdigest()[:8]}"


def _is_bulky(key: str, value: Any, other: Any) -> bool:
    if other is None or value != other:
        return key in BULKY and other is None
    return key in BULKY or (key != "labels" and len(json.dumps(value)) > LONGEST_THAT_STAYS)


def main(targets: list[str]) -> None:
    """Record the previews of these targets, or of all."""
    with tempfile.TemporaryDirectory() as home:
        variables = environment.variables() | {"PULUMI_HOME": home, "KUBECONFIG": os.devnull}
        os.environ["PATH"] = variables["PATH"]
        for target in targets or CHANGES:
            FOLDER.joinpath(f"{target}.json").write_text(as_text(compact(record(target, variables))))


if __name__ == "__main__":
    main(sys.argv[1:])
