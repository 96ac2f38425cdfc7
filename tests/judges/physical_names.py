"""The names that Pulumi and its providers make, where a program gives none or only the beginning of one."""

from dataclasses import replace

from tests.judges.registered import Registered

PULUMIS = "-1a2b3c4"
"""What Pulumi adds to a resource's name: a dash and seven hexadecimal digits.

https://github.com/pulumi/pulumi-aws/blob/master/provider/autonaming.go
"""

OF_PREFIX = "20260131083000123400000001"
"""What the provider adds to a prefix: the time, and a counter, 26 digits together.

https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/id/id.go
"""

NAMED_LATER = {"ssm/Parameter": "name"}
"""Inputs with which the engine tests' stand-in for the provider names no resource, and the provider does."""


def from_prefix(prefix: str) -> str:
    """The name of a resource that is given the beginning of one."""
    return f"{prefix}{OF_PREFIX}"


def with_physical_name(resource: Registered) -> Registered:
    """A resource with the name that the provider gives it."""
    field = NAMED_LATER.get(resource.kind)
    if field is None or field in resource.inputs:
        return resource
    return replace(resource, inputs={**resource.inputs, field: f"{resource.name}{PULUMIS}"})
