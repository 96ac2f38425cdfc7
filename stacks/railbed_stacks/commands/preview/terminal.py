"""The preview for a person at a terminal."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from railbed_stacks.commands.preview.prose import as_code, pieces_of
from railbed_stacks.commands.preview.report import Report

_NAME, _LOUD = "cyan", "bold red"


def show(report: Report, console: Console, *, detailed: bool = False) -> None:
    """Print a preview; everything, resource by resource, where it is detailed."""
    console.print(_prose(f"Preview of {as_code(report.plan.stack) or 'the stack'}: {report.headline}", "bold"))
    for block in _blocks(report):
        console.print(block)
    if detailed:
        console.print(_section("Known only while it is deployed", report.unknown))
        lines = (f"{step.operation} {as_code(step.type)} {as_code(step.name)}{_paths(step.paths)}" for step in report.steps)
        console.print(_section("Resource by resource", lines))


def _blocks(report: Report) -> Iterable[RenderableType]:
    if report.errors:
        yield _panel("The preview failed", report.errors)
    if report.loud:
        yield _panel("This deletes or replaces what holds data, or what everything else is in", report.loud)
    if report.policies is not None and report.policies.violations:
        violations = [f"{as_code(each.policy)}, {as_code(each.resource)}: {each.text}" for each in report.policies.violations]
        yield _panel("Policies refuse this" if report.policies.refuses else "Policies warn", violations)
    if report.image.changes:
        yield _prose(f"Image: {as_code(report.image.old)} → {as_code(report.image.new) or 'known later'}")
    yield _section("The application", (each.sentence for each in report.parts))
    yield _section("Migrations", _migrations(report))
    yield _section("Stores, machines and the way in", (each.sentence for each in report.noted))
    if report.cost is not None:
        yield _prose(f"Cost: {report.cost.sentence}")
    if report.policies is not None and not report.policies.violations:
        yield _prose("Policies: no objections")
    yield _section("Commits", (f"{as_code(each.digest)} {each.subject}" for each in report.release.commits))
    yield _section("Warnings", report.warnings)


def _migrations(report: Report) -> Iterable[str]:
    release = report.release
    if release.not_known and report.image.changes:
        yield release.not_known
    for migration in release.migrations:
        when = ", after the rollout" if migration.file.is_post else ""
        yield f"{as_code(migration.file.name)}{when}{'' if migration.findings else ': nothing unsafe found'}"
        for finding in migration.findings:
            danger = "declared safe" if finding.assured else finding.danger.value
            yield f"  {danger}: {finding.what} (line {finding.line}): {finding.why}. Instead: {finding.remedy}"
    for name in release.changed_migrations:
        yield f"{as_code(name)} was changed: where it has run, it does not run again"
    for name in release.unknown_migrations:
        yield f"{as_code(name)} has run and is not in this release: its changes stay"


def _section(title: str, lines: Iterable[str]) -> RenderableType:
    shown = [Padding(_prose(line.strip()), (0, 0, 0, 4 if line.startswith(" ") else 2), expand=False) for line in lines]
    return Group(Text(title, "bold"), *shown) if shown else Group()


def _panel(title: str, lines: Iterable[str]) -> Panel:
    return Panel(Group(*(_prose(line) for line in lines)), title=title, title_align="left", border_style=_LOUD)


def _paths(paths: Iterable[str]) -> str:
    named = ", ".join(map(as_code, paths))
    return f": {named}" if named else ""


def _prose(sentence: str, style: str = "") -> Text:
    return Text.assemble(*((piece, _NAME if is_name else style) for is_name, piece in pieces_of(sentence)))
