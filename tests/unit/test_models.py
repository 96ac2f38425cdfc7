"""What the models of arguments say of themselves: docstrings and defaults, names and exports."""

import ast
import inspect
import itertools
import pkgutil
import re
import subprocess
import sys
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import railbed
from railbed.validation.docstrings import field_docstring
from tests.unit.samples import COMPONENTS

LIBRARY = Path(railbed.__file__).parent


def arguments_of(component: str) -> Any:
    return getattr(railbed, f"{component}Args")


MODULES = [import_module(found.name) for found in pkgutil.walk_packages(railbed.__path__, "railbed.")]


def model_of(component: str) -> type[BaseModel]:
    """The model that checks a component's arguments."""
    found: set[type[BaseModel]] = {
        value for module in MODULES for name, value in vars(module).items() if name == f"{component}Model"
    }
    (model,) = found
    return model


def documented(owner: type) -> dict[str, str]:
    """Docstrings of the fields of a class and of the classes that it is written from (a TypedDict does not know them)."""
    (definition,) = ast.parse(inspect.getsource(owner)).body
    assert isinstance(definition, ast.ClassDef)
    found: dict[str, str] = {}
    for base in definition.bases:
        inherited = vars(sys.modules[owner.__module__]).get(base.id) if isinstance(base, ast.Name) else None
        if inspect.isclass(inherited) and inherited.__module__.startswith("railbed"):
            found |= documented(inherited)
    for field, after in itertools.pairwise(definition.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            assert isinstance(after.value, ast.Constant)
            found[field.target.id] = " ".join(str(after.value.value).split())
    return found


def test_the_arguments_are_generated_from_the_models_as_they_are() -> None:
    command = [sys.executable, str(LIBRARY.parent / "generate_args.py"), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_output_is_documented(component: str) -> None:
    outputs = getattr(railbed, component).__annotations__
    assert set(outputs) - {"OVERRIDABLE"} == set(documented(getattr(railbed, component))) & set(outputs)


def models() -> list[type[BaseModel]]:
    """All models of arguments, those inside others too."""

    def below(model: type[BaseModel]) -> list[type[BaseModel]]:
        inner = [part for field in model.model_fields.values() for part in parts(field.annotation)]
        return [model, *(each for part in inner for each in below(part))]

    def parts(annotation: Any) -> list[type[BaseModel]]:
        if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
            return [annotation]
        return [part for argument in getattr(annotation, "__args__", ()) for part in parts(argument)]

    return list(dict.fromkeys(each for component in COMPONENTS for each in below(model_of(component))))


@pytest.mark.parametrize("model", models())
def test_every_argument_is_documented(model: type[BaseModel]) -> None:
    for field in model.model_fields:
        assert field_docstring(model, field), f"{model.__name__}.{field} has no docstring"


def written(default: object) -> set[str]:
    """How a docstring may write a default."""
    if isinstance(default, Enum):
        default = default.value
    if isinstance(default, bool):
        return {str(default).lower()}
    if isinstance(default, list):
        return {" ".join(default), ", ".join(default)}
    return {str(default), f'"{default}"'}


def told_default(documentation: str) -> str | None:
    """The value behind "Default" where a value is written there; "Default: ..." describes instead."""
    match = re.search(r"Default (\"[^\"]+\"|\S+?(?: \S+?)??)(?=[.,;:(]( |$)| \(|$)", documentation)
    return match[1].rstrip(".") if match else None


@pytest.mark.parametrize("model", models())
def test_documented_defaults_are_the_real_ones(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        told = told_default(field_docstring(model, name) or "")
        if told is not None:
            assert told in written(field.default), f"{model.__name__}.{name}: documented {told}, really {field.default!r}"


def test_the_reader_of_defaults_reads_them() -> None:
    assert told_default("Pods. Default 2.") == "2"
    assert told_default("Exit code. Default bin/rails db:prepare: creates.") == "bin/rails db:prepare"
    assert told_default('CPU. Default "250m".') == '"250m"'
    assert told_default("Path. Default /up (Rails 7.1 and later).") == "/up"
    assert told_default("Names. Default: none.") is None


def test_every_public_name_can_be_imported() -> None:
    assert set(railbed.__all__) == set(dir(railbed))
    for name in railbed.__all__:
        assert getattr(railbed, name).__name__ == name
    assert set(railbed.COMPONENTS) == set(COMPONENTS)
    with pytest.raises(AttributeError, match="module 'railbed' has no attribute 'RailsWebb'"):
        _ = railbed.RailsWebb
    for component in COMPONENTS:
        assert {component, f"{component}Args"} <= set(railbed.__all__)


@pytest.mark.parametrize("name", ["__all__", "App", "InvalidArguments"])
def test_importing_railbed_does_not_import_the_sdk_of_a_cloud(name: str) -> None:
    sdks = "{'pulumi_kubernetes', 'pulumi_aws', 'pulumi_digitalocean'}"
    program = f"import railbed, sys; railbed.{name}; print({sdks} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "set()\n", "every program would wait a second for a cloud that it does not use"


def test_a_component_of_one_cloud_imports_no_other_clouds_sdk() -> None:
    program = "import railbed, sys; railbed.DigitalOceanCache, railbed.EksOrDoksCluster; print('pulumi_aws' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "False\n", "a program on DigitalOcean would load all of AWS' SDK"


def test_the_library_is_typed_and_brings_its_ruby_file() -> None:
    assert (LIBRARY / "py.typed").exists()
    assert (LIBRARY / "ruby" / "sidekiq_heartbeat.rb").exists()
