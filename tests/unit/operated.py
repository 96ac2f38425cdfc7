"""Stacks that are deployed, as the `railbed` command reads them."""

import json
from typing import Any

from railbed_stacks.commands.stack import DeployedStack

IMAGE = "registry.example.com/shop:2"
EARLIER = "registry.example.com/shop:1"
SECRET = "hunter2-is-the-key"
RELEASES = [
    {"number": 2.0, "image": IMAGE, "deployed": "2026-11-27T06:00:00+00:00"},
    {"number": 1.0, "image": EARLIER, "deployed": "2026-11-26T06:00:00+00:00"},
]
OUTPUTS = {"url": "https://shop.example.com", "image": IMAGE, "app": "shop", "releases": RELEASES}
OWNER = {"railbed/project": "railbed", "railbed/stack": "production"}


def operated(target: str, outputs: dict[str, Any], **sections: Any) -> DeployedStack:
    """A stack of a target with these outputs and sections of its settings."""
    settings: dict[str, Any] = {"app": {"name": "shop", "image": {"ref": IMAGE}}, "secrets": {"RAILS_MASTER_KEY": SECRET}}
    config = {
        f"railbed:{name}": json.dumps(section) if isinstance(section, dict) else section
        for name, section in (settings | sections).items()
    }
    return DeployedStack("production", "railbed", OUTPUTS | outputs, {"railbed:target": target, **config})
