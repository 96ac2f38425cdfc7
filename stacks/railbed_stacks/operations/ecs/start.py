"""Starts one-off tasks on ECS, where web tasks are."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from railbed.aws.ecs.watching.access import TaskPlacementError
from railbed_stacks.operations.ecs.access import EcsTasks, explained
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import WEB

POLL_SECONDS = 2.0
START_SECONDS = 300


def web_service(tasks: EcsTasks) -> dict[str, Any]:
    """The service of web tasks, as ECS describes it. Raises `OperationError`."""
    web = tasks.services().get(WEB)
    if web is None:
        raise OperationError("there is no service of web tasks: run `pulumi up`")
    return web


def request_of(web: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of RunTask besides the cluster. The task is where web tasks are, on capacity that stays."""
    request: dict[str, Any] = {
        "taskDefinition": definition["taskDefinitionArn"],
        "capacityProviderStrategy": [
            {**each, "capacityProvider": each["capacityProvider"].replace("FARGATE_SPOT", "FARGATE")}
            for each in web.get("capacityProviderStrategy", [])
        ],
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
    }
    if "networkConfiguration" in web:
        request["networkConfiguration"] = web["networkConfiguration"]
    return request


def start_task(tasks: EcsTasks, started_by: str, request: dict[str, Any]) -> str:
    """Start a task as soon as there is room for it; its ARN. Raises `OperationError`."""
    give_up = time.monotonic() + START_SECONDS
    token = uuid.uuid4().hex
    while True:
        try:
            with explained():
                return tasks.access.run_task(started_by, token, request)
        except TaskPlacementError as refusal:
            if time.monotonic() > give_up:
                raise OperationError(
                    f"ECS did not place the task within {START_SECONDS} seconds. AWS says: {refusal}"
                ) from None
            token = uuid.uuid4().hex  # the other was answered
        time.sleep(POLL_SECONDS)
