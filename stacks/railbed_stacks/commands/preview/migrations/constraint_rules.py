"""Rules on indexes, references and constraints."""

import re
from collections.abc import Mapping

from railbed_stacks.commands.preview.migrations.finding import Danger, Finding, Rule
from railbed_stacks.commands.preview.migrations.ruby import Call
from railbed_stacks.commands.preview.migrations.rule_texts import column_of, columns_of, meanwhile, not_null_without_default


def _add_index(call: Call, postgresql: bool) -> Finding | None:
    algorithm, lock = call.option("algorithm").strip(":"), call.option("lock").strip(":")
    what = f"adds an index to {columns_of(call)}"
    if not postgresql:
        if algorithm == "copy" or lock in ("shared", "exclusive"):
            return Finding(Danger.BLOCKS, what, f"`{algorithm or lock}` lets writes wait", "leave `algorithm` and `lock` out")
        return None
    if algorithm == "concurrently":
        return None
    return Finding(Danger.BLOCKS, what, "writes to the table wait", "`disable_ddl_transaction!` and `algorithm: :concurrently`")


def _add_reference(call: Call, postgresql: bool) -> Finding | None:
    what, index = f"adds the reference {column_of(call)}", call.option("index")
    if call.option("null") == "false" and not call.option("default"):
        return not_null_without_default(f"{column_of(call)}_id")
    if (key := call.option("foreign_key")) not in ("", "false") and not re.search(r"validate:\s*false", key):
        return Finding(
            Danger.BLOCKS,
            f"{what} with a foreign key",
            "writes to both tables wait while every row is checked",
            "`foreign_key: { validate: false }`, and `validate_foreign_key` in another migration",
        )
    if not postgresql or index in ("false", "nil") or "concurrently" in index:
        return None
    return Finding(
        Danger.BLOCKS,
        f"{what} with an index",
        "writes to the table wait",
        "`disable_ddl_transaction!` and `index: { algorithm: :concurrently }`",
    )


def _add_foreign_key(call: Call, postgresql: bool) -> Finding | None:
    if postgresql and call.option("validate") == "false":
        return None
    return Finding(
        Danger.BLOCKS,
        f"adds a foreign key from {' to '.join(call.arguments[:2])}",
        "writes to both tables wait while every row is checked",
        "`validate: false`, and `validate_foreign_key` in another migration",
    )


def _add_check_constraint(call: Call, postgresql: bool) -> Finding | None:
    if postgresql and call.option("validate") == "false":
        return None
    return Finding(
        Danger.BLOCKS,
        f"adds a check to {call.arguments[0]}",
        f"every row is checked: {meanwhile(postgresql)} wait",
        "`validate: false`, and `validate_check_constraint` in another migration",
    )


def _add_unique_constraint(call: Call, postgresql: bool) -> Finding | None:
    if not postgresql or "using_index" in call.options:
        return None
    return Finding(
        Danger.BLOCKS,
        f"adds a unique constraint to {columns_of(call)}",
        "its index is built while reads and writes wait",
        "add a unique index concurrently, and give it as `using_index`",
    )


def _add_exclusion_constraint(call: Call, _: bool) -> Finding:
    return Finding(
        Danger.BLOCKS,
        f"adds an exclusion constraint to {call.arguments[0]}",
        "every row is checked: reads and writes wait",
        "do it while few use the application: PostgreSQL has no way to check later",
    )


OF_CONSTRAINTS: Mapping[str, Rule] = {
    "add_check_constraint": _add_check_constraint,
    "add_exclusion_constraint": _add_exclusion_constraint,
    "add_foreign_key": _add_foreign_key,
    "add_index": _add_index,
    "add_reference": _add_reference,
    "add_unique_constraint": _add_unique_constraint,
}
