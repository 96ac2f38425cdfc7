"""Rules on columns and tables."""

import re
from collections.abc import Mapping

from railbed_stacks.commands.preview.migrations.finding import Danger, Finding, Rule
from railbed_stacks.commands.preview.migrations.ruby import Call
from railbed_stacks.commands.preview.migrations.rule_texts import column_of, columns_of, meanwhile, not_null_without_default

_IN_STEPS = (
    "add the new one beside it, write to both, copy the rows, read the new one, and remove the old one in a later release"
)
_VOLATILE = re.compile(r"\b(?:\w*uuid\w*|random|clock_timestamp|timeofday|nextval)\s*\(", re.IGNORECASE)
_REWRITE_FREE = ("text", "string")


def _removes(what: str) -> Finding:
    return Finding(
        Danger.BREAKS,
        what,
        "Active Record keeps the columns that it read at its start, and goes on using them",
        "first release code that does not use it and names it in `ignored_columns`, and remove it in the release after that",
    )


def _remove_column(call: Call, _: bool) -> Finding:
    return _removes(f"removes the column {column_of(call)}")


def _remove_columns(call: Call, _: bool) -> Finding:
    return _removes(f"removes {columns_of(call)}")


def _remove_reference(call: Call, _: bool) -> Finding:
    return _removes(f"removes {', '.join(f'{call.arguments[0]}.{name}_id' for name in call.arguments[1:])}")


def _remove_timestamps(call: Call, _: bool) -> Finding:
    return _removes(f"removes {call.arguments[0]}.created_at, {call.arguments[0]}.updated_at")


def _rename_column(call: Call, _: bool) -> Finding:
    new = call.arguments[2] if len(call.arguments) > 2 else "another name"
    what = f"renames the column {column_of(call)} to {new}"
    return Finding(Danger.BREAKS, what, "the running code uses the old name", _IN_STEPS)


def _rename_table(call: Call, _: bool) -> Finding:
    what = f"renames the table {call.arguments[0]} to {''.join(call.arguments[1:2]) or 'another name'}"
    return Finding(Danger.BREAKS, what, "the running code uses the old name", _IN_STEPS)


def _rename_schema(call: Call, _: bool) -> Finding:
    return Finding(Danger.BREAKS, f"renames the schema {call.arguments[0]}", "the running code uses the old name", _IN_STEPS)


def _rename_enum_value(call: Call, _: bool) -> Finding:
    return Finding(
        Danger.BREAKS, f"renames a value of the enum {call.arguments[0]}", "the running code uses the old name", _IN_STEPS
    )


def _drop_table(call: Call, _: bool) -> Finding:
    return Finding(
        Danger.LOSES,
        f"drops {', '.join(call.arguments)} with all rows",
        "the running code fails as soon as it uses the table",
        "first release code that does not use it; keep a copy of the rows",
    )


def _create_table(call: Call, _: bool) -> Finding | None:
    if call.option("force") in ("", "false", "nil"):
        return None
    return Finding(
        Danger.LOSES, f"drops the table {call.arguments[0]} if it exists (`force`)", "its rows are gone", "remove `force`"
    )


def _add_column(call: Call, postgresql: bool) -> Finding | None:
    kind, default, column = "".join(call.arguments[2:3]), call.option("default"), column_of(call)
    if kind in ("primary_key", "serial", "bigserial") or call.option("auto_increment") == "true":
        return _rewrites(f"adds the column {column}, which counts up", postgresql, "make a new table and move the rows to it")
    if kind == "virtual" and call.option("stored") == "true":
        return _rewrites(f"adds the stored generated column {column}", postgresql, "compute the value in the application")
    if kind == "json" and postgresql:
        return Finding(
            Danger.BREAKS,
            f"adds the column {column} of type json",
            "`SELECT DISTINCT` fails: json cannot be compared",
            "use jsonb",
        )
    if call.option("null") == "false" and default in ("", "nil"):
        return not_null_without_default(column)
    computed = _VOLATILE.search(default) if postgresql else default.startswith(("->", "lambda", "proc"))
    if computed:
        remedy = "add the column without a default, then `change_column_default`, and fill the rows in batches"
        return _rewrites(f"adds the column {column} with a default that is computed for each row", postgresql, remedy)
    return None


def _add_timestamps(call: Call, _: bool) -> Finding | None:
    if call.option("null") == "true" or call.option("default") not in ("", "nil"):
        return None
    return not_null_without_default(f"{call.arguments[0]}.created_at and updated_at")


def _rewrites(what: str, postgresql: bool, remedy: str) -> Finding:
    return Finding(Danger.BLOCKS, what, f"the whole table is written anew: {meanwhile(postgresql)} wait", remedy)


def _change_column(call: Call, postgresql: bool) -> Finding | None:
    kind = "".join(call.arguments[2:3])
    if postgresql and kind in _REWRITE_FREE and "limit" not in call.options and call.option("null") != "false":
        return None
    return _rewrites(f"changes the type of {column_of(call)} to {kind or 'another'}", postgresql, _IN_STEPS)


def _change_column_null(call: Call, postgresql: bool) -> Finding | None:
    if call.arguments[2:3] != ("false",):
        return None
    if len(call.arguments) > 3:
        return Finding(
            Danger.BLOCKS,
            f"fills all rows of {column_of(call)} with one UPDATE",
            "each row is locked until it is done",
            "fill the rows in batches before, and leave the default out",
        )
    if not postgresql:
        return None
    return Finding(
        Danger.BLOCKS,
        f"makes {column_of(call)} NOT NULL",
        "every row is checked: reads and writes wait",
        "`add_check_constraint ... validate: false`, and validate it in another migration before",
    )


OF_COLUMNS: Mapping[str, Rule] = {
    "add_column": _add_column,
    "add_timestamps": _add_timestamps,
    "change_column": _change_column,
    "change_column_null": _change_column_null,
    "create_table": _create_table,
    "drop_join_table": _drop_table,
    "drop_table": _drop_table,
    "remove_column": _remove_column,
    "remove_columns": _remove_columns,
    "remove_reference": _remove_reference,
    "remove_timestamps": _remove_timestamps,
    "rename_column": _rename_column,
    "rename_enum_value": _rename_enum_value,
    "rename_schema": _rename_schema,
    "rename_table": _rename_table,
}
