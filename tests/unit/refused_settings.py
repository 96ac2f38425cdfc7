"""What a user reads about settings of any target, as Pulumi hands them over."""

import copy
import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pytest

from tests.unit.cloud_stacks import LEAST, SECRET
from tests.unit.recording import Deployment, Recorded, record
from tests.unit.samples import IMAGE

ALL = "cluster doks eks ecs"
KUBERNETES = "cluster doks eks"
CLOUDS = "doks eks ecs"
AWS = "eks ecs"

Refused = tuple[str, dict[str, Any], str]
"""Targets, the values of settings by their paths, and a part of what the user reads."""

_APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "web": {"hosts": ["shop.example.com"]},
    "workers": {"default": {}},
    "cron": {"digest": {"schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"]}},
}


def each_target(cases: Sequence[Refused]) -> list[Any]:
    """The cases as parameters of a test, one for each target."""
    return [
        pytest.param(target, values, sentence, id=f"{target}-{' '.join(values)}-{str([*values.values()])[:40]}")
        for targets, values, sentence in cases
        for target in targets.split()
    ]


def told(target: str, values: Mapping[str, Any]) -> str:
    """What the user reads about the least settings of a target with these; nothing has been registered then."""
    registered: list[Recorded] = []
    with pytest.raises(pulumi.RunError) as raised:
        deployed(target, values, registered)
    assert registered == [], "the message says that nothing has been changed"
    return str(raised.value)


def deployed(target: str, values: Mapping[str, Any], registered: list[Recorded] | None = None) -> Deployment:
    """The preview of a target with the least settings and these."""
    settings: dict[str, Any] = {"target": target, "app": copy.deepcopy(_APP), "secrets": {"RAILS_MASTER_KEY": SECRET}}
    settings |= copy.deepcopy(LEAST.get(target, {}))
    for path, value in values.items():
        _put(settings, path.split("."), value)
    written = {f"railbed:{key}": _written(value) for key, value in settings.items()}
    stack = importlib.import_module(f"railbed_stacks.{target}")

    def program() -> None:
        pulumi.runtime.set_all_config(written, ["railbed:secrets"])
        stack.deploy(stack.SETTINGS.from_config())

    return record(program, preview=True, registered=registered)


def _put(settings: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *sections, last = path
    for section in sections:
        settings = settings.setdefault(section, {})
    settings[last] = value


def _written(value: Any) -> str:
    """Mappings and lists are JSON, everything else is its text, and nothing is empty."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
