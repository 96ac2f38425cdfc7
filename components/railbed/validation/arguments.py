"""The base of every model of arguments."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Self, TypeVar, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError

from railbed.validation.partial import partial_model
from railbed.validation.rules import Kinds, ProblemsError, broken_rules, with_broken_rules

ModelT = TypeVar("ModelT", bound=BaseModel)


class Arguments(BaseModel):
    """Base of every model of arguments or settings: unknown keys are refused, values cannot change after the check."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        # Most programs use the models of one target only.
        defer_build=True,
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

    @model_validator(mode="wrap")
    @classmethod
    def _rules_are_kept(cls, given: Any, check_fields: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(given, cls):
            return given
        try:
            model = check_fields(given)
        except ValidationError as error:
            if not isinstance(given, Mapping):
                raise
            problems = broken_rules(partial_model(cls, given, error.errors(include_url=False)), is_partial=True)
            raise with_broken_rules(cls, given, problems, error) from None
        if problems := broken_rules(model):
            raise with_broken_rules(cls, given, problems)
        return model


class Options(Arguments):
    """Options of a component; the component's model adds its placement: the network, who connects, and the like."""

    def placed(self, model: type[ModelT], **placement: Any) -> ModelT:
        """The arguments of a component: these options, which have been checked, with what is known only later.

        Raises as `assembled` does.
        """
        given = {field: getattr(self, field) for field in self.model_fields_set} | placement
        # What has been read for the options once, such as the content of a folder, is not read again.
        cached = {name: value for name, value in vars(self).items() if name not in type(self).model_fields}
        return assembled(model, given, beyond=[type(self)], cached=cached)


def assembled(
    model: type[ModelT], values: Mapping[str, Any], beyond: Kinds = (), cached: Mapping[str, Any] | None = None
) -> ModelT:
    """A model of values that have been checked already; only its rules are, apart from those of the classes `beyond`.

    `cached` are values of its cached properties.

    Raises `ProblemsError` where they are broken, and `TypeError` for values that the model does not take or lacks.
    """
    if unknown := set(values) - set(model.model_fields):
        raise TypeError(f"{model.__name__} takes no {', '.join(sorted(unknown))}")
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    if missing := required - set(values):
        raise TypeError(f"{model.__name__} requires {', '.join(sorted(missing))}")
    made = model.model_construct(**values)
    vars(made).update(cached or {})
    if problems := broken_rules(made, beyond):
        raise ProblemsError(problems)
    return made


class Placed:
    """Marks a model that adds fields to options: whoever gives one of them as an option reads that the stack sets it."""


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
