"""Writes railbed/args.py, the arguments of every component as TypedDicts, from the models that check them.

Pulumi's analyzer and editors need the arguments as source; written by hand, they would say everything twice.
"""

import inspect
import itertools
import pkgutil
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from railbed.validation.docstrings import field_docstring

FILE = Path(__file__).parent / "railbed" / "args.py"
WIDTH = 128
HEADER = '''"""Arguments of every component. Generated from the models that check them: run `make generate`, do not edit."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypeAlias, TypedDict

import pulumi

'''


def generate() -> str:
    """The text of args.py as the models are now."""
    models = dict(_models())
    nested = dict.fromkeys(inner for model in models.values() for inner in _nested(model))
    classes = {args_name(model): model for model in nested} | models
    kinds = {kind.__name__: kind for model in classes.values() for kind in _kinds_of(model)}
    enums = sorted((name, kind) for name, kind in kinds.items() if issubclass(kind, Enum))
    exported = "".join(f'    "{name}",\n' for name in sorted(classes))
    body = [f"__all__ = [\n{exported}]\n", _aliases(enums), *(_typed_dict(name, model) for name, model in classes.items())]
    return _formatted(HEADER + "\n\n".join(body))


def args_name(model: type[BaseModel]) -> str:
    """Name of the TypedDict of a model."""
    return f"{model.__name__.removesuffix('Model')}Args"


def _models() -> Iterator[tuple[str, type[BaseModel]]]:
    """The name of each component's arguments, and the model that checks them."""
    sys.modules["railbed.args"] = _AnyArgs("railbed.args")  # the file itself may be missing, or be of another day
    railbed = import_module("railbed")
    modules = [import_module(found.name) for found in pkgutil.walk_packages(railbed.__path__, "railbed.")]
    models = {name: value for module in modules for name, value in vars(module).items()}
    for component in railbed.COMPONENTS:
        yield f"{component}Args", models[f"{component}Model"]


class _AnyArgs(ModuleType):
    """Stands in for args.py while the models are read."""

    __all__: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        if name.endswith("Args"):
            return dict
        raise AttributeError(name)


def _hints(model: type[BaseModel]) -> dict[str, Any]:
    """Annotations of a model's fields, in order: what its base classes declare comes first."""
    hints = get_type_hints(model, include_extras=True)
    return {field: hints[field] for field in model.model_fields}


def _nested(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Models that a model's fields hold, each after those that it holds itself."""
    for kind in _kinds_of(model):
        if issubclass(kind, BaseModel):
            yield from _nested(kind)
            yield kind


def _kinds_of(model: type[BaseModel]) -> Iterator[type]:
    """All classes in the annotations of a model."""
    return itertools.chain.from_iterable(map(_kinds, _hints(model).values()))


def _kinds(annotation: Any) -> Iterator[type]:
    """All classes in an annotation."""
    if inspect.isclass(annotation) and not get_args(annotation):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _kinds(get_args(annotation)[0])
    else:
        yield from itertools.chain.from_iterable(map(_kinds, get_args(annotation)))


def _aliases(enums: Iterable[tuple[str, type[Enum]]]) -> str:
    """What type checkers take for an enum, its members and their values; the analyzer of Pulumi reads the enum alone."""
    names, checked = [], []
    for name, enum in enums:
        values = ", ".join(f'"{member.value}"' for member in enum)
        checked.append(f"    {name}: TypeAlias = enums.{name} | Literal[{values}]")
        names.append(name)
    running = f"    from railbed.enums import {', '.join(names)}"
    return "\n".join(["if TYPE_CHECKING:", "    from railbed import enums", "", *checked, "else:", running, ""])


def _typed_dict(name: str, model: type[BaseModel]) -> str:
    lines = [f"class {name}(TypedDict):", f'    """{_summary(name, model)}"""', ""]
    for field, annotation in _hints(model).items():
        information = model.model_fields[field]
        docstring = field_docstring(model, field)
        if not docstring:
            raise SystemExit(f"{model.__name__}.{field} has no docstring")
        kind = _annotation(annotation)
        lines.append(f"    {field}: {kind if information.is_required() else f'NotRequired[{kind}]'}")
        lines += _docstring(docstring)
    return "\n".join(lines) + "\n"


def _summary(name: str, model: type[BaseModel]) -> str:
    if model.__name__.endswith("Model"):
        return f"Arguments of {name.removesuffix('Args')}."
    return inspect.cleandoc(model.__doc__ or "").splitlines()[0]


def _docstring(text: str) -> list[str]:
    words = " ".join(text.split())
    return textwrap.wrap(f'"""{words}"""', WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def _annotation(annotation: Any) -> str:
    """The type that a user sees: what is checked beyond it stays in the model."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if inner[0] is Any:  # (pydantic reads it by a function of ours, as pulumi.Input is more than it understands)
            return "pulumi.Input[str]"
        return _annotation(inner[0])
    if origin in (Union, UnionType):
        (kind,) = (each for each in inner if each is not NoneType)
        return _annotation(kind)
    if origin is dict:
        return f"Mapping[str, {_annotation(inner[1])}]"
    if origin is list:
        # A string is a sequence of strings too: only lists of outputs are taken as any sequence.
        kind = _annotation(inner[0])
        return f"{'Sequence' if 'pulumi.' in kind else 'list'}[{kind}]"
    if annotation is Any:
        return "Any"
    if issubclass(annotation, BaseModel):
        return args_name(annotation)
    return str(annotation.__name__)


def _formatted(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(FILE), "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Write the file, or with --check say whether it is as the models are."""
    text = generate()
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text)
    elif not FILE.exists() or FILE.read_text() != text:
        raise SystemExit("components/railbed/args.py is not as the models are: run `make generate`")


if __name__ == "__main__":
    main()
