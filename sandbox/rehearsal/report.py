"""What is told at the end of a rehearsal: its steps, and what in it was real."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from sandbox.rehearsal.targets import Row


@dataclass(frozen=True)
class Told:
    """A step that succeeded."""

    title: str
    seconds: int
    outcome: str


def show(stack: str, steps: Sequence[Told], parts: Sequence[Row]) -> None:
    """Print both tables."""
    console = Console(highlight=False)
    story = Table("step", "seconds", "what was seen", title=f"Rehearsal of {stack}", title_justify="left")
    for told in steps:
        story.add_row(told.title, str(told.seconds), told.outcome)
    story.add_row("in all", str(sum(told.seconds for told in steps)), "")
    console.print(story)
    table = Table("part", "", "here", title="What was real", title_justify="left")
    for part, what, here in parts:
        table.add_row(part, what if what == "real" else f"[yellow]{what}", here)
    console.print(table)
