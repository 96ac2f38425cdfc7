"""The arguments that every workload of the application takes."""

from typing import Any

import pulumi
import pytest

from tests.unit.conftest import Deploy
from tests.unit.recording import Deployment, Recorded
from tests.unit.samples import IMAGE, KIND_OF_PODS, WORKLOADS, make

pytestmark = pytest.mark.parametrize("workload", WORKLOADS)


def pods_of(deployed: Deployment, workload: str) -> Recorded:
    return deployed.the(KIND_OF_PODS[workload])


def test_image_environment_and_secrets_reach_the_container(deploy: Deploy, workload: str) -> None:
    deployed = deploy(lambda: make(workload, env={"GREETING": "hello"}, secrets={"TOKEN": "hunter2-pass"}))
    assert pods_of(deployed, workload).container["image"] == IMAGE
    assert pods_of(deployed, workload).container["envFrom"] == [
        {"configMapRef": {"name": "shop-env-1a2b3c"}},
        {"secretRef": {"name": "shop-secrets-1a2b3c"}},
    ]
    assert deployed.the("ConfigMap", "shop-env").inputs["data"]["GREETING"] == "hello"
    assert deployed.the("Secret").inputs["stringData"] == {"TOKEN": "hunter2-pass"}


def test_a_change_of_configuration_rolls_the_pods(deploy: Deploy, workload: str) -> None:
    deployed = deploy(lambda: make(workload, secrets={"TOKEN": "hunter2-pass"}))
    for kind in ("ConfigMap", "Secret"):
        for source in deployed.all(kind):
            assert "name" not in source.inputs["metadata"], (
                f"{source.name}: with a fixed name its contents would change under running pods"
            )


def test_numbers_and_booleans_become_what_yaml_shows(deploy: Deploy, workload: str) -> None:
    env = {"ONE": 3, "TWO": 3.0, "THREE": 2.5, "FOUR": True}
    deployed = deploy(lambda: make(workload, env=env | {"FIVE": pulumi.Output.from_input("five")}))
    data = deployed.the("ConfigMap", "shop-env").inputs["data"]
    expected = {"ONE": "3", "TWO": "3", "THREE": "2.5", "FOUR": "true", "FIVE": "five"}
    assert {key: data[key] for key in expected} == expected


def test_a_secret_takes_the_place_of_a_default(deploy: Deploy, workload: str) -> None:
    deployed = deploy(lambda: make(workload, secrets={"RAILS_ENV": "hidden-env"}))
    assert "RAILS_ENV" not in deployed.the("ConfigMap", "shop-env").inputs["data"], "which of both wins would be chance"


def test_everything_goes_to_the_namespace(deploy: Deploy, workload: str) -> None:
    deployed = deploy(lambda: make(workload, namespace=pulumi.Output.from_input("shop"), secrets={"TOKEN": "hunter2"}))
    objects = [each for each in deployed.resources if each.type.startswith("kubernetes:")]
    assert {each.name: each.at("metadata.namespace") for each in objects} == {each.name: "shop" for each in objects}


def test_everything_has_the_component_as_parent_and_its_own_name_first(deploy: Deploy, workload: str) -> None:
    for each in deploy(lambda: make(workload, secrets={"TOKEN": "hunter2-pass"})).resources:
        if each.type.startswith("kubernetes:"):
            assert each.parent == "shop", f"{each.name} would not use the provider given to the component"
            assert each.name == "shop" or each.name.startswith("shop-")


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"pull_secrets": ["a", "b"]}, "imagePullSecrets", [{"name": "a"}, {"name": "b"}]),
        ({"user": 33}, "securityContext.runAsUser", 33),
        ({"user": 33.0}, "securityContext.fsGroup", 33),
        ({"resources": {"cpu": 1, "memory": "1Gi"}}, "containers.0.resources.requests", {"cpu": "1", "memory": "1Gi"}),
        (
            {"resources": {"cpu_limit": "4", "memory_limit": "2Gi"}},
            "containers.0.resources.limits",
            {"cpu": "4", "memory": "2Gi"},
        ),
    ],
)
def test_each_argument_reaches_the_pod(
    deploy: Deploy, workload: str, arguments: dict[str, Any], path: str, expected: object
) -> None:
    pods = pods_of(deploy(lambda: make(workload, **arguments)), workload)
    value: Any = pods.pod
    for part in path.split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    assert value == expected


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ({}, ["/tmp", "/rails/log", "/rails/tmp"]),
        ({"workdir": "/app"}, ["/tmp", "/app/log", "/app/tmp"]),
        ({"writable_paths": ["/var/cache/shop", "/tmp", "/var/cache/shop"]}, ["/tmp", "/var/cache/shop"]),
    ],
)
def test_only_the_writable_paths_can_be_written(
    deploy: Deploy, workload: str, arguments: dict[str, Any], paths: list[str]
) -> None:
    container = pods_of(deploy(lambda: make(workload, **arguments)), workload).container
    mounts = {mount["mountPath"]: mount["subPath"] for mount in container["volumeMounts"] if mount["name"] == "writable"}
    assert list(mounts) == paths
    assert len(set(mounts.values())) == len(paths), "two folders would show the same files"


def test_an_entrypoint_replaces_the_images(deploy: Deploy, workload: str) -> None:
    container = pods_of(deploy(lambda: make(workload, entrypoint=["/bin/start"])), workload).container
    if workload != "Console":
        assert container["command"] == ["/bin/start"]


def test_an_override_is_merged_into_its_child(deploy: Deploy, workload: str) -> None:
    child = {"Deployment": "deployment", "Job": "job", "CronJob": "cron_job"}[KIND_OF_PODS[workload]]
    spec = {"paused": True} if child == "deployment" else {"suspend": True}
    override = {"metadata": {"annotations": {"example.com/owner": "shop"}}, "spec": spec}
    changed = pods_of(deploy(lambda: make(workload, overrides={child: override})), workload)
    plain = pods_of(deploy(lambda: make(workload)), workload)
    assert changed.at("metadata.annotations")["example.com/owner"] == "shop"
    assert changed.at("metadata.labels") == plain.at("metadata.labels")
    assert changed.spec == plain.spec | spec


def test_none_stands_for_not_given(deploy: Deploy, workload: str) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("env", "secrets", "namespace", "pull_secrets", "user", "resources", "overrides"))
    with_none = pods_of(deploy(lambda: make(workload, **nothing)), workload)
    assert with_none.inputs == pods_of(deploy(lambda: make(workload)), workload).inputs, (
        "that is how programs in other languages leave an argument out"
    )
