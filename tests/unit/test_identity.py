"""What must never change with settings: selectors, names and parents. A change would mean an outage or lost data."""

from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.recording import Recorded
from tests.unit.samples import COMPONENTS, IMAGE, KIND_OF_PODS, MARK, make

EVERYTHING: dict[str, Any] = {
    "image": "registry.example.com/other:2",
    "env": {"A": "b"},
    "secrets": {"TOKEN": "hunter2-pass"},
    "pull_secrets": ["registry"],
    "user": 33,
    "workdir": "/app",
    "resources": {"cpu": "1"},
}
SETTINGS: dict[str, dict[str, Any]] = {
    "RailsWeb": EVERYTHING
    | {"replicas": 7, "port": 8080, "server": "unicorn", "hosts": ["shop.example.com"], "exposure": "load_balancer"},
    "SidekiqWorkers": EVERYTHING | {"replicas": 7, "queues": ["mailers"], "concurrency": 20, "shutdown_seconds": 60},
    "MigrationJob": EVERYTHING | {"phase": "pre", "deadline_seconds": 60},
    "CronTask": EVERYTHING | {"schedule": "0 6 * * *", "overlap": True},
    "Console": EVERYTHING,
    "Postgresql": {"image": "registry.example.com/store:2", "storage": "50Gi", "keep_data": False, "password": "hunter2-pass"},
    "Redis": {"image": "registry.example.com/store:2", "storage": "50Gi", "keep_data": False, "password": "hunter2-pass"},
}
COMPONENT_LABELS = {
    "RailsWeb": "web",
    "SidekiqWorkers": "worker",
    "MigrationJob": "migration",
    "CronTask": "cron",
    "Console": "console",
    "Postgresql": "database",
    "Redis": "cache",
}


def identity(pods: Recorded) -> Any:
    template = pods.template["metadata"]["labels"]
    return pods.inputs["metadata"]["labels"], pods.inputs["metadata"].get("name"), pods.spec.get("selector"), template


@pytest.mark.parametrize("component", KIND_OF_PODS)
def test_labels_selectors_and_names_do_not_depend_on_settings(deploy: Deploy, component: str) -> None:
    kind = KIND_OF_PODS[component]
    plain = deploy(lambda: make(component)).the(kind)
    changed = deploy(lambda: make(component, **SETTINGS[component])).the(kind)
    assert identity(changed) == identity(plain), "Kubernetes refuses a new selector, so everything would be deleted first"


@pytest.mark.parametrize("component", KIND_OF_PODS)
def test_pods_are_labelled_apart_by_component_and_instance(deploy: Deploy, component: str) -> None:
    labels = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": COMPONENT_LABELS[component]}
    deployed = deploy(lambda: make(component))
    assert deployed.the(KIND_OF_PODS[component]).template["metadata"]["labels"] == labels | MARK, (
        "a Service or a disruption budget would count pods of another component"
    )
    for each in deployed.resources:
        if selector := each.at("spec.selector"):
            assert selector.get("matchLabels", selector) == labels


@pytest.mark.parametrize("component", COMPONENTS)
def test_everything_on_a_cluster_says_whose_it_is(deploy: Deploy, component: str) -> None:
    for each in deploy(lambda: make(component, **SETTINGS.get(component, {}))).resources:
        if each.type.startswith("kubernetes:"):
            assert MARK.items() <= each.at("metadata.labels").items(), f"{each.name}: nobody can see which stack made it"


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_has_its_public_token_and_name(deploy: Deploy, component: str) -> None:
    deployed = deploy(lambda: make(component))
    assert deployed.resources[0].type == f"railbed:index:{component}", "a changed token replaces everything"
    assert deployed.resources[0].name == "shop"


def test_the_children_of_an_application_keep_their_names_and_parents(deploy: Deploy) -> None:
    app = {
        "name": "ignored-here",
        "image": {"ref": IMAGE},
        "workers": {"default": {}, "mailers": {}},
        "cron": {"digest": {"schedule": "@daily", "command": ["true"]}},
        "migration": {"post": True},
    }
    deployed = deploy(lambda: make("KubernetesApp", app=app))
    children = {(each.type, each.name) for each in deployed.resources if each.parent == "shop" and each.type.startswith("rail")}
    assert children == {
        ("railbed:index:MigrationJob", "shop-migrate"),
        ("railbed:index:MigrationJob", "shop-post-migrate"),
        ("railbed:index:RailsWeb", "shop-web"),
        ("railbed:index:SidekiqWorkers", "shop-default"),
        ("railbed:index:SidekiqWorkers", "shop-mailers"),
        ("railbed:index:CronTask", "shop-digest"),
        ("railbed:index:Console", "shop-console"),
    }, "names are public: a new one deletes the old object and makes another"
