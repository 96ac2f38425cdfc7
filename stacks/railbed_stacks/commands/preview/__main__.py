"""`python -m railbed_stacks.commands.preview`: what `railbed preview` does."""

import typer

from railbed_stacks.commands.preview.command import preview

if __name__ == "__main__":
    typer.run(preview)
