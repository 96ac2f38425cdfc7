"""Changes of a schema in one form: those of a `change_table` block as the statements that they stand for.

https://api.rubyonrails.org/classes/ActiveRecord/ConnectionAdapters/Table.html
"""

from collections.abc import Iterator
from dataclasses import replace

from railbed_stacks.commands.preview.migrations.ruby import Call, Migration

_STATEMENTS = {
    "change": "change_column",
    "change_null": "change_column_null",
    "check_constraint": "add_check_constraint",
    "column": "add_column",
    "exclusion_constraint": "add_exclusion_constraint",
    "foreign_key": "add_foreign_key",
    "index": "add_index",
    "references": "add_reference",
    "belongs_to": "add_reference",
    "remove": "remove_columns",
    "remove_belongs_to": "remove_reference",
    "remove_references": "remove_reference",
    "remove_timestamps": "remove_timestamps",
    "rename": "rename_column",
    "timestamps": "add_timestamps",
    "unique_constraint": "add_unique_constraint",
}
_OTHERS = ("change_default", "column_exists?", "index_exists?", "remove_check_constraint", "remove_foreign_key", "remove_index")
"""Methods of a table that stay what they are."""
_ALIASES = {"add_belongs_to": "add_reference", "remove_belongs_to": "remove_reference"}


def operations_of(migration: Migration) -> Iterator[Call]:
    """What a migration does to tables that were there before it; the table is the first argument."""
    made = {call.arguments[0] for call in migration.calls if call.method == "create_table" and call.arguments}
    for call in migration.calls:
        if call.opened_by.startswith("create"):
            continue
        operation = _statement(call)
        if operation.method != "create_table" and operation.arguments[:1] and operation.arguments[0] in made:
            continue
        yield operation


def _statement(call: Call) -> Call:
    if not call.table:
        return replace(call, method=_ALIASES.get(call.method, call.method))
    with_table = replace(call, arguments=(call.table, *call.arguments))
    if call.method in _STATEMENTS:
        return replace(with_table, method=_STATEMENTS[call.method])
    if call.method in _OTHERS:
        return with_table
    # t.string :name: the method is the type.
    return replace(with_table, method="add_column", arguments=(call.table, *call.arguments[:1], call.method))
