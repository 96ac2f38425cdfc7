"""`railbed console`"""

import typer

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.platform import operations_of
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand

RAILS_CONSOLE = ["bin/rails", "console"]


def open_console(stack: StackOption = None) -> None:
    """Open a Rails console where the application runs.

    It uses kubectl, docker or AWS' session-manager-plugin, whichever the platform has for terminals. On ECS it opens in a web
    task.
    """
    raise typer.Exit(operations_of(DeployedStack.read(PulumiCommand(stack))).open_terminal(RAILS_CONSOLE))
