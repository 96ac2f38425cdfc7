"""Upgrades to another major version of a managed store, which replace its parameter group.

AWS does not delete a group that servers are members of, and they are until the upgrade is done: one that waits for the
maintenance window would fail this `pulumi up`, and each one until then (terraform-provider-aws#6448; DeleteDBParameterGroup and
DeleteCacheParameterGroup of the APIs).
"""

from collections.abc import Callable
from typing import Any

import pulumi


class UpgradeError(Exception):
    """An upgrade cannot be done as it is asked for."""


def upgrade_hooks(kind: str, name: str, apply_immediately: bool, family: Callable[[str], str]) -> pulumi.ResourceHookBinding:
    """Hooks that refuse another major version where it would wait. `family` is that of the parameters of a version."""

    def check(args: pulumi.ResourceHookArgs) -> None:
        before, wanted = (_version(inputs) for inputs in (args.old_inputs, args.new_inputs))
        if before is None or wanted is None or apply_immediately or family(before) == family(wanted):
            return
        raise UpgradeError(
            f"{kind} '{name}': version {before} to {wanted} is an upgrade to another major version. With apply_immediately "
            f"false it waits for the maintenance window, and until then AWS refuses to delete the parameter group of "
            f"{family(before)}. Set apply_immediately to true when it may begin, and to false again after it"
        )

    # In previews too: before anything is changed.
    options = pulumi.ResourceHookOptions(on_dry_run=True)
    return pulumi.ResourceHookBinding(before_update=[pulumi.ResourceHook(f"railbed:{kind}:{name}:upgrade", check, options)])


def _version(inputs: Any) -> str | None:
    version = (inputs or {}).get("engineVersion")
    return version if isinstance(version, str) else None
