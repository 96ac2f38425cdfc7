"""What git knows of the way from one image to the next."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{7,40}")
MOST_COMMITS = 200
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Commit:
    """One commit."""

    digest: str
    subject: str


@dataclass(frozen=True)
class Repository:
    """A working copy of the application."""

    folder: Path

    def commit(self, name: str) -> str | None:
        """The commit that a tag of an image or any name of git's stands for; None if git does not know it."""
        for candidate in (name, *_HASH.findall(name)):
            if candidate and not candidate.startswith("-") and (found := self._find(candidate)):
                return found
        return None

    def commits_between(self, old: str, new: str) -> list[Commit]:
        """Commits that come with the new one, the latest first; merges are left out."""
        text = self.ask(
            "log", "--no-merges", f"--max-count={MOST_COMMITS}", f"--format=%h{_SEPARATOR}%s", f"{old}..{new}", "--", "."
        )
        return [Commit(*line.split(_SEPARATOR, 1)) for line in text.splitlines() if _SEPARATOR in line]

    def ask(self, *arguments: str) -> str:
        """What git prints. Raises `ValueError` where it refuses."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments], capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode != 0:
            raise ValueError(f"git {arguments[0]} in {self.folder}: {done.stderr.strip()}")
        return done.stdout

    def _find(self, name: str) -> str | None:
        try:
            return self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip() or None
        except ValueError:
            return None
