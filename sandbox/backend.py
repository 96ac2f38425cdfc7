"""What the sandbox's Pulumi state says, read from its files: quicker than asking the engine."""

import json
import os
import shutil
from collections.abc import Iterator
from typing import Any

from sandbox.paths import STATE_DIRECTORY

DIRECTORY = STATE_DIRECTORY / "backend"
URL = f"{DIRECTORY.as_uri()}?metadata=skip"
"""Without the metadata files: a pulumi killed while it writes one could not read its state any more."""


def remove_dead_locks() -> None:
    """Unlock the stacks whose pulumi was killed: nothing but this machine uses this backend."""
    for lock in (DIRECTORY / ".pulumi" / "locks").rglob("*.json"):
        owner = json.loads(lock.read_text())["pid"]
        if not _lives(owner):
            lock.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, as another user's
        pass
    return True


def resources() -> dict[str, int]:
    """How many resources each stack holds; stacks that hold none are left out."""
    counted = {name: len(state) for name, state in stacks()}
    return {name: count for name, count in counted.items() if count}


def forget(stack: str) -> None:
    """Remove the state of a stack, by project and name, whatever it says."""
    for pattern in (f"stacks/{stack}.json*", f"*/{stack}", f"locks/*/{stack}"):
        for found in (DIRECTORY / ".pulumi").glob(pattern):
            shutil.rmtree(found) if found.is_dir() else found.unlink()


def urls() -> dict[str, str]:
    """Outputs of stacks that are addresses to visit, by stack and output."""
    found = {}
    for stack, state in stacks():
        outputs: dict[str, Any] = next((r.get("outputs", {}) for r in state if r["type"] == "pulumi:pulumi:Stack"), {})
        for name, value in outputs.items():
            if isinstance(value, str) and value.startswith(("http://", "https://")):
                found[f"{stack} {name}"] = value
    return found


def stacks() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The resources in the state of each stack, by project and name."""
    for file in sorted((DIRECTORY / ".pulumi" / "stacks").glob("*/*.json")):
        state = json.loads(file.read_text())
        yield f"{file.parent.name}/{file.stem}", (state["checkpoint"].get("latest") or {}).get("resources") or []
