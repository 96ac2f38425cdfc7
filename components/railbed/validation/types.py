"""Types of arguments that many models share: strings that may be outputs, images, names."""

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import pulumi
from pydantic import AfterValidator, PlainValidator, ValidationInfo, WithJsonSchema

from railbed.image.reference import check_reference

LARGEST_EXACT = 2**53
"""Beyond it numbers of JSON and of other languages are rounded."""


FROM_FILE = {"from": "file"}
"""Context of the check of values out of a file: a float there was written as one."""


def _text(value: Any, information: ValidationInfo) -> Any:
    if isinstance(value, pulumi.Output | Awaitable):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _text_of_number(value, information.context == FROM_FILE)
    if isinstance(value, str):
        return value
    raise ValueError("specify a string, a number, true or false, or a Pulumi output of a string")


def _text_of_number(value: float, from_file: bool) -> str:
    if (from_file or isinstance(value, float)) and not abs(value) <= LARGEST_EXACT:
        raise ValueError(f"a number beyond {LARGEST_EXACT} may have been rounded on its way here: put it in quotes")
    if isinstance(value, int):
        return str(value)
    if from_file:
        raise ValueError("a number with a fraction may not be as it was written, as 3.10 becomes 3.1: put it in quotes")
    # Numbers of other languages arrive as floats; 3.0 was written 3.
    return str(int(value)) if value.is_integer() else str(value)


def matching(pattern: str, allowed: str) -> AfterValidator:
    """A validator for strings that match the whole of a regular expression; `allowed` tells the user what does."""

    def match(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(allowed)
        return value

    return AfterValidator(match)


def _image(value: str) -> str:
    check_reference(value)
    return value


def _image_or_output(value: Any, information: ValidationInfo) -> Any:
    text = _text(value, information)
    return _image(text) if isinstance(text, str) else text


if TYPE_CHECKING:
    InputText: TypeAlias = pulumi.Input[str]
    InputImage: TypeAlias = pulumi.Input[str]
else:  # pydantic cannot resolve the forward reference inside pulumi.Input
    InputText = Annotated[Any, PlainValidator(_text), WithJsonSchema({"type": "string"})]
    """A string or an output of one; plain numbers and booleans become the string that YAML shows."""
    InputImage = Annotated[Any, PlainValidator(_image_or_output), WithJsonSchema({"type": "string"})]
    """A container image reference, pinned by tag or digest, or an output of one."""

EnvironmentName: TypeAlias = Annotated[
    str, matching(r"[A-Za-z_][A-Za-z0-9_]*", "use letters, digits and underscores, not a digit first")
]
"""The name of an environment variable."""

Image: TypeAlias = Annotated[str, AfterValidator(_image)]
"""A container image reference, pinned by tag or digest."""
