"""How to run the hook of a one-off task on ECS as the engine would."""

import asyncio
from typing import Any

import pulumi
import pytest

from tests.unit.ecs_answers import TASK, Aws
from tests.unit.ecs_samples import DEFINITION, deployed
from tests.unit.recording import Deployment

STARTED: dict[str, Any] = {"tasks": [{"taskArn": TASK}], "failures": []}
HOOK = "railbed:EcsTaskRun:shop:run"
URN = "urn:pulumi:prod::shop::railbed:index:EcsTaskRun$aws:ssm/parameter:Parameter::shop"


def describe(*states: Any) -> list[dict[str, Any]]:
    return [{"tasks": [state] if state else [], "failures": []} for state in states]


def hook_args(old: str | None = None, new: str = DEFINITION) -> pulumi.ResourceHookArgs:
    before = {"insecureValue": old} if old is not None else None
    return pulumi.ResourceHookArgs(URN, "", "shop", "aws:ssm/parameter:Parameter", {"insecureValue": new}, before)


def run(aws: Aws, monkeypatch: pytest.MonkeyPatch, args: pulumi.ResourceHookArgs | None = None, **arguments: Any) -> Deployment:
    """Deploy a migration, then let the engine come to its hook."""
    aws.answers_for(monkeypatch)
    deployment = deployed("EcsTaskRun", **arguments)
    hook = deployment.hooks[HOOK]
    hook.__self__.sleep, hook.__self__.clock = aws.sleep, aws.clock
    asyncio.run(hook(args or hook_args()))
    return deployment
