"""Which commit a folder is at, and whether something in it is not committed."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from railbed.image.build_context import BuildContext

EARLIER_COMMITS = 3


@dataclass(frozen=True)
class GitRevision:
    """The state of a folder that git keeps."""

    commit: str
    """All 40 digits."""
    changed: bool
    """Whether the build would see something that is not committed."""
    source: str | None
    """Address of the repository, without credentials; none if it has no remote."""
    earlier: Sequence[str]
    """Commits before this one on the same line, the latest first; fewer in a shallow clone."""


def revision_of(context: BuildContext) -> GitRevision | None:
    """The revision of a build's folder; none outside git, or before the first commit.

    Raises `ValueError` if git refuses to tell.
    """
    try:
        inside = _git(context.folder, "rev-parse", "--show-prefix")
    except FileNotFoundError:
        return None
    if inside.returncode != 0:
        # git says so in other words for a folder that belongs to somebody else; a hash instead of the commit would surprise.
        if "not a git repository" in inside.stderr:
            return None
        raise ValueError(f"git does not tell the revision of {context.folder}: {inside.stderr.strip()}")
    head = _git(context.folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if head.returncode != 0:
        return None
    earlier = _git(context.folder, "rev-list", "--first-parent", "--skip=1", f"--max-count={EARLIER_COMMITS}", "HEAD")
    return GitRevision(
        commit=head.stdout.strip(),
        changed=_changed(context, inside.stdout.strip()),
        source=_source(_git(context.folder, "remote", "get-url", "origin").stdout.strip()),
        earlier=earlier.stdout.split(),
    )


def _changed(context: BuildContext, prefix: str) -> bool:
    """Whether git has another version of a file of the build, or none: also files that .gitignore names end in the image."""
    listed = _git(context.folder, "status", "--porcelain", "-z", "--no-renames", "--ignored", "--", ".")
    if listed.returncode != 0:
        raise ValueError(f"git does not tell what is changed in {context.folder}: {listed.stderr.strip()}")
    paths = [entry[3:].removeprefix(prefix) for entry in listed.stdout.split("\0") if entry]
    folders = tuple(path for path in paths if path.endswith("/"))
    if any(context.takes(path) for path in paths if not path.endswith("/")):
        return True
    return bool(folders) and any(path.startswith(folders) for path in context.files())


def _source(address: str) -> str | None:
    """The repository's address as a browser takes it; one in a remote may hold a token."""
    web = r"(?:https?|ssh|git)://(?:[^@/]*@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>.+?)(?:\.git)?/?"
    short = r"(?:[^@/]+@)?(?P<host>[^/:]+):(?P<path>[^/].*?)(?:\.git)?/?"
    match = re.fullmatch(web, address) or re.fullmatch(short, address)
    return f"https://{match['host']}/{match['path']}" if match else None


def _git(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
