"""What is wrong with arguments, as sentences for the user."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from railbed.validation.arguments import Options, Placed
from railbed.validation.docstrings import field_docstring
from railbed.validation.rules import BROKEN_RULE, WHOLE_SENTENCE, is_broken_rule

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


def problems_of(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Each problem of a pydantic error as one sentence for the user."""
    for detail in error.errors(include_url=False):
        path = ".".join(_shown_name(part) for part in detail["loc"] if not _is_marker(part))
        sentence = _sentence(detail, model)
        if not path:
            yield sentence
        else:
            yield of_part(path, sentence) if is_broken_rule(detail) else f"{path}: {sentence}"


def of_part(part: str, problem: str) -> str:
    """A problem as it is told of a whole, of which `part` is the path."""
    names_field = re.match(r"[\w./\[\]-]+: ", problem)
    return f"{part}.{problem}" if names_field else f"{part}: {problem}"


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
            return f"is required. {about}".rstrip()
        case "extra_forbidden" if owner and _is_placement(owner, str(detail["loc"][-1])):
            return "is set by the stack: remove it."
        case "extra_forbidden":
            known = sorted(owner.model_fields) if owner else []
            close = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
            meant = f" Did you mean '{close[0]}'?" if close else ""
            return f"is not known here.{meant} Known are: {', '.join(known)}."
        case kind if kind in (WHOLE_SENTENCE, BROKEN_RULE):
            return detail["msg"]
        case "value_error" if isinstance(detail["input"], Mapping) and detail["input"]:
            return str(detail["ctx"]["error"])
        case "value_error":
            return f"{_found(detail)}; {detail['ctx']['error']}"
    if detail["input"] is None:
        return f"has no value: specify {_allowed(detail)}, or remove it. {about}".rstrip()
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


def _is_placement(owner: type[BaseModel], field: str) -> bool:
    """Whether a field that options do not have is one that a stack adds to them."""
    options = [base for base in owner.__mro__ if issubclass(base, Options) and base is not Options]
    options = [base for base in options if not issubclass(base, Placed)]
    placed = [kind for base in options for kind in base.__subclasses__() if issubclass(kind, Placed)]
    return any(field in kind.model_fields for kind in placed)


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
    docstring = field_docstring(owner, field) if owner and field in owner.model_fields else None
    return re.split(r"(?<=[.])\s", " ".join((docstring or "").split()), maxsplit=1)[0]
