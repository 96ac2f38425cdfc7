"""Previews that the real engine printed for each target, as `tests.engine.recorded_previews` keeps them."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from railbed_stacks.commands.preview.plan import Plan, read_plan

FOLDER = Path(__file__).with_name("previews")
TARGETS = ("cluster", "doks", "eks", "ecs", "docker")
OF_EVERY_TARGET = ("first", "nothing", "release", "env", "secret", "new_secret", "resized", "removed_workers", "new_workers")


def preview_of(target: str, name: str) -> dict[str, Any]:
    """A preview as Pulumi prints it with --json --show-sames, to change."""
    recorded = _recorded(target)
    preview: dict[str, Any] = copy.deepcopy(recorded["previews"][name])
    changed = {_urn(step) for step in preview["steps"]}
    stays = [] if name == "first" else [step for step in recorded["stays"] if _urn(step) not in changed]
    # The root comes first, as in every preview.
    steps = [*copy.deepcopy(stays), *preview["steps"]]
    preview["steps"] = [step | {"urn": _urn(step)} for step in steps]
    for step in preview["steps"]:
        if step["op"] == "same":
            step["oldState"] = step["newState"]
    return preview


def plan_of(target: str, name: str) -> Plan:
    """A recorded preview, read."""
    return read_plan(json.dumps(preview_of(target, name)))


@cache
def _recorded(target: str) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads((FOLDER / f"{target}.json").read_text())
    return recorded


def _urn(step: dict[str, Any]) -> str:
    return str((step.get("newState") or step["oldState"])["urn"])
