"""Options and arguments that several subcommands have."""

from typing import Annotated, TypeAlias

import typer

StackOption: TypeAlias = Annotated[
    str | None, typer.Option("--stack", "-s", metavar="NAME", help="The stack. Default: the one that is selected.")
]
YesOption: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
