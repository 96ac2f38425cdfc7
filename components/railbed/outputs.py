"""Outputs whose value is there before it may be used."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

import pulumi

T = TypeVar("T")


def known_after(value: pulumi.Output[T], *made: pulumi.Resource) -> pulumi.Output[T]:
    """`value` for use only once these resources are made; a preview knows it as soon as it did before."""
    waiting: Sequence[Any] = [value, *(resource.urn for resource in made)]
    return pulumi.Output.all(*waiting).apply(lambda values: cast("T", values[0]))
