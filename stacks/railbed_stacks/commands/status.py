"""`railbed status`"""

from datetime import datetime

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.platform import operations_of
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand
from railbed_stacks.operations.operations import PartStatus
from railbed_stacks.releases import listed


def show_status(stack: StackOption = None) -> None:
    """Show what runs: every part of the application, its image, and why something does not.

    The exit code is 1 where a part has fewer processes than it should.
    """
    deployed = DeployedStack.read(PulumiCommand(stack))
    parts = operations_of(deployed).status()
    console, hide = Console(), deployed.redaction()
    console.print(_heading(deployed), highlight=False, markup=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for title in ("PART", "READY", "IMAGE", ""):
        table.add_column(title, overflow="fold")
    for part in parts:
        style = None if part.works else "red"
        images = ", ".join(map(_short, part.images))
        table.add_row(*map(Text, (part.part, _count(part), images, hide(part.told))), style=style)
    console.print(table)
    if not all(part.works for part in parts):
        raise typer.Exit(1)


def _heading(stack: DeployedStack) -> str:
    where = f"stack {stack.name}, target {stack.target}"
    released = next(iter(listed(stack.outputs)), None)
    if released is None:
        return f"{stack.output('url')}  ({where})"
    when = datetime.fromisoformat(released["deployed"])
    return (
        f"{stack.output('url')}  ({where})\nrelease {int(released['number'])} of {when:%Y-%m-%d %H:%M} UTC: {released['image']}"
    )


def _count(part: PartStatus) -> str:
    if part.wanted is None:
        return f"{part.ready} run" if part.ready else "-"
    return f"{part.ready}/{part.wanted}"


def _short(image: str) -> str:
    """An image without its registry, and with as much of its digest as people compare."""
    name, at, digest = image.rsplit("/", 1)[-1].partition("@")
    return f"{name}{at}{digest[:19]}"
