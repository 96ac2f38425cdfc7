"""YAML files of Rails applications: with ERB in them, symbols as keys, and the line of everything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from railbed_stacks.application_files.place import Place, UnreadableFile, text_of
from railbed_stacks.application_files.ruby import Expression, read_expression

_ERB = re.compile(r"<%(=|%|#|-)?(.*?)-?%>", re.DOTALL)
_STAND_IN = re.compile(r"__erb(\d+)__")
_DEEPEST = 20
"""Merges of merges; nobody writes more, and a mapping may merge itself."""


@dataclass(frozen=True)
class YamlFile:
    """A file, and the expressions of ERB that stand-ins take the place of."""

    path: str
    expressions: tuple[Expression, ...]


@dataclass(frozen=True)
class Entry:
    """A value in a YAML file."""

    file: YamlFile
    node: yaml.Node
    line: int

    @property
    def place(self) -> Place:
        """Where it is; for the value of a mapping the line of its key."""
        return Place(self.file.path, self.line)

    @property
    def text(self) -> str | None:
        """A scalar as text; None for what only Ruby could tell, and for a mapping or a list."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag == "tag:yaml.org,2002:null":
            return None
        value: str = self.node.value
        for stand_in in _STAND_IN.finditer(value):
            default = self.file.expressions[int(stand_in[1])].default
            if default is None:
                return None
            value = value.replace(stand_in[0], default)
        return value.removeprefix(":") if re.fullmatch(r":\w+", value) else value

    @property
    def number(self) -> int | None:
        """A whole number."""
        text = (self.text or "").strip()
        return int(text) if text.isdecimal() and len(text) < 10 else None

    @property
    def is_true(self) -> bool:
        """Whether it is `true`."""
        return (self.text or "").strip().lower() in ("true", "yes", "on")

    @property
    def variables(self) -> tuple[str, ...]:
        """Environment variables that its ERB reads."""
        value = self.node.value if isinstance(self.node, yaml.ScalarNode) else ""
        return tuple(name for found in _STAND_IN.finditer(value) for name in self.file.expressions[int(found[1])].variables)

    @property
    def mapping(self) -> dict[str, "Entry"]:
        """The values of a mapping by their keys, merged ones included; empty for anything else. The last of two keys wins."""
        return self._mapping(0)

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def sequence(self) -> list["Entry"]:
        """The items of a list; empty for anything else."""
        nodes = self.node.value if isinstance(self.node, yaml.SequenceNode) else []
        return [self._inner(node, node) for node in nodes]

    def at(self, *keys: str) -> "Entry | None":
        """The value under keys, one inside the other."""
        found: Entry | None = self
        for key in keys:
            found = found.mapping.get(key) if found is not None else None
        return found

    def _mapping(self, depth: int) -> dict[str, "Entry"]:
        if not isinstance(self.node, yaml.MappingNode) or depth > _DEEPEST:
            return {}
        merged: dict[str, Entry] = {}
        own: dict[str, Entry] = {}
        for key, value in self.node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                parents = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for parent in parents:
                    merged = {**self._inner(parent, parent)._mapping(depth + 1), **merged}
            elif isinstance(key, yaml.ScalarNode):
                own[key.value.removeprefix(":")] = self._inner(value, key)
        return merged | own

    def _inner(self, node: yaml.Node, begins: yaml.Node) -> "Entry":
        return Entry(self.file, node, begins.start_mark.line + 1)


def read_yaml(folder: Path, path: str) -> Entry | None:
    """Read a file; None where there is none, or nothing in it.

    Raises `UnreadableFile`.
    """
    text = text_of(folder, path)
    if text is None:
        return None
    plain, expressions = _without_erb(text)
    try:
        node = next(yaml.compose_all(plain, Loader=yaml.SafeLoader), None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "no YAML"
        raise UnreadableFile(Place(path, mark.line + 1 if mark else None), f"is no YAML without its ERB ({reason})") from None
    return Entry(YamlFile(path, expressions), node, node.start_mark.line + 1) if node is not None else None


def _without_erb(text: str) -> tuple[str, tuple[Expression, ...]]:
    """The text with a word in place of each expression of ERB, and nothing in place of its other tags; lines stay in place."""
    expressions: list[Expression] = []

    def replaced(tag: re.Match[str]) -> str:
        lines = "\n" * tag[0].count("\n")
        if tag[1] != "=":
            return lines
        expressions.append(read_expression(tag[2]))
        return f"__erb{len(expressions) - 1}__{lines}"

    return _ERB.sub(replaced, text), tuple(expressions)


def values_of(entry: Entry | None) -> Mapping[str, Entry]:
    """The values of a mapping that may be missing."""
    return entry.mapping if entry is not None else {}
