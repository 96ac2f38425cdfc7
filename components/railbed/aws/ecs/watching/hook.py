"""What hooks have in common that wait for ECS before a resource records what has happened."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi

from railbed.aws.ecs.watching.access import Connect, EcsAccess
from railbed.aws.ecs.watching.patience import Patience
from railbed.aws.ecs.watching.stop_reasons import TaskSettings
from railbed.watching.log_text import Redaction


@dataclass
class Plan:
    """What is known only once the resources that it comes from are there."""

    region: str = ""
    cluster: str = ""
    log_group: str = ""


@dataclass(kw_only=True)
class EcsHook:
    """Waits for ECS. When it raises nothing is recorded, so that the next `pulumi up` comes here again."""

    component: pulumi.Resource
    plan: Plan
    redaction: Redaction
    connect: Connect
    settings: TaskSettings = field(default_factory=TaskSettings)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Any] = asyncio.sleep

    @staticmethod
    def is_recorded(args: pulumi.ResourceHookArgs) -> bool:
        """Whether only something else about the record changes, such as its tags."""
        before, now = args.old_inputs or {}, args.new_inputs or {}
        return bool(before and before.get("insecureValue") == now.get("insecureValue"))

    async def connected(self) -> EcsAccess:
        """ECS, as whom the provider is signed in."""
        return await asyncio.to_thread(self.connect, self.plan.region, self.plan.cluster)

    def patience(self, meanwhile: str = "") -> Patience:
        """Asks ECS until it answers; `meanwhile` is what goes on although it does not."""
        return Patience(self.component, self.redaction, self.clock, self.sleep, meanwhile)
