"""The docstrings of fields, read from the source by those who show them.

pydantic can keep them (`use_attribute_docstrings`), but parses the source of every model at import for that: a tenth of what a
program with railbed takes to start, for texts that only errors and generated files show.
"""

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


def field_docstring(model: type[BaseModel], field: str) -> str | None:
    """The string below a field in the class that declares it, or in the nearest of its bases that has one."""
    return next((docstrings[field] for kind in model.__mro__ if field in (docstrings := _docstrings(kind))), None)


@cache
def _docstrings(kind: type) -> dict[str, str]:
    """The docstrings of the fields that a class itself declares, by field; none where the source is not to be had."""
    if not issubclass(kind, BaseModel) or kind is BaseModel:
        return {}
    try:
        source = textwrap.dedent(inspect.getsource(kind))
    except (OSError, TypeError):
        return {}
    declaration = ast.parse(source).body[0]
    assert isinstance(declaration, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(declaration.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
