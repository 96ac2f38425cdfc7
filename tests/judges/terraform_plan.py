"""Terraform's plan of the same resources: the form in which judges of Terraform read what Pulumi registered.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.judges.registered import Registered
from tests.judges.terraform_names import MAPS, TYPES, terraform_name


def terraform_plan(resources: Sequence[Registered]) -> dict[str, Any]:
    """The plan that would make these resources of AWS and DigitalOcean anew."""
    clouds = [each for each in resources if not each.type.startswith("kubernetes:")]
    addresses = {each.urn: address(each) for each in clouds}
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [{**_head(each), "values": values(each.inputs)} for each in clouds]}},
        "resource_changes": [{**_head(each), "change": _change(each)} for each in clouds],
        "configuration": {
            "root_module": {"resources": [{**_head(each), "expressions": _expressions(each, addresses)} for each in clouds]}
        },
    }


def address(resource: Registered) -> str:
    """Where Terraform would have a resource. Raises `KeyError` for a type without a name there: add it to TYPES."""
    return f"{TYPES[resource.kind]}.{label(resource.name)}"


def label(name: str) -> str:
    """The last part of an address; dots divide its parts."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def values(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as Terraform has them."""
    return {terraform_name(name): _value(name, value) for name, value in inputs.items()}


def _head(resource: Registered) -> dict[str, Any]:
    cloud = resource.type.partition(":")[0]
    provider = {"aws": "hashicorp/aws", "digitalocean": "digitalocean/digitalocean"}[cloud]
    return {
        "address": address(resource),
        "mode": "managed",
        "type": TYPES[resource.kind],
        "name": label(resource.name),
        "provider_name": f"registry.terraform.io/{provider}",
    }


def _change(resource: Registered) -> dict[str, Any]:
    return {"actions": ["create"], "before": None, "after": values(resource.inputs), "after_unknown": {}}


def _expressions(resource: Registered, addresses: Mapping[str, str]) -> dict[str, Any]:
    """What each field refers to: judges follow this from one resource to another."""
    found: dict[str, Any] = {}
    for name, urns in resource.needs.items():
        references = [each for urn in urns if urn in addresses for each in (f"{addresses[urn]}.id", addresses[urn])]
        if references:
            found[terraform_name(name)] = {"references": references}
    return found


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return value if name in MAPS else [values(value)]
    if isinstance(value, list):
        return [values(each) if isinstance(each, dict) else each for each in value]
    return value
