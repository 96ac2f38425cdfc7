"""`railbed db`"""

import typer

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.platform import operations_of
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand

# Rails gives the password to the client in a file or a variable, never on its command line.
DATABASE_CONSOLE = ["bin/rails", "dbconsole", "--include-password"]

database = typer.Typer(no_args_is_help=True, help="Work with the application's database.")


@database.callback()
def _group() -> None:
    """Work with the application's database."""


@database.command("console")
def _open_database_console(stack: StackOption = None) -> None:
    """Open the database's own console (psql, mysql) where the application runs; its client has to be in the image."""
    raise typer.Exit(operations_of(DeployedStack.read(PulumiCommand(stack))).open_terminal(DATABASE_CONSOLE))
