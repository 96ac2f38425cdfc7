"""What `python -m sandbox` needs before it can start: a Python that is new enough, and the packages of requirements.txt.

Written without anything that Python 3.6 lacks: an old Python shall show the sentence, not a syntax error.
"""

import importlib
import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "sandbox/requirements.txt")
PYTHON = (3, 11)


def missing() -> str:
    """What is missing, and the command that mends it; empty if nothing is."""
    found = sys.version_info[:2]
    if found < PYTHON:
        wanted, have = (".".join(map(str, version)) for version in (PYTHON, found))
        return f"error: python -m sandbox needs Python {wanted} or later; {sys.executable} is {have}. {_remedy(wanted)}"
    absent = _absent()
    if not absent:
        return ""
    shown = ", ".join(absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
    return f"error: python -m sandbox needs packages that {sys.executable} does not have: {shown}. {_remedy()}"


def _remedy(version: str = "3") -> str:
    own = REPOSITORY / ".venv" / "bin" / "python"
    if (REPOSITORY / ".venv" / "installed").exists() and Path(sys.prefix) != own.parent.parent:
        return f"Run it with the Python that has them: {own} -m sandbox"
    files = " ".join(f"-r {file}" for file in FILES)
    return (
        f"Run `make up`, which installs them, or, in {REPOSITORY}: "
        f"python{version} -m venv .venv && .venv/bin/pip install {files}, then .venv/bin/python -m sandbox"
    )


def _absent() -> "list[str]":
    """Packages of the requirements that this Python does not have."""
    metadata = importlib.import_module("importlib.metadata")
    absent = []
    for file in FILES:
        for line in (REPOSITORY / file).read_text().splitlines():
            name = re.match("[A-Za-z0-9._-]+", line)
            if name and not line.startswith("-"):
                try:
                    metadata.version(name.group())
                except metadata.PackageNotFoundError:
                    absent.append(name.group())
    return absent
