"""`railbed secrets`"""

import typer

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand


def list_secrets(stack: StackOption = None) -> None:
    """List the names of the secrets in the stack's settings, never their values.

    `pulumi config set --secret --path railbed:secrets.NAME` sets one, and `pulumi up` rolls what uses it.
    """
    for name in sorted(DeployedStack.read(PulumiCommand(stack)).section("secrets")):
        typer.echo(name)
