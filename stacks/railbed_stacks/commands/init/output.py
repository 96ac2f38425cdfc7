"""Writes files, never over one that is there without being told to, and shows what was found."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from railbed_stacks.commands.init.draft import Draft
from railbed_stacks.commands.init.writer import command_for


def write_files(console: Console, folder: Path, files: Mapping[str, str]) -> None:
    """Write the files. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        console.print(f"[green]wrote[/green] {escape(str(folder / name))}", soft_wrap=True)


def show_files(console: Console, folder: Path, files: Mapping[str, str]) -> None:
    """Show what would be written."""
    for name, text in files.items():
        console.print(f"[bold]{escape(str(folder / name))}[/bold] would be written:", soft_wrap=True)
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def show_next(console: Console, draft: Draft, stack: str) -> None:
    """Show what is left to do."""
    guesses = [".".join(path) for path, reason in draft.reasons.items() if reason.startswith("guess:")]
    if guesses:
        _list(console, "Guesses to look at:", guesses)
    if draft.notes:
        _list(console, "What the settings do not say:", draft.notes)
    commands = ["pulumi install", f"pulumi stack init {stack}"]
    commands += [command_for(secret, draft.get("app.image.build")) for secret in draft.secrets.values()]
    _list(console, "Then run:", [*commands, "pulumi preview"], bullet="  ")


def _list(console: Console, title: str, lines: list[str], bullet: str = "- ") -> None:
    console.print(f"\n[bold]{title}[/bold]")
    for line in lines:
        console.print(f"{bullet}{line}", markup=False, highlight=False, soft_wrap=True)
