"""`railbed run`"""

import sys
from typing import Annotated

import typer

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.platform import operations_of
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand
from railbed_stacks.operations.operations import Size


def run_command(
    command: Annotated[list[str], typer.Argument(metavar="COMMAND", help="The command, one word after the other.")],
    size: Annotated[
        str | None,
        typer.Option("--size", metavar="CPU,MEMORY", help='Such as "1,2Gi". Default: as web; on ECS, as the migration.'),
    ] = None,
    stack: StackOption = None,
) -> None:
    """Run a command once, with the image and variables of the release that serves, and show its log.

    It runs apart from the processes that serve users: in a Job, an ECS task or a container of its own. A release does not end
    it, Ctrl-C does. The exit code is the command's.

    `railbed run --size 1,2Gi -- bin/rails search:reindex`
    """
    wanted = Size.parse(size) if size is not None else None
    deployed = DeployedStack.read(PulumiCommand(stack))
    hide = deployed.redaction()

    def show(line: str) -> None:
        sys.stdout.write(f"{hide(line)}\n")
        sys.stdout.flush()

    try:
        code = operations_of(deployed).run(command, wanted, show)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(code)
