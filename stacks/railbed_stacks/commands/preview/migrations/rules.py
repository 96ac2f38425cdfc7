"""Rules on what a migration does while the release before it still runs.

They are those that strong_migrations documents for PostgreSQL and MySQL, in words of our own, and one on columns that the
running code does not know: https://github.com/ankane/strong_migrations/blob/c5461acb3856c21f8fa78398e1de417b01818e51/README.md#checks
"""

from collections.abc import Iterator, Mapping

from railbed_stacks.commands.preview.migrations.column_rules import OF_COLUMNS
from railbed_stacks.commands.preview.migrations.constraint_rules import OF_CONSTRAINTS
from railbed_stacks.commands.preview.migrations.finding import Danger, Finding, Rule
from railbed_stacks.commands.preview.migrations.operations import operations_of
from railbed_stacks.commands.preview.migrations.ruby import Call, Migration
from railbed_stacks.commands.preview.migrations.sql import judge_sql

_SQL_METHODS = ("execute", "exec_query", "exec_update", "exec_delete", "exec_insert")
_BULK = ("update_all", "delete_all", "destroy_all")


def findings_of(migration: Migration, *, postgresql: bool = True) -> list[Finding]:
    """What is not safe in a migration, in the order in which it stands there."""
    found = [_judge(call, postgresql=postgresql) for call in operations_of(migration)]
    found += [*_transactions(migration, postgresql=postgresql)]
    if not migration.complete:
        found.append(Finding(Danger.UNKNOWN, "has Ruby that could not be parsed", "what it does is not known", "read it"))
    return sorted((each for each in found if each), key=lambda each: each.line)


def _judge(call: Call, *, postgresql: bool) -> Finding | None:
    if call.method in _BULK and call.receiver:
        return _placed(call, _backfill(call))
    if call.method in _SQL_METHODS:
        return _placed(call, judge_sql(next(iter(call.arguments), ""), postgresql=postgresql))
    rule = RULES.get(call.method)
    readable = rule is not None and not call.receiver and (call.arguments or call.method == "revert")
    return _placed(call, rule(call, postgresql)) if rule and readable else None


def _placed(call: Call, finding: Finding | None) -> Finding | None:
    if finding is None:
        return None
    return Finding(finding.danger, finding.what, finding.why, finding.remedy, call.line, call.assured)


def _revert(call: Call, _: bool) -> Finding:
    undone = call.arguments[0] if call.arguments else "what is in a block"
    return Finding(Danger.UNKNOWN, f"undoes {undone}", "what goes with it is not known", "read it")


def _backfill(call: Call) -> Finding | None:
    if call.batched or "in_batches" in call.receiver:
        return None
    return Finding(
        Danger.BLOCKS,
        f"changes all rows at once (`{call.receiver.splitlines()[0]}.{call.method}`)",
        "each row is locked until the migration is done",
        "`disable_ddl_transaction!`, and `in_batches`",
    )


def _transactions(migration: Migration, *, postgresql: bool) -> Iterator[Finding]:
    for call in operations_of(migration):
        if postgresql and migration.transactional and "concurrently" in call.option("algorithm") + call.option("index"):
            yield Finding(
                Danger.FAILS,
                f"works concurrently on {call.arguments[0]} in a transaction",
                "PostgreSQL refuses that",
                "add `disable_ddl_transaction!`",
                call.line,
                call.assured,
            )


RULES: Mapping[str, Rule] = {**OF_COLUMNS, **OF_CONSTRAINTS, "revert": _revert}
