"""Files of migrations: between two commits, or in a folder."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from railbed_stacks.commands.preview.git import Repository

_MIGRATION = re.compile(r"(?:.*/)?db/(?:\w+/)?(?:\w+_)?migrate/(?:.*/)?\d+_\w+\.rb")
"""db/migrate, db/post_migrate, those of other databases (db/queue_migrate), and of engines.

https://guides.rubyonrails.org/active_record_multiple_databases.html
"""


@dataclass(frozen=True)
class MigrationFile:
    """A migration."""

    path: str
    source: str

    @property
    def name(self) -> str:
        """Its file's name."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def is_post(self) -> bool:
        """Whether it is for after the rollout, where `app.migration.post` is set."""
        return "post_migrate/" in self.path


@dataclass(frozen=True)
class MigrationFiles:
    """What becomes of the migrations."""

    pending: list[MigrationFile] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Names of those that another release brought, and that are different now."""
    unknown_to_it: list[str] = field(default_factory=list)
    """Names of those that the running release brought, and that the new one does not have."""


def files_between(repository: Repository, old: str, new: str) -> MigrationFiles:
    """Migrations that one commit has and the other has not. Raises `ValueError` where git refuses."""
    listed = repository.ask("diff", "--relative", "--no-renames", "--name-status", "-z", old, new, "--", ".").split("\0")
    by_status: dict[str, list[str]] = {"A": [], "M": [], "D": []}
    for status, path in zip(listed[::2], listed[1::2], strict=False):
        if _MIGRATION.fullmatch(path):
            by_status.setdefault(status, []).append(path)
    moved = {_name(path) for path in by_status["A"]} & {_name(path) for path in by_status["D"]}
    return MigrationFiles(
        [
            MigrationFile(path, repository.ask("show", f"{new}:./{path}"))
            for path in _in_order(by_status["A"])
            if _name(path) not in moved
        ],
        [_name(path) for path in _in_order(by_status["M"])],
        [_name(path) for path in _in_order(by_status["D"]) if _name(path) not in moved],
    )


def files_of(folder: Path) -> MigrationFiles:
    """Every migration in a folder. Raises `ValueError` if there is none."""
    files = [path for path in folder.rglob("*.rb") if re.match(r"\d+_\w+\.rb", path.name)] if folder.is_dir() else []
    if not files:
        raise ValueError(f"{folder} has no migrations: give a folder with files such as 20260101000000_add_name.rb")
    return MigrationFiles(
        [MigrationFile(path, Path(path).read_text("utf-8", "replace")) for path in _in_order(map(str, files))]
    )


def _in_order(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=_name)


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
