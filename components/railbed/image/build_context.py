"""What a build sees of the application's folder: everything that .dockerignore does not leave out."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from docker.utils.build import PatternMatcher

from railbed.image.secret_files import SECRET_FILES, secret_files

GENERATED = ".railbed"
"""Folder in the program's own, for what is made to build with."""

ALWAYS_IGNORED = (".git", "**/.git", "**/.git/**", f"**/{GENERATED}")
"""Changes with every command of git, and with every build; git's configuration may hold a token."""

DEFAULT_IGNORED = (
    *("**/.DS_Store", ".bundle", ".dockerignore", ".github", ".gitlab-ci.yml", ".kamal", "Dockerfile*"),
    *SECRET_FILES,
    *("log/*", "tmp/*", "storage/*", "coverage", "node_modules", "vendor/bundle", "public/assets", "public/packs"),
    *("app/assets/builds/*", "!app/assets/builds/.keep"),
)
"""For an application that has no .dockerignore."""


@dataclass(frozen=True)
class BuildContext:
    """The application's folder as a build sees it."""

    folder: Path
    ignored: Sequence[str]
    """Patterns of a .dockerignore; later ones win."""

    @classmethod
    def of(cls, folder: Path, dockerfile: Path | None) -> Self:
        """The folder with the ignore file that Docker takes: the Dockerfile's own, or the folder's; else with the default."""
        beside = dockerfile.with_name(f"{dockerfile.name}.dockerignore") if dockerfile else None
        for file in (beside, folder / ".dockerignore"):
            if file is not None and file.is_file():
                lines = (line.strip() for line in file.read_text().splitlines())
                return cls(folder, (*ALWAYS_IGNORED, *(line for line in lines if line and not line.startswith("#"))))
        default = cls(folder, (*ALWAYS_IGNORED, *DEFAULT_IGNORED))
        return cls(folder, (*default.ignored, *map(_pattern_of, default.secret_files())))

    def takes(self, path: str) -> bool:
        """Whether a file of this path, which may be gone, belongs to the build."""
        return not self._matcher().matches(path)

    def files(self) -> list[str]:
        """Paths of all files, in order."""
        return sorted(path for path in self._matcher().walk(self.folder) if self._is_file(path))

    def digest(self) -> str:
        """SHA-256 of names, modes and contents of all files."""
        total = hashlib.sha256()
        for path in self.files():
            file = self.folder / path
            content = os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
            executable = "x" if not file.is_symlink() and os.access(file, os.X_OK) else "-"
            total.update(f"{path}\0{executable}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return total.hexdigest()

    def secret_files(self) -> list[str]:
        """Files that hold secrets and would end in a layer. A line `!path` of the ignore file takes one on purpose."""
        on_purpose = {pattern.removeprefix("!").strip("/") for pattern in self.ignored if pattern.startswith("!")}
        return [path for path in secret_files(self.folder, self.files()) if path not in on_purpose]

    def _is_file(self, path: str) -> bool:
        file = self.folder / path
        return file.is_symlink() or file.is_file()

    def _matcher(self) -> PatternMatcher:
        return PatternMatcher(list(self.ignored))


def _pattern_of(path: str) -> str:
    """A pattern that matches the path: its characters with a meaning of their own match any."""
    return re.sub(r"[\[\]*?\\!#\s]", "?", path)
