"""The components as a plugin for programs in other languages: what their generated SDKs will offer."""

import importlib.util
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from railbed.plugin import Components
from tests.unit.samples import COMPONENTS

PLUGIN = Path(__file__).parents[2] / "components"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """What the plugin says of itself."""
    read: dict[str, Any] = json.loads(Components().schema or "")
    return read


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def test_the_package_says_what_it_is(schema: dict[str, Any]) -> None:
    assert schema["version"] == version("railbed"), "nobody could tell which plugin is installed"
    assert schema["namespace"] == "railbed", "its SDKs would be published as Pulumi's own"


def descriptions(schema: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Everything that the schema names, and what it says of it."""
    for kind in ("resources", "types"):
        for token, declared in schema[kind].items():
            yield token, declared.get("description")
            for place in ("inputProperties", "properties"):
                for name, each in declared.get(place, {}).items():
                    yield f"{token}.{name}", each.get("description")
            for each in declared.get("enum", []):
                yield f"{token}.{each['name']}", each.get("description")


def test_everything_has_a_description(schema: dict[str, Any]) -> None:
    assert [name for name, said in descriptions(schema) if not said] == [], "editors of other languages would show nothing"


def test_no_input_is_of_any_type(schema: dict[str, Any]) -> None:
    anything = {"pulumi.json#/Any"}
    found = [
        f"{token}.{name}"
        for token, declared in schema["resources"].items()
        for name, each in declared["inputProperties"].items()
        if each.get("$ref") in anything
    ]
    assert found == [], "a misspelt key would be found only by the plugin"


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


def without_descriptions(declared: Any) -> Any:
    if not isinstance(declared, dict):
        return declared
    return {key: without_descriptions(value) for key, value in declared.items() if key != "description"}


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
    assert without_descriptions(found) == offered, (
        "without plain an SDK lets its user pass outputs where none can be used, and the other way round"
    )


def test_no_type_is_empty(schema: dict[str, Any]) -> None:
    assert {f"railbed:index:{name}" for name in ("ResourcesArgs", "Server", "Exposure", "NodePoolArgs")} <= set(schema["types"])
    for name, declared in schema["types"].items():
        assert declared.get("properties") or declared.get("enum"), f"{name} would be an object without fields"
