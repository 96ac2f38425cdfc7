"""Secrets that the settings of a stack hold in clear text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pulumi
import yaml
from pulumi.runtime.config import is_config_secret

KEY = "railbed:secrets"


def problems_in_clear_text(names: Iterable[str]) -> Iterator[str]:
    """A problem for each secret that is not encrypted in the stack's file.

    Pulumi tells a program only whether any of them is.
    """
    file = Path(pulumi.get_root_directory() or ".") / f"Pulumi.{pulumi.get_stack()}.yaml"
    written = _written(file)
    readable = [name for name in names if isinstance(written.get(name), str | int | float)]
    if not written and not is_config_secret(KEY):
        readable = list(names)
    for name in readable:
        yield (
            f"secrets.{name}: is in clear text in {file.name}: run `pulumi config set --secret --path {KEY}.{name}`, and use "
            "another value if others may have read this one"
        )


def _written(file: Path) -> dict[str, object]:
    """The secrets as the file has them; none where it cannot be read, as with settings that are kept elsewhere."""
    try:
        secrets = (yaml.safe_load(file.read_text()) or {}).get("config", {}).get(KEY)
    except (OSError, ValueError, AttributeError, yaml.YAMLError):
        return {}
    return secrets if isinstance(secrets, dict) else {}
