"""The schemas of DigitalOcean's API description, in the form in which values are held against AWS' shapes.

https://github.com/digitalocean/openapi
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.rails_stack import PROJECT

VARIABLE = "RAILBED_DIGITALOCEAN_OPENAPI"
DESCRIPTION = PROJECT.parent / "shared/data/digitalocean-openapi.json"
"""The description, dereferenced into one file, beside the repository; VARIABLE names another place."""

Schema = Mapping[str, Any]

KINDS = {"object": "structure", "array": "list", "integer": "integer", "number": "double", "boolean": "boolean"}
FORMATS = {
    "uuid": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)",
    "cidr": r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}",
}
LIMITS = {
    "minimum": "min",
    "maximum": "max",
    "minLength": "min",
    "maxLength": "max",
    "minItems": "min",
    "maxItems": "max",
    "pattern": "pattern",
    "enum": "enum",
}


class SchemaShape:
    """A schema as a shape: whatever `allOf` joins is one, members that only answers hold are left out."""

    def __init__(self, schema: Schema) -> None:
        self._schemas = list(_parts(schema))

    @cached_property
    def type_name(self) -> str:
        """What kind of value it is, in the words of botocore."""
        of_any = any("additionalProperties" in each and "properties" not in each for each in self._schemas)
        found = next((each["type"] for each in self._schemas if "type" in each), "object")
        free = found == "object" and not self._properties
        return "map" if of_any or free else KINDS.get(found, "string")

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """Limits, patterns and enumerations."""
        found = {LIMITS[key]: value for each in self._schemas for key, value in each.items() if key in LIMITS}
        formats = [FORMATS[each["format"]] for each in self._schemas if each.get("format") in FORMATS]
        return {"pattern": formats[0], **found} if formats else found

    @cached_property
    def members(self) -> dict[str, "SchemaShape"]:
        """What an object holds in a request."""
        return {name: SchemaShape(schema) for name, schema in self._properties.items() if not _is_read_only(schema)}

    @cached_property
    def required_members(self) -> list[str]:
        """What it has to hold."""
        return [name for each in self._schemas for name in each.get("required", []) if name in self.members]

    @cached_property
    def member(self) -> "SchemaShape":
        """An entry of a list."""
        return SchemaShape(next(each["items"] for each in self._schemas if "items" in each))

    @property
    def key(self) -> "SchemaShape":
        """A key of a map, of which the description says nothing."""
        return SchemaShape({"type": "string"})

    value = key

    @cached_property
    def _properties(self) -> dict[str, Schema]:
        return {name: schema for each in self._schemas for name, schema in each.get("properties", {}).items()}


@cache
def shape_of(_: str, operation: str) -> SchemaShape:
    """What an operation is called with: "POST /v2/vpcs", its body and parameters together.

    Where a body is one of several, a schema is named behind: "POST /v2/certificates certificate_request_custom".
    """
    method, path, *chosen = operation.split()
    described = description()["paths"][path][method.lower()]
    parameters = [_resolved(each) for each in described.get("parameters", [])]
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    of_parameters = {
        "type": "object",
        "properties": {each["name"]: each["schema"] for each in parameters},
        "required": [each["name"] for each in parameters if each.get("required")],
    }
    bodies = [description()["components"]["schemas"][name] for name in chosen] or [body]
    return SchemaShape({"allOf": [*bodies, of_parameters]})


@cache
def description() -> Any:
    file = Path(os.environ.get(VARIABLE, DESCRIPTION))
    if not file.exists():
        pytest.skip(f"DigitalOcean's API description is not there: {VARIABLE} names the file")
    return json.loads(file.read_text())


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        found = description()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _parts(schema: Schema) -> Iterator[Schema]:
    """The schema and all that it is joined of."""
    schema = _resolved(schema)
    yield schema
    for part in schema.get("allOf", []):
        yield from _parts(part)


def _is_read_only(schema: Schema) -> bool:
    return any(each.get("readOnly") for each in _parts(schema))
