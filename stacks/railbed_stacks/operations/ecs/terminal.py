"""A terminal in a task of its own on ECS, which ends with it."""

import json
import shlex
import time
from collections.abc import Sequence
from typing import Any

from railbed.aws.ecs.task import CONTAINER
from railbed_stacks.operations.ecs import start
from railbed_stacks.operations.ecs.access import EcsTasks, explained
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import CONSOLE
from railbed_stacks.operations.terminal import installed, run_with_terminal

STARTED_BY = "railbed-console"
AGENT = "ExecuteCommandAgent"
SESSION = "AWS_SSM_START_SESSION_RESPONSE"
"""The variable that holds the session, with its token: nobody sees it on a command line. The plugin reads it since 1.2.497.0,
and takes the arguments that the AWS command line tool gives it
(https://github.com/aws/aws-cli, awscli/customizations/ecs/executecommand.py and sessionmanager.py)."""

INSTALL_PLUGIN = "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"


class EcsTerminal:
    """A task of the console's definition, which has the image of the release that serves."""

    def __init__(self, tasks: EcsTasks) -> None:
        self._tasks = tasks

    def open(self, command: Sequence[str]) -> int:
        """Start the task, run a command in it with this terminal, and stop the task. Raises `OperationError`."""
        plugin = installed("session-manager-plugin", INSTALL_PLUGIN)
        family = self._tasks.place.families.get(CONSOLE)
        if family is None:
            raise OperationError("the application has no console: set app.console.enabled to true, and run `pulumi up`")
        request = start.request_of(start.web_service(self._tasks), self._tasks.definition(family))
        arn = start.start_task(self._tasks, STARTED_BY, {**request, "enableExecuteCommand": True})
        try:
            runtime_id = self._runtime_id(arn)
            return run_with_terminal(*self._session(plugin, arn, runtime_id, command))
        finally:
            with explained():
                self._tasks.access.stop_task(arn, "the terminal was closed")

    def _runtime_id(self, arn: str) -> str:
        """Wait until commands can be run in the container; the container's ID."""
        give_up = time.monotonic() + start.START_SECONDS
        while time.monotonic() < give_up:
            found = self._tasks.ask("ecs", "describe_tasks", cluster=self._tasks.place.cluster, tasks=[arn])["tasks"]
            for container in (each for task in found for each in task["containers"] if each["name"] == CONTAINER):
                agents = {each["name"]: each.get("lastStatus") for each in container.get("managedAgents", [])}
                if agents.get(AGENT) == "RUNNING":
                    return str(container["runtimeId"])
                if container.get("lastStatus") == "STOPPED":
                    reasons = "; ".join(state.reasons() for state in self._tasks.access.tasks([arn]))
                    raise OperationError(f"the console's task did not start: {reasons or 'ECS gives no reason'}")
            time.sleep(start.POLL_SECONDS)
        raise OperationError(f"the console's task takes no commands after {start.START_SECONDS} seconds: see the ECS console")

    def _session(self, plugin: str, arn: str, runtime_id: str, command: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """The command line of the plugin, and its environment."""
        region, cluster = self._tasks.place.region, self._tasks.place.cluster
        request: dict[str, Any] = {"container": CONTAINER, "interactive": True, "command": shlex.join(command)}
        session = self._tasks.ask("ecs", "execute_command", cluster=cluster, task=arn, **request)["session"]
        response = {key[0].upper() + key[1:]: session[key] for key in ("sessionId", "streamUrl", "tokenValue")}
        target = json.dumps({"Target": f"ecs:{cluster}_{arn.rsplit('/', 1)[-1]}_{runtime_id}"})
        words = [plugin, SESSION, region, "StartSession", "", target, f"https://ssm.{region}.amazonaws.com"]
        return words, {SESSION: json.dumps(response)}
