"""Runs the command alone: `python -m railbed_stacks.commands.init PATH`."""

import typer

from railbed_stacks.commands.init.command import init

if __name__ == "__main__":
    typer.run(init)
