"""What Pulumi registered, as a configuration of Terraform: names and shapes of fields as the provider's schema has them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.judges.physical_names import PULUMIS
from tests.judges.registered import Registered
from tests.judges.terraform_names import TYPES, terraform_name
from tests.judges.terraform_plan import label

RENAMED = {
    "aws_cloudwatch_metric_alarm": {"name": "alarm_name"},
}
"""Fields that pulumi-aws has renamed. https://github.com/pulumi/pulumi-aws/blob/master/provider/resources.go"""


class UnknownFieldError(Exception):
    """A field that the provider's schema does not have."""


def configuration(resources: Sequence[Registered], schemas: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The resources of AWS by type and name. Raises `UnknownFieldError`."""
    found: dict[str, dict[str, Any]] = {}
    for each in resources:
        if each.type.startswith("aws:"):
            kind = TYPES[each.kind]
            found.setdefault(kind, {})[label(each.name)] = _resource(each, kind, schemas[kind]["block"])
    return found


def _resource(resource: Registered, kind: str, block: Mapping[str, Any]) -> dict[str, Any]:
    renamed = RENAMED.get(kind, {})
    inputs = {renamed.get(name, name): value for name, value in resource.inputs.items()}
    values = _block(inputs, block, kind)
    for name in ("name", *renamed.values()):  # the bridge names what has to have a name
        if block["attributes"].get(name, {}).get("required") and name not in values:
            values[name] = f"{resource.name}{PULUMIS}"
    return values


def _block(inputs: Mapping[str, Any], block: Mapping[str, Any], place: str) -> dict[str, Any]:
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    values: dict[str, Any] = {}
    for field, value in inputs.items():
        name = _name(field, {*attributes, *blocks}, place)
        inside = f"{place}.{name}"
        if name in blocks:
            values[name] = [_block(each, blocks[name]["block"], inside) for each in _listed(value)]
        elif nested := attributes[name].get("nested_type"):
            objects = [_block(each, nested, inside) for each in _listed(value)]
            values[name] = objects[0] if nested["nesting_mode"] == "single" else objects
        else:
            values[name] = _attribute(value, attributes[name]["type"], inside)
    return values


def _attribute(value: Any, kind: Any, place: str) -> Any:
    if isinstance(kind, str):
        # What looks like a template is none.
        return value.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else value
    match kind:
        case ["list" | "set", of]:
            return [_attribute(each, of, place) for each in _listed(value)]
        case ["object", fields]:
            return _of_object(value, fields, place)
        case ["map", of]:
            return {key: _attribute(each, of, place) for key, each in value.items()}
    raise UnknownFieldError(f"{place} is {kind}")


def _of_object(value: Mapping[str, Any], fields: Mapping[str, Any], place: str) -> dict[str, Any]:
    names = {_name(field, fields, place): each for field, each in value.items()}
    # All attributes of such an object have to be there.
    return {name: _attribute(names[name], kind, place) if name in names else None for name, kind in fields.items()}


def _listed(value: Any) -> list[Any]:
    """A list: where there can be one element only, Pulumi has the element."""
    return value if isinstance(value, list) else [value]


def _name(field: str, known: Mapping[str, Any] | set[str], place: str) -> str:
    """The schema's name of a field: Pulumi has lists in the plural."""
    names = list(_singulars(terraform_name(field) if field not in known else field))
    if found := next((name for name in names if name in known), None):
        return found
    raise UnknownFieldError(f"{place} has no {field}")


def _singulars(name: str) -> Iterator[str]:
    yield name
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if name.endswith(ending):
            yield name.removesuffix(ending) + instead
