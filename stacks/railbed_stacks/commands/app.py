"""`railbed`: its subcommands, and how it ends. One line adds a subcommand."""

import sys

import typer

from railbed_stacks.commands.console import open_console
from railbed_stacks.commands.database import database
from railbed_stacks.commands.init.command import init
from railbed_stacks.commands.logs import show_logs
from railbed_stacks.commands.preview.command import preview
from railbed_stacks.commands.releases import list_releases
from railbed_stacks.commands.restart import restart
from railbed_stacks.commands.rollback import roll_back
from railbed_stacks.commands.run import run_command
from railbed_stacks.commands.secrets import list_secrets
from railbed_stacks.commands.status import show_status
from railbed_stacks.operations.errors import OperationError

INTERRUPTED = 130
"""Exit code of a program that Ctrl-C ended."""

TAKES_A_COMMAND = {"ignore_unknown_options": True, "allow_interspersed_args": False}
"""What follows the first word is the command's own."""

app = typer.Typer(
    help="Operate the Rails application that a stack has deployed, in the same words on Kubernetes, Amazon ECS and Docker.\n\n"
    "Run it in the folder of Pulumi.yaml; it works on the stack that is selected, or on --stack NAME.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command("init")(init)
app.command("preview")(preview)
app.command("status")(show_status)
app.command("logs")(show_logs)
app.command("console")(open_console)
app.command("run", context_settings=TAKES_A_COMMAND)(run_command)
app.command("releases")(list_releases)
app.command("rollback")(roll_back)
app.command("restart")(restart)
app.command("secrets")(list_secrets)
app.add_typer(database, name="db")


def main() -> None:
    """Run the command line. What the user can mend is one line, without a traceback."""
    try:
        app()
    except OperationError as error:
        sys.exit(f"railbed: {error}")
