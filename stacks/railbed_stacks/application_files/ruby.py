"""What can be known of a Ruby expression without Ruby: the variables that it reads, and the value without them."""

import re
from dataclasses import dataclass

_VARIABLE = re.compile(r"""\bENV\s*(?:\.fetch\s*\(?|\[)\s*["'](\w+)["']""")
_LITERAL_LAST = re.compile(r"""(?:"([^"]*)"|'([^']*)'|(?<![\w.])(\d+))[\s})]*(?:\.to_\w+[\s})]*)*$""")


@dataclass(frozen=True)
class Expression:
    """An expression of Ruby."""

    variables: tuple[str, ...]
    """Environment variables that it reads."""
    default: str | None
    """Its value where none of them is set, if it is written there."""


def read_expression(text: str) -> Expression:
    """Read an expression, such as `ENV.fetch("PORT") { 3000 }`."""
    variables = tuple(dict.fromkeys(_VARIABLE.findall(text)))
    literal = _LITERAL_LAST.search(text.strip())
    default = next((group for group in literal.groups() if group is not None), None) if literal else None
    return Expression(variables, None if default in variables else default)


def without_comment(line: str) -> str:
    """A line of Ruby without its comment. A # in a string stays."""
    kept = re.match(r"""(?:[^"'#]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*""", line)
    return (kept[0] if kept else line).rstrip()
