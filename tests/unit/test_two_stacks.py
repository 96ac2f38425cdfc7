"""Two stacks of one application in one account: they share nothing by accident."""

import json
from typing import Any

import pytest

from tests.unit import cloud_answers
from tests.unit.cloud_stacks import APP, KUBERNETES, deploy
from tests.unit.recording import Deployment, Recorded

NAMES = {"finalSnapshotIdentifier", "identifier", "name", "replicationGroupId", "repository"}
"""Inputs that name something in a whole account or zone. Where there is none, Pulumi makes a name that nothing else has; to a
prefix the provider adds."""

NAMES_OF = {"TaskDefinition": {"family"}}

OF_PARENT = {"Addon", "DatabaseDb", "DatabaseUser", "RolePolicy"}
"""Kinds whose names count in what they belong to: a cluster, database or role of the stack."""

IN_QUEUES = {
    "cluster": {"instances": {"maximum": 4}},
    "ecs": {
        "capacity": "ec2",
        "services": {"default": {"autoscaling": {"minimum": 1, "maximum": 4, "queue_latency_seconds": 30}}},
    },
}


def names_of(made: Deployment) -> dict[tuple[str, str, str], str]:
    """Names that the program gives, with the resource that has each."""
    found = {}
    for each in made.resources:
        kind = each.type.rsplit(":", 1)[-1]
        if each.type.startswith(("kubernetes:", "railbed:", "random:", "pulumi:", "docker:")) or kind in OF_PARENT:
            continue
        for key, value in each.inputs.items():
            if key in NAMES | NAMES_OF.get(kind, set()) and isinstance(value, str):
                found[kind, key, value] = each.name
    return found


def stack(target: str, name: str, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Deployment:
    """A stack of the application, with random parts and a host of its own."""
    monkeypatch.setitem(cloud_answers.CLOUD_ANSWERS, ("random", "RandomId"), {"hex": f"hex-of-{name}"})
    monkeypatch.setitem(cloud_answers.CLOUD_ANSWERS, ("random", "RandomString"), {"result": f"text-of-{name}"})
    host = f"{name}.example.com"
    certificate = dict(cloud_answers.CLOUD_ANSWERS["aws", "Certificate"])
    (option,) = certificate["domainValidationOptions"]
    certificate["domainValidationOptions"] = [option | {"domainName": host, "resourceRecordName": f"_1.{host}."}]
    monkeypatch.setitem(cloud_answers.CLOUD_ANSWERS, ("aws", "Certificate"), certificate)
    # Where something else sets the number of pods, nobody looks for it on a cluster that is not there.
    others = {"autoscaled": True} if target in KUBERNETES else {}
    app = {**APP, "web": {"hosts": [host], **others}, "workers": {"default": others}}
    return deploy(target, stack_name=name, app=app, **settings)


@pytest.mark.parametrize("target", KUBERNETES)
def test_no_name_is_taken_twice(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shared_names(*(stack(target, name, monkeypatch) for name in ("production", "staging"))) == {}


def test_on_ecs_each_stack_also_scales_on_its_own_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    stacks = [stack("ecs", name, monkeypatch, **IN_QUEUES) for name in ("production", "staging")]
    assert shared_names(*stacks) == {}
    (sent, watched), (sent_elsewhere, watched_elsewhere) = (_latency(made) for made in stacks)
    assert sent == watched != watched_elsewhere == sent_elsewhere, "jobs of staging would start tasks of production"


def shared_names(one: Deployment, other: Deployment) -> dict[tuple[str, str, str], str]:
    """What the second stack could not make, or would take over from the first one."""
    first, second = names_of(one), names_of(other)
    assert len(first) == len(second) > 0
    return {key: first[key] for key in first.keys() & second.keys()}


def _latency(made: Deployment) -> tuple[str, str]:
    """What a stack calls its service where it tells the latency, and where it scales on it."""
    policy = made.the("Policy").inputs["targetTrackingScalingPolicyConfiguration"]
    (dimension,) = policy["customizedMetricSpecification"]["dimensions"]
    definition: Recorded = made.the("TaskDefinition", "shop-default")
    containers = json.loads(definition.inputs["containerDefinitions"])
    (settings,) = (
        variable["value"]
        for container in containers
        for variable in container["environment"]
        if variable["name"] == "RAILBED_QUEUE_LATENCY"
    )
    return json.loads(settings)["service"], dimension["value"]
