"""`railbed restart`"""

from typing import Annotated

import typer

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.platform import operations_of
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand


def restart(
    part: Annotated[str, typer.Argument(help="web or workers.NAME.")] = "web",
    stack: StackOption = None,
) -> None:
    """Start the processes of a part anew with the same release.

    On Kubernetes and ECS new ones start before old ones end, as with a release. On Docker one after the other restarts: with
    web.replicas of 1, requests fail meanwhile. Nothing changes that `pulumi up` would change back.
    """
    operations_of(DeployedStack.read(PulumiCommand(stack))).restart(part)
    typer.echo(f"{part} restarts: `railbed status` shows how far it is")
