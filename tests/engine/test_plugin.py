"""The components as a plugin: their schema, and a program that uses them as another language would."""

import json
import subprocess
from typing import Any

import pytest

import railbed
from tests.cluster.rails_stack import PROJECT
from tests.engine.recorded_stack import RecordedStack

COMPONENTS = set(railbed.COMPONENTS)
CONSUMER = """
import pulumi

class RailsWeb(pulumi.ComponentResource):
    url: pulumi.Output[str]
    image: pulumi.Output[str]

    def __init__(self, name, args):
        super().__init__("railbed:index:RailsWeb", name, {"url": None, "image": None, **args}, remote=True)

class MigrationJob(pulumi.ComponentResource):
    image: pulumi.Output[str]

    def __init__(self, name, args):
        super().__init__("railbed:index:MigrationJob", name, {"image": None, **args}, remote=True)

# As other languages pass them: numbers as floats, names in camel case, what is not given as null.
runtime = {"secrets": {"DATABASE_URL": pulumi.Output.secret("postgresql://shop:secret-of-shop@db.example.com/shop")}}
migration = MigrationJob("shop-migrate", {**runtime, "image": "registry.example.com/shop:1", "deadlineSeconds": 600.0})
web = RailsWeb(
    "shop-web",
    {
        **runtime,
        "image": migration.image,
        "replicas": 3.0,
        "drainSeconds": 20.0,
        "hosts": ["shop.example.com"],
        "healthPath": None,
        "resources": {"memoryLimit": "2Gi"},
    },
)
pulumi.export("url", web.url)
pulumi.export("image", web.image)
"""


@pytest.fixture(scope="module")
def schema(empty_stack: RecordedStack) -> dict[str, Any]:
    said = subprocess.run(
        ["pulumi", "package", "get-schema", str(PROJECT / "components")],
        cwd=empty_stack.folder, env=empty_stack.variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, f"other languages cannot use the components:\n{said.stderr}"
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_every_component_is_in_the_schema(schema: dict[str, Any]) -> None:
    assert set(schema["resources"]) == {f"railbed:index:{name}" for name in COMPONENTS}


def test_every_argument_is_documented_in_the_schema(schema: dict[str, Any]) -> None:
    silent = [
        f"{token}.{name}"
        for token, resource in {**schema["resources"], **schema.get("types", {})}.items()
        for name, described in {**resource.get("inputProperties", {}), **resource.get("properties", {})}.items()
        if not described.get("description")
    ]
    assert silent == [], "these arguments are documented in Python only"


def test_only_what_has_no_default_is_required(schema: dict[str, Any]) -> None:
    required = {token.split(":")[-1]: set(each.get("requiredInputs", [])) for token, each in schema["resources"].items()}
    assert required["RailsWeb"] == {"image"}
    assert required["MigrationJob"] == {"image"}
    assert required["CronTask"] == {"image", "schedule", "command"}
    assert required["KubernetesApp"] == {"app"}
    assert required["Postgresql"] == set()


def test_a_program_in_another_language_gets_the_same_objects(recorded_stack: RecordedStack) -> None:
    recorded_stack.program(CONSUMER)
    recorded_stack.plugin("railbed", PROJECT / "components")
    run = recorded_stack.deploy()
    inputs = {f"{each.kind} {each.name}": each.inputs for each in recorded_stack.record.done}
    assert inputs["Deployment shop-web"]["spec"]["replicas"] == 3
    pod = inputs["Deployment shop-web"]["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == 55
    assert pod["containers"][0]["resources"]["limits"]["memory"] == "2Gi"
    assert inputs["Job shop-migrate"]["spec"]["activeDeadlineSeconds"] == 600
    order = recorded_stack.record.order
    assert order.index("begun create Deployment shop-web") > order.index("done create Job shop-migrate")
    assert recorded_stack.outputs()["image"] == "registry.example.com/shop:1"
    assert "secret-of-shop" not in run.text + recorded_stack.event_log + recorded_stack.state()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            {"replicas": 0.0, "healthPath": "up"},
            ["replicas", "found 0.0; it should be at least 1.", "healthPath", "start it with a slash"],
        ),
        ({"replica": 3.0}, ["replica", "is not known here. Known are: annotations, autoscaled,"]),
        ({"resources": {"memoryLimits": "2Gi"}}, ["resources.memoryLimits", "Known are: cpu, cpuLimit, memory, memoryLimit."]),
        ({"resources": "2Gi"}, ["resources", "should be a mapping."]),
    ],
)
def test_wrong_arguments_from_another_language_are_told_by_their_names_there(
    recorded_stack: RecordedStack, arguments: dict[str, Any], told: list[str]
) -> None:
    recorded_stack.program(f"{CONSUMER}\nRailsWeb('other', {{'image': 'registry.example.com/shop:1', **{arguments}}})\n")
    recorded_stack.plugin("railbed", PROJECT / "components")
    run = recorded_stack.up()
    assert run.code != 0
    text = " ".join(run.text.split())
    assert [each for each in told if each not in text] == [], run.text
    assert "Unexpected <class" not in text
    assert "health_path" not in text
    assert "create Deployment other" not in recorded_stack.record.names()
