"""What is right of a model, some of whose values are wrong: enough to check the rules that do not read those."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic_core import ErrorDetails

from railbed.validation.rules import is_broken_rule

ModelT = TypeVar("ModelT", bound=BaseModel)


def partial_model(model: type[ModelT], given: Mapping[str, Any], wrong: Sequence[ErrorDetails]) -> ModelT:
    """A model with the values that are right; reading another one raises `AttributeError`."""
    given = {field: value for field, value in given.items() if value is not None}
    partial = model.model_construct(_fields_set={field for field in given if field in model.model_fields})
    for field, information in model.model_fields.items():
        of_field = _under(field, wrong)
        if field not in given and not of_field:
            continue  # its default
        vars(partial).pop(field, None)
        for value in _right(information.rebuild_annotation(), given.get(field), of_field):
            vars(partial)[field] = value
    return partial


def _right(kind: Any, given: Any, wrong: Sequence[ErrorDetails]) -> Iterator[Any]:
    """The value of a field, or what is right of a model in it; nothing where that would mislead."""
    if not wrong:
        yield TypeAdapter(kind).validate_python(given)
    elif isinstance(given, Mapping) and all(detail["loc"] or is_broken_rule(detail) for detail in wrong):
        inner = next(_inner_kinds(kind), None)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield partial_model(inner, given, wrong)
        elif get_origin(inner) is dict:
            values = {key: list(_right(get_args(inner)[1], value, _under(key, wrong))) for key, value in given.items()}
            if all(values.values()) and not any(detail["loc"][1:2] == ("[key]",) for detail in wrong):
                yield {key: value for key, (value,) in values.items()}


def _under(name: str, wrong: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The problems of a field, with locations as seen from its value."""
    return [ErrorDetails(**{**detail, "loc": detail["loc"][1:]}) for detail in wrong if detail["loc"][:1] == (name,)]


def _inner_kinds(kind: Any) -> Iterator[Any]:
    """The model or mapping that a field holds, apart from what surrounds its type."""
    if get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel)):
        yield kind
    elif get_origin(kind) is Annotated:
        yield from _inner_kinds(get_args(kind)[0])
    else:
        for each in get_args(kind):
            yield from _inner_kinds(each)
