"""Rules that tie the fields of a model together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

RuleT = TypeVar("RuleT", bound=Callable[..., None])

Kinds: TypeAlias = Sequence[type[BaseModel]]

WHOLE_SENTENCE = "whole_sentence"
"""Type of a pydantic error of a value, whose message says all there is to say, without the value."""

BROKEN_RULE = "broken_rule"
"""Type of a pydantic error of a rule, whose message says all there is to say."""


class ProblemsError(ValueError):
    """Several problems at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def rule(method: RuleT) -> RuleT:
    """Mark a method of a model as a rule: it raises `ValueError` where the values of several fields do not fit together.

    Every rule is checked, also where another is broken or a field that it does not read is wrong: the user reads all at once.
    """
    vars(method)["is_rule"] = True
    return method


def last_rule(method: RuleT) -> RuleT:
    """Mark a method of a model as a rule that is checked where no other is broken: its problems would follow from theirs."""
    vars(method)["is_last"] = True
    return rule(method)


def broken_rules(model: BaseModel, beyond: Kinds = (), *, is_partial: bool = False) -> list[str]:
    """The problems of all rules that a model breaks.

    `beyond` are classes whose rules have been checked already. Of a model that is partial, rules on fields that it lacks are
    left out, and the last ones.
    """
    rules = list(_rules(type(model), beyond))
    first, last = ([check for check in rules if getattr(check, "is_last", False) is is_last] for is_last in (False, True))
    problems = [problem for check in first for problem in _problems(check, model)]
    if not problems and not is_partial:
        problems = [problem for check in last for problem in _problems(check, model)]
    return list(dict.fromkeys(problems))


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


def _rules(model: type[BaseModel], beyond: Kinds) -> Iterator[Callable[[BaseModel], None]]:
    """The rules of a model, those of its base classes first; one of the same name takes the other's place."""
    names = dict.fromkeys(
        name
        for kind in reversed(model.__mro__)
        for name, value in vars(kind).items()
        # An attribute of pydantic's own may build the model when it is touched.
        if not name.startswith("__") and getattr(value, "is_rule", False)
    )
    rules = {name: getattr(model, name) for name in names}
    return (check for name, check in rules.items() if not any(check is getattr(kind, name, None) for kind in beyond))


def _problems(check: Callable[[BaseModel], None], model: BaseModel) -> list[str]:
    try:
        check(model)
    except ProblemsError as error:
        return error.problems
    except ValueError as error:
        return [str(error)]
    except AttributeError as error:
        if not (isinstance(error.obj, BaseModel) and error.name in type(error.obj).model_fields):
            raise
        return []  # it reads a field that is wrong by itself
    return []


def _again(detail: ErrorDetails) -> InitErrorDetails:
    """A problem as pydantic takes it to raise it once more."""
    kind = detail["type"]
    told = _sentence(kind, detail["msg"]) if kind in (WHOLE_SENTENCE, BROKEN_RULE) else kind
    return {"type": told, "loc": detail["loc"], "input": detail["input"], "ctx": detail.get("ctx", {})}


def whole_sentence(text: str) -> PydanticCustomError:
    """A problem of a value that is told as it is, without the value."""
    return _sentence(WHOLE_SENTENCE, text)


def refuse_entries(problems: Mapping[str, str]) -> None:
    """Raise `pydantic.ValidationError` with the problem of each entry of a mapping, by its key, if there are any."""
    details = [InitErrorDetails(type=whole_sentence(told), loc=(key,), input=None) for key, told in problems.items()]
    if details:
        raise ValidationError.from_exception_data("entries", details)


def _sentence(kind: str, text: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{sentence}", {"sentence": text})
