"""The components as a plugin for programs in other languages: what their generated SDKs will offer."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pulumi
import pulumi.provider.experimental as experimental
import pytest
from pulumi.provider.experimental.analyzer import Analyzer
from pulumi.provider.experimental.schema import generate_schema

from tests.unit.samples import COMPONENTS

PLUGIN = Path(__file__).parents[2] / "components"

Hosted = list[type[pulumi.ComponentResource]]


def hosted(monkeypatch: pytest.MonkeyPatch) -> Hosted:
    """The components that the plugin's own program hosts."""
    given: dict[str, Any] = {}
    monkeypatch.setattr(experimental, "component_provider_host", lambda **arguments: given.update(arguments))
    specification = importlib.util.spec_from_file_location("__main__", PLUGIN / "__main__.py")
    assert specification is not None
    assert specification.loader is not None
    specification.loader.exec_module(importlib.util.module_from_spec(specification))
    assert given["name"] == "railbed", "every token starts with it"
    components: Hosted = given["components"]
    return components


@pytest.fixture
def schema(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found = Analyzer("railbed").analyze(hosted(monkeypatch))
    package = generate_schema(
        "railbed", "0.0.0", None, found["component_definitions"], found["type_definitions"], list(found["dependencies"])
    )
    read: dict[str, Any] = json.loads(json.dumps(package.to_json()))
    return read


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def test_every_component_is_offered(schema: dict[str, Any]) -> None:
    assert set(schema["resources"]) == {f"railbed:index:{component}" for component in COMPONENTS}


@pytest.mark.parametrize(
    ("component", "required"),
    [
        ("RailsWeb", {"image"}),
        ("SidekiqWorkers", {"image"}),
        ("MigrationJob", {"image"}),
        ("CronTask", {"image", "schedule", "command"}),
        ("Console", {"image"}),
        ("Postgresql", set()),
        ("Redis", set()),
        ("RegistryCredentials", {"server", "username", "password"}),
        ("KubernetesApp", {"app"}),
    ],
)
def test_only_what_has_no_default_is_required(schema: dict[str, Any], component: str, required: set[str]) -> None:
    assert set(schema["resources"][f"railbed:index:{component}"].get("requiredInputs", [])) == required


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_argument_and_output_is_offered(schema: dict[str, Any], component: str) -> None:
    railbed: ModuleType = importlib.import_module("railbed")
    arguments = getattr(railbed, f"{component}Args")
    offered = schema["resources"][f"railbed:index:{component}"]
    assert set(offered["inputProperties"]) == {
        camel(name) for name in arguments.__required_keys__ | arguments.__optional_keys__
    }
    assert set(offered["properties"]) == {camel(name) for name in getattr(railbed, component).__annotations__}


@pytest.mark.parametrize(
    ("argument", "offered"),
    [
        ("image", {"type": "string"}),
        ("secrets", {"type": "object", "additionalProperties": {"type": "string"}, "plain": True}),
        ("pullSecrets", {"type": "array", "items": {"type": "string"}, "plain": True}),
        ("replicas", {"type": "integer", "plain": True}),
        ("resources", {"$ref": "#/types/railbed:index:ResourcesArgs", "plain": True}),
        ("server", {"$ref": "#/types/railbed:index:Server", "plain": True}),
        ("exposure", {"$ref": "#/types/railbed:index:Exposure", "plain": True}),
    ],
)
def test_arguments_have_the_types_that_are_meant(schema: dict[str, Any], argument: str, offered: dict[str, Any]) -> None:
    found = schema["resources"]["railbed:index:RailsWeb"]["inputProperties"][argument]
    assert {key: value for key, value in found.items() if key != "description"} == offered, (
        "without plain an SDK lets its user pass outputs where none can be used, and the other way round"
    )


def test_no_type_is_empty(schema: dict[str, Any]) -> None:
    assert {f"railbed:index:{name}" for name in ("ResourcesArgs", "Server", "Exposure", "NodePoolArgs")} <= set(schema["types"])
    for name, declared in schema["types"].items():
        assert declared.get("properties") or declared.get("enum"), f"{name} would be an object without fields"
