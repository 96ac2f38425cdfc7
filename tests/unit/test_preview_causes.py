"""Why a part rolls: names of what is different, never a value that could be a secret."""

import json
from typing import Any

import pytest

from railbed_stacks.commands.preview.plan import Plan, Step
from railbed_stacks.commands.preview.report import report_of

SECRET_VALUE = "hunter2-of-the-tests"
DEPLOYMENT, TASK, SERVICE = (
    "kubernetes:apps/v1:Deployment",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:ecs/service:Service",
)
WEB = "railbed:index:RailsWeb"


def plan(component: str, *steps: Step) -> Plan:
    urn = f"urn:pulumi:test::shop::{component}::shop-web"
    parent = Step("same", urn, component)
    return Plan((parent, *(Step(**{**vars(step), "parent": urn}) for step in steps)))


def causes(component: str, *steps: Step) -> list[str]:
    (change,) = report_of(plan(component, *steps)).parts
    return change.why


def deployment(container: dict[str, Any], **pod: Any) -> dict[str, Any]:
    return {
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "web", "image": "shop:1", **container}], **pod}}}
    }


def task(container: dict[str, Any], *sidecars: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    containers = [{"name": "web", "image": "shop:1", **container}, *sidecars]
    return {"containerDefinitions": json.dumps(containers), "cpu": "512", "memory": "1024", **inputs}


def changed(kind: str, old: dict[str, Any], new: dict[str, Any], *paths: str, operation: str = "update") -> Step:
    return Step(operation, f"urn:pulumi:test::shop::{kind}::thing", kind, old=old, new=new, paths=paths)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"image": "shop:2"}, ["image"]),
        ({"env": [{"name": "A", "value": "1"}]}, {"env": [{"name": "A", "value": SECRET_VALUE}]}, ["env `A`"]),
        ({}, {"env": [{"name": "A", "value": SECRET_VALUE}]}, ["new env `A`"]),
        ({"env": [{"name": "A", "value": SECRET_VALUE}]}, {}, ["removed env `A`"]),
        (
            {"resources": {"requests": {"cpu": "250m"}, "limits": {"memory": "1Gi"}}},
            {"resources": {"requests": {"cpu": "500m"}, "limits": {"memory": "2Gi"}}},
            ["cpu requested: 250m → 500m", "memory at most: 1Gi → 2Gi"],
        ),
        ({"args": ["puma"]}, {"args": ["puma", SECRET_VALUE]}, ["command"]),
        ({"readinessProbe": {"periodSeconds": 5}}, {"readinessProbe": {"periodSeconds": 9}}, ["health check"]),
        ({"lifecycle": {}}, {"lifecycle": {"preStop": {}}}, ["way to stop"]),
        ({"volumeMounts": []}, {"volumeMounts": [{"name": "a"}]}, ["volumes"]),
        ({"securityContext": {}}, {"securityContext": {"runAsUser": 1}}, ["rights"]),
        ({"tty": False}, {"tty": SECRET_VALUE}, ["`tty`"]),
        ({}, {"image": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, ["image"]),
    ],
)
def test_a_workload_of_a_cluster_names_what_is_different(old: dict[str, Any], new: dict[str, Any], expected: list[str]) -> None:
    found = causes(WEB, changed(DEPLOYMENT, deployment(old), deployment(new), "spec.template.spec"))
    assert found == expected
    assert SECRET_VALUE not in str(found)


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        ({"tolerations": [{"key": "a"}]}, "choice of nodes"),
        ({"nodeSelector": {"a": "b"}}, "choice of nodes"),
        ({"terminationGracePeriodSeconds": 90}, "way to stop"),
        ({"volumes": [{"name": "a"}]}, "volumes"),
        ({"hostNetwork": True}, "`hostNetwork`"),
    ],
)
def test_a_pod_names_what_is_different(pod: dict[str, Any], expected: str) -> None:
    assert causes(WEB, changed(DEPLOYMENT, deployment({}), deployment({}, **pod), "spec.template.spec")) == [expected]


@pytest.mark.parametrize(
    ("kind", "kinds", "expected"),
    [
        ("ConfigMap", {}, "env `A`"),
        ("Secret", {}, "secret `A`"),
        ("Secret", {"data.A": "add"}, "new secret `A`"),
        ("Secret", {"data.A": "add-replace"}, "new secret `A`"),
        ("Secret", {"data.A": "delete-replace"}, "removed secret `A`"),
        ("Secret", {"data.A": "update-replace"}, "secret `A`"),
    ],
)
def test_variables_are_found_in_the_objects_that_hold_them(kind: str, kinds: dict[str, str], expected: str) -> None:
    token = f"kubernetes:core/v1:{kind}"
    held = {"data": {"A": "1"}} if kind == "ConfigMap" else {"stringData": "[secret]"}
    holding = Step(
        "replace",
        f"urn:pulumi:test::shop::{token}::env",
        token,
        old=held,
        new={"data": {"A": "2"}} if kind == "ConfigMap" else held,
        paths=["data.A"],
        kinds=kinds,
    )
    workload = changed(DEPLOYMENT, deployment({}), deployment({}), "spec.template.spec.containers[0].envFrom[0].secretRef.name")
    assert causes(WEB, holding, workload) == [expected]


def test_a_secret_that_pulumi_hides_as_a_whole_is_said() -> None:
    token = "kubernetes:core/v1:Secret"
    hidden = {"stringData": "[secret]"}
    holding = changed(token, hidden, hidden, "stringData", operation="replace")
    workload = changed(DEPLOYMENT, deployment({}), deployment({}), "spec.template.spec.containers[0].envFrom[0].secretRef.name")
    assert causes(WEB, holding, workload) == ["secret (Pulumi hides which)"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (task({}), task({"image": "shop:2"}), ["image"]),
        (task({}), task({"environment": [{"name": "A", "value": SECRET_VALUE}]}), ["new env `A`"]),
        (task({}), task({"secrets": [{"name": "A", "valueFrom": "arn:a"}]}), ["new secret `A`"]),
        (task({"secrets": [{"name": "A", "valueFrom": "arn:a"}]}), task({}), ["removed secret `A`"]),
        (
            task({"secrets": [{"name": "A", "valueFrom": "arn:a"}, {"name": "B", "valueFrom": "arn:b"}]}),
            task({"secrets": [{"name": "A", "valueFrom": "arn:c"}, {"name": "B", "valueFrom": "arn:b"}]}),
            ["secret `A`"],
        ),
        (
            task({"secrets": [{"name": "A", "valueFrom": "arn:a:1"}, {"name": "B", "valueFrom": "arn:b:1"}]}),
            task({"secrets": [{"name": "A", "valueFrom": "arn:a:2"}, {"name": "B", "valueFrom": "arn:b:2"}]}),
            ["values of its secrets"],
        ),
        (task({}), task({}, cpu="1024"), ["cpu: 512 → 1024"]),
        (task({"command": ["a"]}), task({"command": [SECRET_VALUE]}), ["command"]),
        (task({}), task({}, {"name": "proxy", "essential": False}), ["sidecars"]),
        (
            task({}, {"name": "wait", "image": "shop:1", "essential": False}),
            task({"image": "shop:2"}, {"name": "wait", "image": "shop:2", "essential": False}),
            ["image"],
        ),
        (task({}), {"containerDefinitions": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, ["values that are known later"]),
    ],
)
def test_a_task_names_what_is_different(old: dict[str, Any], new: dict[str, Any], expected: list[str]) -> None:
    definition = changed(TASK, old, new, "containerDefinitions", operation="replace")
    service = changed(SERVICE, {"desiredCount": 2}, {"desiredCount": 2}, "taskDefinition")
    found = causes("railbed:index:EcsService", definition, service)
    assert found == expected
    assert SECRET_VALUE not in str(found)


def test_more_copies_of_a_new_image_say_both() -> None:
    definition = changed(TASK, task({}), task({"image": "shop:2"}), "containerDefinitions", operation="replace")
    service = changed(SERVICE, {"desiredCount": 2}, {"desiredCount": 4}, "taskDefinition", "desiredCount")
    assert causes("railbed:index:EcsService", definition, service) == ["image", "2 → 4 copies"]


def test_what_does_not_start_anything_anew_says_so() -> None:
    step = changed(DEPLOYMENT, deployment({}), deployment({}), "metadata.labels.team")
    (change,) = report_of(plan(WEB, step)).parts
    assert change.sentence == "web changes without being started anew: `metadata.labels.team`"
    assert not change.starts


@pytest.mark.parametrize(("component", "kind"), [(WEB, DEPLOYMENT), ("railbed:index:EcsService", SERVICE)])
def test_a_workload_that_is_replaced_does_not_roll(component: str, kind: str) -> None:
    step = Step("replace", f"urn:pulumi:test::shop::{kind}::thing", kind, old={"a": 1}, new={"a": 2}, replaced_for=["a"])
    (change,) = report_of(plan(component, step)).parts
    assert change.what == "is replaced, not rolled, and may be away meanwhile"
    assert change.why == ["`a`"]
    assert change.starts
