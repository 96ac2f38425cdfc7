"""What the rules have in common."""

from railbed_stacks.commands.preview.migrations.finding import Danger, Finding
from railbed_stacks.commands.preview.migrations.ruby import Call


def column_of(call: Call) -> str:
    """As in users.name."""
    return f"{call.arguments[0]}.{call.arguments[1]}" if len(call.arguments) > 1 else call.arguments[0]


def columns_of(call: Call) -> str:
    """As in users.first, users.last."""
    return ", ".join(f"{call.arguments[0]}.{name}" for name in call.arguments[1:]) or call.arguments[0]


def meanwhile(postgresql: bool) -> str:
    """What waits while a table is written anew or checked."""
    return "reads and writes" if postgresql else "writes"


def not_null_without_default(column: str) -> Finding:
    """A new column that must not be NULL, and is in every row that is there."""
    # A new column without a default is NULL in all rows: https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-COLUMN
    return Finding(
        Danger.BREAKS,
        f"adds {column} as NOT NULL without a default",
        "a table that has rows refuses it, and the running code cannot insert rows as it does not know the column",
        "add it with a default, or with `null: true` and the constraint in a later release",
    )
