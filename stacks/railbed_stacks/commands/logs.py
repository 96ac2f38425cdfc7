"""`railbed logs`"""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.platform import operations_of
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand

COLORS = ("cyan", "green", "magenta", "yellow", "blue")


def show_logs(
    part: Annotated[
        str, typer.Argument(help="web, workers.NAME, migration, cron.NAME or another part that `railbed status` shows.")
    ] = "web",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Show what is written from now on too, until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=10000, help="Last lines of each process to show.")] = 100,
    stack: StackOption = None,
) -> None:
    """Show the log of a part. Values of the settings' secrets are shown as `[secret]`."""
    deployed = DeployedStack.read(PulumiCommand(stack))
    console, hide, colors = Console(), deployed.redaction(), dict[str, str]()
    try:
        for line in operations_of(deployed).logs(part, lines, follow=follow):
            color = colors.setdefault(line.source, COLORS[len(colors) % len(COLORS)])
            console.print(Text.assemble((line.source, color), " ", hide(line.text)), soft_wrap=True)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
