"""Sections of the settings that are handed to components."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator


def _without_nulls(given: Any) -> Any:
    # A key without a value is not given; in overrides a null has a meaning.
    if not isinstance(given, Mapping):
        return given
    return {key: value for key, value in given.items() if value is not None}


Section: TypeAlias = Annotated[dict[str, Any], BeforeValidator(_without_nulls)]
"""Arguments of a component, which checks them."""
