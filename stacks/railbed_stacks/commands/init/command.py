"""The command itself, as a function that Typer takes."""

import os
import re
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from railbed_stacks.application_files.application import read_application
from railbed_stacks.commands.init.describe import describe
from railbed_stacks.commands.init.draft import Draft
from railbed_stacks.commands.init.output import show_files, show_next, write_files
from railbed_stacks.commands.init.project import project_files
from railbed_stacks.commands.init.writer import settings_text
from railbed_stacks.settings import Target

_STACK = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
_USAGE = 2


def init(
    path: Annotated[Path, typer.Argument(help="The folder of the Rails application.", show_default=False)],
    stack: Annotated[str, typer.Option(help="Name of the stack, as in Pulumi.STACK.yaml.")] = "production",
    target: Annotated[
        Target | None, typer.Option(help="Where the application runs. Default: ecs with AWS Copilot, else cluster.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="Region of targets doks, eks and ecs.")] = None,
    into: Annotated[Path, typer.Option(help="Folder of the Pulumi project.")] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Write over Pulumi.STACK.yaml; the secrets in it stay.")
    ] = False,
) -> None:
    """Write the description of a Rails application from its own files."""
    if not path.is_dir():
        _refuse(f"{path}: there is no such folder: give the application's, in which its Gemfile.lock is")
    if not _STACK.fullmatch(stack):
        _refuse(f"--stack {stack}: use letters, digits, dots, dashes and underscores, 100 characters at most")
    file = into / f"Pulumi.{stack}.yaml"
    if file.exists() and not (overwrite or dry_run):
        _refuse(
            f"{file} is there already: --overwrite writes it anew and keeps its secrets, --dry-run shows how, --stack names "
            "another"
        )
    draft = describe(read_application(path), _seen_from(into, path), target, region)
    console = Console()
    try:
        files = _files(draft, file)
        if dry_run:
            show_files(console, into, files)
        else:
            write_files(console, into, files)
    except OSError as error:
        _refuse(f"{error.filename or into}: {error.strerror}")
    show_next(console, draft, stack)


def _files(draft: Draft, file: Path) -> dict[str, str]:
    """The texts of the files to write by their names; those of the project only where there are none."""
    before = file.read_text(encoding="utf-8") if file.exists() else None
    try:
        files = {file.name: settings_text(draft, before)}
    except ValueError as error:
        _refuse(f"{file}: {error}: mend it, or remove it")
    project = project_files(draft.get("app.name"), draft.target, file.parent)
    return files | {name: text for name, text in project.items() if not (file.parent / name).exists()}


def _seen_from(folder: Path, application: Path) -> str:
    """The application's folder as image.build names it."""
    return Path(os.path.relpath(application.resolve(), folder.resolve())).as_posix()


def _refuse(problem: str) -> NoReturn:
    """End the command with what is wrong."""
    typer.echo(problem, err=True)
    raise typer.Exit(_USAGE)
