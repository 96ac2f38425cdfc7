"""Rules that tie the fields of a model together."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, PydanticKnownError

RuleT = TypeVar("RuleT", bound=Callable[..., None])

WHOLE_SENTENCE = "whole_sentence"
"""Type of a pydantic error of a value, whose message says all there is to say, without the value."""

BROKEN_RULE = "broken_rule"
"""Type of a pydantic error of a rule, whose message says all there is to say."""


def rule(method: RuleT) -> RuleT:
    """Mark a method of a model as a rule: it raises `ValueError` where the values of several fields do not fit together.

    Every rule is checked, also where another is broken or a field that it does not read is wrong: the user reads all at once.
    """
    vars(method)["is_rule"] = True
    return method


def broken_rules(model: BaseModel) -> list[str]:
    """The problem of each rule that a model breaks; rules on fields that it lacks are left out."""
    return [problem for check in _rules(type(model)) if (problem := _problem(check, model))]


def with_broken_rules(
    model: type[BaseModel], given: Any, problems: list[str], error: ValidationError | None = None
) -> ValidationError:
    """An error of a model that tells broken rules, after the wrong fields of another error."""
    fields = [_again(detail) for detail in error.errors(include_url=False)] if error else []
    rules: list[InitErrorDetails] = [
        {"type": _sentence(BROKEN_RULE, problem), "loc": (), "input": given} for problem in problems
    ]
    return ValidationError.from_exception_data(model.__name__, [*fields, *rules])


def is_broken_rule(detail: ErrorDetails) -> bool:
    """Whether a problem is that of a rule: all fields of the model are right by themselves."""
    return detail["type"] == BROKEN_RULE


def _rules(model: type[BaseModel]) -> Iterator[Callable[[BaseModel], None]]:
    """The rules of a model, those of its base classes first; one of the same name takes the other's place."""
    names = dict.fromkeys(
        name for kind in reversed(model.__mro__) for name, value in vars(kind).items() if getattr(value, "is_rule", False)
    )
    return (getattr(model, name) for name in names)


def _problem(check: Callable[[BaseModel], None], model: BaseModel) -> str | None:
    try:
        check(model)
    except ValueError as error:
        return str(error)
    except AttributeError as error:
        if not (isinstance(error.obj, BaseModel) and error.name in type(error.obj).model_fields):
            raise
        return None  # it reads a field that is wrong by itself
    return None


def _again(detail: ErrorDetails) -> InitErrorDetails:
    """A problem as pydantic takes it to raise it once more."""
    context = detail.get("ctx", {})
    again: InitErrorDetails = {"type": detail["type"], "loc": detail["loc"], "input": detail["input"], "ctx": context}
    try:
        PydanticKnownError(detail["type"], context)  # type: ignore[arg-type]  # (a string here, whichever it is)
    except KeyError:  # one of our own
        again["type"] = _sentence(detail["type"], detail["msg"])
    return again


def _sentence(kind: str, text: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{sentence}", {"sentence": text})
