"""Reading arguments: one model per component, and one error that lists everything wrong with them."""

import difflib
import re
from collections.abc import Awaitable, Iterator, Mapping
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar, Union, get_args, get_origin

import pulumi
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticKnownError

from railbed.image_reference import check_reference

ModelT = TypeVar("ModelT", bound=BaseModel)

WHOLE_SENTENCE = "whole_sentence"
"""Type of a pydantic error whose message says all there is to say, without the value."""

_NAMES_OF_SECRETS = re.compile(
    "secret|hidden|pass|pwd|token|key|credential|kubeconfig|dsn|private|salt|database_url|redis_url", re.IGNORECASE
)
_MAPPINGS_WITH_SECRETS = ("env", "secrets", "build_args")
_LOOKS_SECRET = re.compile(
    # A URL or image with a password, whatever that holds; an assignment, an option or a header; tokens by their beginnings.
    r"://.*@|\w:[^\s/@]+@(?!sha256:)|(pass\w*|pwd|secret|token|key|credentials?)[\"']?\s*[=:]\s*\S|--?(pass\w*|token)\s+\S"
    r"|\b(bearer|basic)\s+\S|-----BEGIN|\b(AKIA|ASIA|ghp_|gho_|github_pat_|glpat-|xox[abp]-|[sr]k_live_|dop_v1_|eyJ)\w",
    re.IGNORECASE | re.DOTALL,
)
_HIDDEN = "a value (not shown, it may be secret)"


class Arguments(BaseModel):
    """Base of every model of arguments or settings: unknown keys are refused, values cannot change after the check."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _none_is_not_given(cls, given: Any) -> Any:
        # That is how Pulumi passes optional arguments of other languages, and YAML a key without a value.
        if not isinstance(given, Mapping):
            return given
        return {key: value for key, value in given.items() if value is not None or key not in cls.model_fields}

    @field_validator("*", mode="before")
    @classmethod
    def _number_is_no_switch(cls, given: Any, information: ValidationInfo) -> Any:
        # pydantic would read true as 1.
        if isinstance(given, bool) and _takes_number(cls.model_fields[information.field_name or ""].annotation):
            raise PydanticKnownError("int_type")
        return given


def _takes_number(annotation: Any) -> bool:
    kinds = set(_kinds(annotation))
    return bool(kinds & {int, float}) and bool not in kinds


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types of an annotation; those inside a list or mapping are not its own."""
    if get_origin(annotation) is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        yield from (kind for inner in get_args(annotation) for kind in _kinds(inner))
    else:
        yield annotation


class InvalidArguments(pulumi.RunError):
    """Arguments that cannot be used, each with its name, the value found, what is allowed and how to mend it.

    Raised before the first resource is registered. Pulumi prints the text of a `RunError` without a traceback.
    """

    def __init__(self, subject: str, problems: list[str]) -> None:
        self.subject, self.problems = subject, problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        listed = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{subject}: {count}, nothing has been changed.\n{listed}")


def checked(model: type[ModelT], arguments: Mapping[str, Any] | ModelT, subject: str) -> ModelT:
    """Return `arguments` as `model`, or raise `InvalidArguments` with every problem found. A model is returned as it is.

    `None` stands for "not given", in mappings within mappings too.
    """
    if isinstance(arguments, model):
        return arguments
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        raise InvalidArguments(subject, list(problems_of(error, model))) from None


class Checks:
    """Checks of the parts of a whole, whose problems are told together."""

    def __init__(self, subject: str) -> None:
        self._subject, self._problems = subject, list[str]()

    def checked(self, part: str, model: type[BaseModel], arguments: Mapping[str, Any]) -> Any:
        """Return the arguments of a part as `model`; where they are wrong, keep its problems and return None."""
        try:
            return checked(model, arguments, part)
        except InvalidArguments as error:
            self._problems += [f"{part}: {problem}" for problem in error.problems]
            return None

    def refuse(self) -> None:
        """Raise `InvalidArguments` if anything was wrong."""
        if self._problems:
            raise InvalidArguments(self._subject, list(dict.fromkeys(self._problems)))


def problems_of(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Each problem of a pydantic error as one sentence for the user."""
    for detail in error.errors(include_url=False):
        path = ".".join(_shown_name(part) for part in detail["loc"] if not _is_marker(part))
        yield f"{path}: {_sentence(detail, model)}" if path else _sentence(detail, model)


def _is_marker(part: int | str) -> bool:
    # pydantic adds "[key]" behind the name of a mapping's key that is itself wrong.
    return part == "[key]"


def _shown_name(part: int | str) -> str:
    # Whoever takes a list of NAME=value for a mapping has the values in its keys.
    return "(not shown)" if _LOOKS_SECRET.search(str(part)) else str(part)


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    owner, field = _owner(model, detail["loc"])
    about = _about(owner, field)
    match detail["type"]:
        case "missing":
            return f"is required and was not given. {about}".rstrip()
        case "extra_forbidden":
            known = sorted(owner.model_fields) if owner else []
            close = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
            meant = f" Did you mean '{close[0]}'?" if close else ""
            return f"is not known here.{meant} Known are: {', '.join(known)}."
        case kind if kind == WHOLE_SENTENCE:
            return detail["msg"]
        case "value_error" if isinstance(detail["input"], Mapping) and detail["input"]:
            return str(detail["ctx"]["error"])
        case "value_error":
            return f"{_found(detail)}; {detail['ctx']['error']}"
    if detail["input"] is None:
        return f"has no value: give {_allowed(detail)}, or remove it. {about}".rstrip()
    quoted = " Put it in quotes." if detail["type"] == "string_type" and isinstance(detail["input"], int | float) else ""
    return f"{_found(detail)}; it should be {_allowed(detail)}.{quoted} {about}".rstrip()


def _allowed(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "int_type" | "int_parsing" | "int_from_float":
            return "a whole number"
        case "bool_type" | "bool_parsing":
            return "true or false"
        case "string_type":
            return "a string"
        case "list_type":
            return "a list"
        case "dict_type" | "model_type":
            return "a mapping"
        case "too_short":
            return f"a list of at least {context['min_length']}"
        case "too_long":
            kind = "mapping" if isinstance(detail["input"], Mapping) else "list"
            return f"a {kind} of at most {context['max_length']}"
        case "greater_than_equal":
            return f"at least {context['ge']}"
        case "less_than_equal":
            return f"at most {context['le']}"
    return detail["msg"].removeprefix("Input should be ").removeprefix("Value should be ")


def _found(detail: ErrorDetails) -> str:
    value = detail["input"]
    if value is None:
        return "has no value"
    if isinstance(value, pulumi.Output):
        return "found a Pulumi output"
    if isinstance(value, Mapping):
        return "found a mapping" if value else "found an empty mapping"
    text = repr(value)
    if _LOOKS_SECRET.search(text) or (not _is_marker(detail["loc"][-1]) and _may_be_secret(value, detail["loc"])):
        return f"found {_HIDDEN}"
    return f"found {text if len(text) <= 80 else text[:77] + '...'}"


def _may_be_secret(value: object, location: tuple[int | str, ...]) -> bool:
    """Whether a value may be secret because of where it was found."""
    if value is None or isinstance(value, bool):
        return False
    parts = [str(part) for part in location]
    if isinstance(value, int | float) and "secrets" not in parts and not _NAMES_OF_SECRETS.search(".".join(parts)):
        return False  # such as a version, which only its quotes make a string
    return any(part in _MAPPINGS_WITH_SECRETS for part in parts[-2:]) or _NAMES_OF_SECRETS.search(".".join(parts)) is not None


def _owner(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[type[BaseModel] | None, str]:
    """The model that holds the last field of a location, and that field's name."""
    owner: type[BaseModel] | None = model
    field = ""
    for position, part in enumerate(location):
        if owner is None or part not in owner.model_fields:
            break
        field = str(part)
        inner = next(_models_in(owner.model_fields[field].annotation), None)
        if inner is None or position == len(location) - 1:
            break
        remaining = location[position + 1 :]
        skipped = 0 if remaining[0] in inner.model_fields or len(remaining) == 1 else 1
        return _owner(inner, remaining[skipped:])
    return owner, field


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


def _about(owner: type[BaseModel] | None, field: str) -> str:
    """The first sentence of a field's docstring."""
    description = owner.model_fields[field].description if owner and field in owner.model_fields else None
    return re.split(r"(?<=[.])\s", " ".join((description or "").split()), maxsplit=1)[0]


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
    raise ValueError("give a string, a number, true or false, or a Pulumi output of a string")


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
