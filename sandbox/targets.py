"""What a stack's settings say before anything is started: which target they have."""

from pathlib import Path

import yaml

from sandbox.paths import REPOSITORY


def target_of(stack: str, folder: Path = REPOSITORY) -> str | None:
    """The target of Pulumi.STACK.yaml; None if there is no such file."""
    file = folder / f"Pulumi.{stack}.yaml"
    return target_in(file) if file.is_file() else None


def target_in(file: Path) -> str:
    """The target of a file of settings."""
    config = (yaml.safe_load(file.read_text()) or {}).get("config") or {}
    return str(config.get("railbed:target", "cluster"))
