"""Calls that a migration makes of its database, read from its Ruby without running it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import tree_sitter_ruby
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_ruby.language()))

_WORDS = ("string", "simple_symbol", "delimited_symbol", "bare_symbol", "bare_string", "hash_key_symbol")
_LISTS = ("array", "symbol_array", "string_array")
_BLOCKS = ("block", "do_block")
_BATCHES = ("in_batches", "find_in_batches", "find_each", "each_batch")
_TABLE_BLOCKS = ("create_table", "create_join_table", "change_table")


@dataclass(frozen=True)
class Call:
    """A call of a method, with what it is given as far as it can be read."""

    method: str
    arguments: tuple[str, ...] = ()
    """Symbols and strings without their marks; everything else as it is written."""
    options: Mapping[str, str] = field(default_factory=dict)
    line: int = 1
    receiver: str = ""
    """What it is called on, such as User. Empty for the migration itself."""
    table: str = ""
    """The table of the block it belongs to: `t.index` in `change_table :orders do |t|`."""
    opened_by: str = ""
    """What opened that block: create_table or change_table."""
    assured: bool = False
    """Whether it is in a block of `safety_assured`: somebody has looked at it."""
    batched: bool = False
    """Whether it is done for a batch of rows at a time."""

    def option(self, name: str) -> str:
        """An option as it is written; empty if it is not given."""
        return self.options.get(name, "")


@dataclass(frozen=True)
class Migration:
    """What a migration does on the way up."""

    calls: tuple[Call, ...]
    transactional: bool
    """Whether it runs in one transaction, which keeps its locks to the end."""
    complete: bool
    """Whether all of it could be parsed."""


@dataclass(frozen=True)
class _Block:
    """The blocks around a call."""

    table: str = ""
    opened_by: str = ""
    parameter: str = ""
    """How the block names the table: the t of `|t|`."""
    assured: bool = False
    batched: bool = False


def parse_migration(source: str) -> Migration:
    """Read a migration of Active Record."""
    root = _PARSER.parse(source.encode()).root_node
    calls = tuple(_calls(root, _Block()))
    return Migration(
        calls=calls,
        transactional=all(call.method != "disable_ddl_transaction!" for call in calls),
        complete=not root.has_error,
    )


def _calls(node: Node, block: _Block) -> Iterator[Call]:
    if node.type in ("method", "singleton_method") and _text(node.child_by_field_name("name")) == "down":
        return
    inside = block
    if node.type == "call":
        call = _call(node, block)
        if call.method == "down":  # of `reversible`
            return
        yield call
        if call.method == "revert":
            return
        inside = _inside(call, node, block)
    elif node.type == "identifier" and node.parent is not None and node.parent.type in ("body_statement", "block_body", "then"):
        yield Call(_text(node), line=node.start_point.row + 1, assured=block.assured)
    for child in node.named_children:
        yield from _calls(child, inside if child.type in _BLOCKS else block)


def _inside(call: Call, node: Node, block: _Block) -> _Block:
    if call.method == "safety_assured":
        return replace(block, assured=True)
    if call.method in _BATCHES:
        return replace(block, batched=True)
    if call.method in _TABLE_BLOCKS:
        parameters = (found := node.child_by_field_name("block")) and found.child_by_field_name("parameters")
        name = _text(parameters.named_children[0]) if parameters and parameters.named_children else ""
        return replace(block, table=next(iter(call.arguments), ""), opened_by=call.method, parameter=name)
    return block


def _call(node: Node, block: _Block) -> Call:
    receiver, method = (_text(node.child_by_field_name(name)) for name in ("receiver", "method"))
    given = node.child_by_field_name("arguments")
    arguments, options = list[str](), dict[str, str]()
    for child in given.named_children if given is not None else []:
        if child.type in ("pair", "hash"):
            pairs = [child] if child.type == "pair" else [each for each in child.named_children if each.type == "pair"]
            options |= {_value(each.child_by_field_name("key")): _value(each.child_by_field_name("value")) for each in pairs}
        elif child.type in _LISTS:
            arguments.extend(_value(each) for each in child.named_children)
        elif child.type != "block_argument":
            arguments.append(_value(child))
    line = node.start_point.row + 1
    if receiver and receiver == block.parameter:
        return Call(method, tuple(arguments), options, line, "", block.table, block.opened_by, block.assured)
    return Call(method, tuple(arguments), options, line, receiver, assured=block.assured, batched=block.batched)


def _value(node: Node | None) -> str:
    """A string or symbol without its marks, the text of a heredoc, anything else as it is written."""
    text = _text(node)
    if node is None:
        return text
    if node.type == "heredoc_beginning":
        return _heredoc(node)
    return text.strip(":").strip("\"'") if node.type in _WORDS else text


def _heredoc(beginning: Node) -> str:
    """The body of a heredoc: the first that follows its beginning."""
    above: Node | None = beginning
    while above is not None:
        following = above.next_named_sibling
        while following is not None:
            if following.type == "heredoc_body":
                return _text(following)
            following = following.next_named_sibling
        above = above.parent
    return ""


def _text(node: Node | None) -> str:
    return (node.text or b"").decode() if node is not None else ""
