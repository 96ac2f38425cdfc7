"""Judges each migration of a release."""

from collections.abc import Iterable
from dataclasses import dataclass

from railbed_stacks.commands.preview.migrations.files import MigrationFile
from railbed_stacks.commands.preview.migrations.finding import Finding
from railbed_stacks.commands.preview.migrations.ruby import parse_migration
from railbed_stacks.commands.preview.migrations.rules import findings_of


@dataclass(frozen=True)
class ReviewedMigration:
    """A migration and what is not safe in it."""

    file: MigrationFile
    findings: list[Finding]


def review(files: Iterable[MigrationFile], *, postgresql: bool = True) -> list[ReviewedMigration]:
    """Judge migrations, in their order."""
    return [ReviewedMigration(file, findings_of(parse_migration(file.source), postgresql=postgresql)) for file in files]
