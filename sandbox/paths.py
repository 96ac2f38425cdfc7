"""Where the sandbox keeps its files."""

import os
from pathlib import Path


def _directory(override: str, xdg: str, default: str) -> Path:
    if chosen := os.environ.get(override):
        return Path(chosen).absolute()
    return Path(os.environ.get(xdg) or Path.home() / default) / "railbed"


CACHE_DIRECTORY = _directory("RAILBED_CACHE", "XDG_CACHE_HOME", ".cache")
"""Built binaries and base images: expensive to make, kept by `down`."""

STATE_DIRECTORY = _directory("RAILBED_SANDBOX_STATE", "XDG_STATE_HOME", ".local/state")
"""Everything that `down` removes."""

REPOSITORY = Path(__file__).resolve().parent.parent
"""The checkout this package was imported from."""
