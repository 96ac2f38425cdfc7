"""What SQL in a migration does that is not safe while the application runs, as far as its words tell."""

import re

from railbed_stacks.commands.preview.migrations.finding import Danger, Finding

_BREAKS = (
    (r"DROP\s+TABLE", Danger.LOSES, "drops a table"),
    (r"TRUNCATE", Danger.LOSES, "empties a table"),
    (r"DROP\s+COLUMN", Danger.BREAKS, "removes a column"),
    (r"RENAME\s+(?:COLUMN\s+)?\S+\s+TO|RENAME\s+TO|RENAME\s+TABLE", Danger.BREAKS, "renames a column or table"),
)
_BLOCKS = (
    (r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", "adds an index that is not built concurrently"),
    (r"SET\s+NOT\s+NULL", "makes a column NOT NULL"),
    (r"ALTER\s+(?:COLUMN\s+)?\S+\s+(?:SET\s+DATA\s+)?TYPE", "changes the type of a column"),
    (r"LOCK\s+TABLE", "locks a table"),
    (r"VACUUM\s+FULL|(?:^|\s)CLUSTER\s", "writes a table anew"),
)
_HARMLESS = re.compile(
    r"\s*(?:SET\s+(?:LOCAL\s+)?(?:lock|statement)_timeout|CREATE\s+EXTENSION|COMMENT\s+ON|VALIDATE)\b", re.IGNORECASE
)


def judge_sql(text: str, *, postgresql: bool) -> Finding | None:
    """The first thing in an SQL text that is not safe; text that is in no list has to be read by a person."""
    for pattern, danger, what in _BREAKS:
        if re.search(pattern, text, re.IGNORECASE):
            remedy = "first release code that does not use it"
            return Finding(danger, f"{what} (SQL)", "the running code uses it", remedy)
    for pattern, what in _BLOCKS if postgresql else ():
        if re.search(pattern, text, re.IGNORECASE):
            return Finding(
                Danger.BLOCKS, f"{what} (SQL)", "requests wait for the table", "take the way that is said of the same in Ruby"
            )
    if _HARMLESS.match(text):
        return None
    return Finding(Danger.UNKNOWN, "runs SQL", "what it does is not known", "read it")
