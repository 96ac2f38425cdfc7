"""Names and labels of what railbed makes on a Docker host."""

from typing import Any

import pulumi

from railbed.kubernetes.api.ownership import Owner

INSTANCE, COMPONENT = "railbed/instance", "railbed/component"

Labels = dict[str, str]


def host_name(name: str) -> str:
    """The name on the host of an object that stays: several stacks can have the same application on one machine."""
    return f"{name}-{pulumi.get_stack()}"


def labels_of(instance: str, component: str) -> Labels:
    """The mark of this stack, and which part of the application an object is of."""
    return {**Owner.of_program().labels, INSTANCE: instance, COMPONENT: component}


def as_arguments(labels: Labels) -> list[Any]:
    """Labels as the provider takes them."""
    return [{"label": label, "value": value} for label, value in labels.items()]
