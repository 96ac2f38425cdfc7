"""How often a program checks what it is told: each description once, before anything is registered."""

from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel

from railbed.validation import arguments, rules
from tests.unit import cloud_stacks, cluster_stack
from tests.unit.cluster_contents import ClusterContents
from tests.unit.recording import record
from tests.unit.samples import COMPONENTS, IMAGE, make

APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "web": {"hosts": ["shop.example.com"]},
    "workers": {"default": {}, "mailers": {}},
    "migration": {"post": True},
    "cron": {"digest": {"schedule": "@daily", "command": ["bin/rails", "digest:send"]}},
    "console": {"enabled": True},
}
DESCRIPTION = {"App": 1, "ImageSource": 1, "AppWeb": 1, "AppWorkers": 2, "AppMigration": 1, "AppCron": 1, "AppConsole": 1}
"""Every description of the application in its settings."""


@pytest.fixture
def validations(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the values of each model were checked, those of inner models too."""
    found: Counter[str] = Counter()

    def counted(model: BaseModel, beyond: Sequence[type[BaseModel]] = (), **options: Any) -> list[str]:
        found.update([] if beyond else [type(model).__name__])
        return rules.broken_rules(model, beyond, **options)

    monkeypatch.setattr(arguments, "broken_rules", counted)
    return found


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_checks_its_arguments_once(component: str, validations: Counter[str]) -> None:
    record(lambda: make(component))
    assert validations[f"{component}Model"] == 1


def test_an_application_on_kubernetes_checks_its_description_once(validations: Counter[str]) -> None:
    record(lambda: make("KubernetesApp", app=APP))
    assert validations == {**DESCRIPTION, "KubernetesAppModel": 1}


def test_an_application_on_ecs_checks_its_description_and_each_part_once(validations: Counter[str]) -> None:
    record(lambda: make("EcsApp", app=APP))
    parts = {"EcsServiceOptions": 3, "EcsScheduledTaskOptions": 1, "EcsTaskRunOptions": 2, "EcsConsoleOptions": 1}
    assert validations == {**DESCRIPTION, **parts, "EcsAppModel": 1}


SECTIONS: dict[str, dict[str, Any]] = {
    "doks": {"cluster": {"min_nodes": 3}, "database": {"nodes": 1}, "redis": {"nodes": 1}, "dns": {"zone": "example.com"}},
    "eks": {
        "cluster": {"min_nodes": 3},
        "database": {"multi_az": True},
        "redis": {"replicas": 2},
        "load_balancer": {"client_port": True},
    },
    "ecs": {
        "network": {"nat": "per_zone"},
        "cluster": {"container_insights": "enhanced"},
        "database": {"multi_az": True},
        "redis": {"replicas": 2},
        "load_balancer": {"client_port": True},
        "ecs": {"architecture": "arm64"},
    },
}
ON_AWS = {"DatabaseSection", "RedisSection", "LoadBalancerSection", "AwsDns"}
CHECKED = {
    "doks": {
        "DoksSettings",
        "DoksClusterSection",
        "DatabaseSection",
        "RedisSection",
        "DigitalOceanDns",
    },
    "eks": {"EksSettings", "EksClusterSection", *ON_AWS},
    "ecs": {"EcsSettings", "EcsNetworkOptions", "EcsClusterSection", "EcsAppOptions", *ON_AWS},
}


@pytest.mark.parametrize("target", CHECKED)
def test_a_stack_on_a_cloud_checks_each_section_once(target: str, validations: Counter[str]) -> None:
    import_module(f"railbed_stacks.{target}")
    validations.clear()  # the defaults of the settings have been checked
    cloud_stacks.deploy(target, app=APP, **SECTIONS[target])
    once = {**DESCRIPTION, **dict.fromkeys(CHECKED[target], 1)}
    assert {model: validations[model] for model in once} == once
    again = {model: count for model, count in validations.items() if model.endswith(("Options", "Settings")) and count > 1}
    assert again == ({"EcsServiceOptions": 3, "EcsTaskRunOptions": 2} if target == "ecs" else {}), "three services, two phases"


def test_a_stack_on_a_cluster_checks_each_section_once(validations: Counter[str], contents: ClusterContents) -> None:
    assert contents is not None
    cluster_stack.deploy(app=APP, cluster={"exposure": "ingress"}, database={"storage": "20Gi"}, redis={"storage": "1Gi"})
    once = {**DESCRIPTION, **dict.fromkeys(("ClusterSettings", "Cluster", "Database", "Cache"), 1)}
    assert {model: validations[model] for model in once} == once
