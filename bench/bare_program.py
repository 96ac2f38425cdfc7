"""A Pulumi program without railbed that registers the same resources: the least that a preview of them can cost.

It is written from a state: one constructor of an SDK for each resource, as a person would who knows every value. What comes
from another resource comes from it here too, so that a first preview does not know it either.
"""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.judges.registered import SECRET

_START = '''"""What the stack registers, without railbed."""

import pulumi
{imports}

made = {{}}


def known_with(value, *urns):
    """The value, known as soon as these resources are."""
    return pulumi.Output.all(*[made[urn].id for urn in urns]).apply(lambda _: value)


'''


def bare_program(exported: str) -> str:
    """The program that registers what is in a state, exported with its secrets."""
    resources = [each for each in json.loads(exported)["deployment"]["resources"] if _is_made(each)]
    classes = {each["urn"]: _class_of(each["type"]) for each in resources}
    imports = "\n".join(sorted({f"import {path.rpartition('.')[0]}" for path in classes.values()}))
    # Parts of a component have its name, and here no component keeps them apart.
    statements = [_statement(f"{position}-{_name(each)}", each, classes) for position, each in enumerate(resources)]
    return _START.format(imports=imports) + "\n".join(statements)


def _is_made(resource: dict[str, Any]) -> bool:
    """Whether the program constructs it: no component, stack or reference to one, and no provider that the engine makes."""
    kind = resource["type"]
    its_provider = kind.startswith("pulumi:providers:") and _name(resource).startswith("default")
    return bool(resource.get("custom")) and not kind.startswith("pulumi:pulumi:") and not its_provider


def _name(resource: dict[str, Any]) -> str:
    name: str = resource["urn"].rsplit("::", 1)[-1]
    return name


def _class_of(token: str) -> str:
    """Path of an SDK's class by a resource's token."""
    if token.startswith("pulumi:providers:"):
        return f"pulumi_{token.rpartition(':')[2]}.Provider"
    package = f"pulumi_{token.partition(':')[0]}"
    found = importlib.util.find_spec(package)
    assert found is not None, package
    assert found.origin is not None, package
    # Each SDK lists its classes where it registers them; importing all of them would take a minute.
    listed = re.search(rf'"fqn": "([^"]+)",\s+"classes": {{[^}}]*"{re.escape(token)}": "(\w+)"', Path(found.origin).read_text())
    assert listed is not None, token
    return f"{listed[1]}.{listed[2]}"


def _statement(name: str, resource: dict[str, Any], classes: dict[str, str]) -> str:
    urn = resource["urn"]
    sources = {key: [each for each in found if each in classes] for key, found in _sources(resource).items()}
    arguments = [repr(name)]
    for key, value in resource.get("inputs", {}).items():
        of_engine = key.startswith("__") or (key == "version" and resource["type"].startswith("pulumi:providers:"))
        if not of_engine:
            arguments.append(f"{_snake(key)}={_given(value, sources.get(key, []))}")
    return f"made[{urn!r}] = {classes[urn]}({', '.join([*arguments, *_options(resource, sources, classes)])})"


def _sources(resource: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = resource.get("propertyDependencies", {})
    return found


def _options(resource: dict[str, Any], sources: dict[str, list[str]], classes: dict[str, str]) -> Iterator[str]:
    """The resource's options, where it has any: its provider, and what it waits for beyond its inputs."""
    provider = resource.get("provider", "").rpartition("::")[0]
    awaited = {urn for each in sources.values() for urn in each}
    waits = {urn for urn in resource.get("dependencies", []) if urn in classes} - awaited
    options = [f"provider=made[{provider!r}]"] if provider in classes else []
    if waits:
        options.append(f"depends_on=[{', '.join(f'made[{urn!r}]' for urn in sorted(waits))}]")
    if options:
        yield f"opts=pulumi.ResourceOptions({', '.join(options)})"


def _given(value: Any, sources: list[str]) -> str:
    """An expression for a value; what comes from other resources is not known before they are made."""
    revealed, secret = _revealed(value)
    text = f"known_with({revealed!r}, {', '.join(map(repr, sources))})" if sources else repr(revealed)
    return f"pulumi.Output.secret({text})" if secret else text


def _revealed(value: Any) -> tuple[Any, bool]:
    """A value without the marks of its secrets, and whether there were any."""
    if isinstance(value, dict) and value.get(SECRET):
        return json.loads(value["plaintext"]), True
    if isinstance(value, dict):
        entries = {key: _revealed(each) for key, each in value.items()}
        return {key: each for key, (each, _) in entries.items()}, any(secret for _, secret in entries.values())
    if isinstance(value, list):
        items = [_revealed(each) for each in value]
        return [each for each, _ in items], any(secret for _, secret in items)
    return value, False


def _snake(name: str) -> str:
    """The SDK's name of an input."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])|(?<=[A-Z])([A-Z])(?=[a-z])", lambda found: "_" + found[0], name).lower()
