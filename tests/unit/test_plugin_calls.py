"""The components as other languages call them: names in camel case, every number a float, enumerations as texts."""

from typing import Any

import pytest
from pulumi.provider.experimental.component import ComponentProvider

import railbed
from tests.unit.recording import HIDDEN, Deployment, record
from tests.unit.samples import COMPONENTS, IMAGE
from tests.unit.test_plugin import camel


@pytest.fixture(scope="module")
def plugin() -> ComponentProvider:
    return ComponentProvider([getattr(railbed, component) for component in COMPONENTS], "railbed")


def call(plugin: ComponentProvider, component: str, **inputs: Any) -> Deployment:
    """What the plugin does when a program in another language makes a component; the result is the component's state."""

    def program() -> Any:
        return dict(plugin.construct("shop", f"railbed:index:{component}", inputs).state)

    return record(program)


def test_every_argument_of_the_web_part_arrives(plugin: ComponentProvider) -> None:
    deployed = call(
        plugin,
        "RailsWeb",
        image=IMAGE,
        replicas=3.0,
        port=8080.0,
        server="unicorn",
        exposure="node_port",
        nodePort=30080.0,
        drainSeconds=20.0,
        healthPath="/healthz",
        env={"SOME_NAME": "kept as it is"},
        secrets={"DATABASE_URL": "postgresql://app:hunter2-pass@db/app"},
        pullSecrets=["registry"],
        resources={"cpu": "500m", "memoryLimit": "2Gi"},
    )
    web = deployed.the("Deployment")
    assert web.spec["replicas"] == 3
    assert web.container["args"][:5] == ["bundle", "exec", "unicorn", "--port", "8080"], "8080.0 is no port"
    assert web.container["resources"]["requests"]["cpu"] == "500m"
    assert web.container["resources"]["limits"]["memory"] == "2Gi"
    assert web.pod["imagePullSecrets"] == [{"name": "registry"}]
    assert deployed.the("Service").at("spec.ports.0.nodePort") == 30080
    assert deployed.the("ConfigMap").inputs["data"]["SOME_NAME"] == "kept as it is"
    assert deployed.the("Secret").visible["stringData"] == HIDDEN
    assert deployed.result == {
        "url": "http://localhost:30080",
        "address": "",
        "serviceName": "shop",
        "deploymentName": "shop",
        "image": IMAGE,
    }


@pytest.mark.parametrize("component", [name for name in COMPONENTS if name not in ("KubernetesApp", "RegistryCredentials")])
def test_the_least_arguments_are_enough(plugin: ComponentProvider, component: str) -> None:
    inputs = {camel(name): value for name, value in COMPONENTS[component].items()}
    assert call(plugin, component, **inputs).resources[0].type == f"railbed:index:{component}"


def test_a_whole_application_is_described_in_the_words_of_its_settings(plugin: ComponentProvider) -> None:
    app = {
        "name": "shop",
        "image": {"ref": IMAGE},
        "web": {"replicas": 3.0, "drain_seconds": 20.0},
        "workers": {"default": {"queues": ["critical,2"], "concurrency": 10.0}},
    }
    deployed = call(plugin, "KubernetesApp", app=app, secrets={"TOKEN": "hunter2-pass"}, web={"exposure": "load_balancer"})
    assert deployed.the("Deployment", "shop-web").spec["replicas"] == 3
    assert deployed.the("Deployment", "shop-default").container["args"][-1] == "critical,2"
    assert "10" in deployed.the("Deployment", "shop-default").container["args"]
    assert deployed.result["url"] == "http://192.0.2.7"
