"""The least settings of the compositions for DigitalOcean and AWS, and how to deploy one."""

import functools
import importlib
from typing import Any

from railbed.validation.checks import checked
from tests.unit.recording import Deployment, Recorded, record
from tests.unit.samples import IMAGE

WEB: dict[str, Any] = {"hosts": ["shop.example.com"]}
APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "web": WEB,
    "workers": {"default": {}},
    "cron": {"digest": {"schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"]}},
    "migration": {"post": True},
}
LEAST: dict[str, dict[str, Any]] = {
    "doks": {"region": "fra1", "dns": {"zone": "example.com"}},
    "eks": {"region": "eu-central-1", "dns": {"zone_id": "Z1"}},
    "ecs": {"region": "eu-central-1", "dns": {"zone_id": "Z1"}},
}
SECRET = "hunter2-pass"
KUBERNETES = ("doks", "eks")


def deploy(target: str, *, preview: bool = False, registered: list[Recorded] | None = None, **settings: Any) -> Deployment:
    """The stack of a target with its least settings and these."""
    values = {"target": target, "app": APP, "secrets": {"RAILS_MASTER_KEY": SECRET}, **LEAST[target], **settings}
    stack = importlib.import_module(f"railbed_stacks.{target}")

    def program() -> None:
        stack.deploy(checked(stack.SETTINGS, values, "settings"))

    return record(program, preview=preview, registered=registered)


@functools.cache
def least(target: str) -> Deployment:
    """The stack of a target with its least settings."""
    return deploy(target)
