"""The command."""

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from railbed_stacks.commands.preview.engine import Previewed, run_preview
from railbed_stacks.commands.preview.markdown import render_markdown
from railbed_stacks.commands.preview.plan import Plan, read_plan
from railbed_stacks.commands.preview.policies import read_policies
from railbed_stacks.commands.preview.releases import release_between, release_of_folder
from railbed_stacks.commands.preview.report import Release, Report, image_of_plan, is_postgresql, report_of
from railbed_stacks.commands.preview.terminal import show

REFUSED, WRONG = 1, 2
"""Exit codes: the preview failed, or a policy or --strict refuses it; the command was given something wrong."""


class Format(str, Enum):
    """What is written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"


def preview(
    file: Annotated[
        Path | None,
        typer.Argument(help="What `pulumi preview --json --show-sames` printed; - is standard input. Default: runs pulumi."),
    ] = None,
    stack: Annotated[str | None, typer.Option(help="The stack to preview. Default: the selected one.")] = None,
    folder: Annotated[Path, typer.Option(help="The folder of Pulumi.yaml.")] = Path(),
    policy_pack: Annotated[list[Path] | None, typer.Option(help="A policy pack to ask; may be given again.")] = None,
    events: Annotated[Path | None, typer.Option(help="With a file: what `--event-log` wrote, for the policies.")] = None,
    repository: Annotated[
        Path | None, typer.Option(help="The application's git repository, for its commits and migrations.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", help="The commit that runs. Default: the tag of its image.")] = None,
    to: Annotated[str | None, typer.Option(help="The commit to deploy. Default: the tag of its image.")] = None,
    migrations: Annotated[Path | None, typer.Option(help="A folder of migrations to judge, in place of a repository.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.TERMINAL,
    output: Annotated[Path | None, typer.Option(help="A file for it. Default: standard output.")] = None,
    details: Annotated[bool, typer.Option("--details", help="Show each resource in the terminal.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 1 also where a store goes or a migration is unsafe.")
    ] = False,
) -> None:
    """Say what `pulumi up` would do: what rolls and why, what is lost, which migrations are unsafe, what it costs."""
    try:
        previewed = _previewed(file, stack, folder, policy_pack or [], events)
        plan = read_plan(previewed.text)
        report = report_of(plan, _release(plan, repository, from_, to, migrations), previewed.policies)
    except OSError as error:
        _refuse(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        _refuse(str(error))
    _write(report, format_, output, details=details)
    if report.is_refused or (strict and report.is_risky):
        raise typer.Exit(REFUSED)


def _refuse(text: str) -> NoReturn:
    typer.echo(f"railbed preview: {text}", err=True)
    raise typer.Exit(WRONG)


def _previewed(file: Path | None, stack: str | None, folder: Path, packs: list[Path], events: Path | None) -> Previewed:
    if file is None:
        if events is not None:
            raise ValueError("--events is for a preview out of a file: leave it out, or give the file")
        return run_preview(folder, stack, packs)
    if stack is not None or packs:
        raise ValueError("--stack and --policy-pack are for running pulumi: leave them out, or leave out the file")
    text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    return Previewed(text, read_policies(events.read_text("utf-8").splitlines()) if events is not None else None)


def _release(plan: Plan, repository: Path | None, old: str | None, new: str | None, migrations: Path | None) -> Release:
    if migrations is not None:
        if repository is not None or old is not None or new is not None:
            raise ValueError("--migrations takes the place of --repository, --from and --to: give one or the others")
        return release_of_folder(migrations, postgresql=is_postgresql(plan))
    if repository is None:
        if old is not None or new is not None:
            raise ValueError("--from and --to need --repository")
        return Release()
    return release_between(repository, image_of_plan(plan), old, new, postgresql=is_postgresql(plan))


def _write(report: Report, format_: Format, output: Path | None, *, details: bool) -> None:
    if output is None:
        if format_ is Format.MARKDOWN:
            typer.echo(render_markdown(report), nl=False)
        else:
            show(report, Console(highlight=False), detailed=details)
        return
    with output.open("w", encoding="utf-8") as file:
        if format_ is Format.MARKDOWN:
            file.write(render_markdown(report))
        else:
            show(report, Console(file=file, highlight=False), detailed=details)
