"""Tells, when `pulumi up` comes by, that a scheduled task did not work the last time: nobody else watches its runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws.ecs import TaskDefinition

from railbed.aws.ecs.task import CONTAINER, EcsTask
from railbed.aws.ecs.task_definition import DefinedTask
from railbed.aws.ecs.watching.access import EcsAccess, TaskState
from railbed.aws.ecs.watching.patience import words_of
from railbed.aws.ecs.watching.stop_reasons import advice_on_task, settings_of
from railbed.watching.log_text import Redaction, shown_tail

SHOWN_LINES = 10

TIMED_OUT = 124
"""Exit code of `timeout`, which ends a run that takes too long."""


@dataclass
class RunObserver:
    """Looks at the last run of one scheduled task that ECS still knows, which is for about an hour after its end.

    It warns, and fails nothing: the run may have been of the release before.
    """

    component: pulumi.Resource
    task: EcsTask
    deadline_seconds: int
    redaction: Redaction = field(default_factory=Redaction)
    connect: Callable[[str, str], EcsAccess] = EcsAccess

    def follow(self, defined: DefinedTask, definition: TaskDefinition) -> None:
        """Look at the last run in every `up`, not in previews, which do not need the cluster."""
        if not pulumi.runtime.is_dry_run():
            tell: Callable[[Any], Any] = self._tell
            pulumi.Output.unsecret(
                pulumi.Output.all(
                    region=self.task.region_output(),
                    cluster=self.task.cluster_arn,
                    family=definition.family,
                    log_group=defined.log_group.name,
                    secrets=[*self.task.secrets.values(), *self.task.hidden_values],
                )
            ).apply(tell)

    async def _tell(self, known: dict[str, Any]) -> str:
        self.redaction.add(map(str, known["secrets"]))
        found = ""
        try:
            found = await asyncio.to_thread(self._last_run, known)
        except Exception as error:  # (what cannot be read from here is no reason to stop)
            pulumi.log.debug(f"The last run could not be read: {self.redaction(words_of(error))}", self.component)
        if found:
            pulumi.log.warn(self.redaction(found), self.component)
        return found

    def _last_run(self, known: dict[str, Any]) -> str:
        """What is wrong with the last run; empty if nothing is, or ECS knows none any more."""
        access = self.connect(known["region"], known["cluster"])
        last = next(iter(access.stopped_tasks(family=known["family"])), None)
        if last is None or _succeeded(last):
            return ""
        log = access.log(known["log_group"], CONTAINER, last, SHOWN_LINES)
        last_words = shown_tail(log.encode(), self.redaction, SHOWN_LINES)
        reasons = ". ".join(filter(None, (self._advice(last, last_words), last.end())))
        told = f"The last run, {last.id}{_time(last)}, failed: {reasons}"
        return f"{told}\nThe end of its log:\n{last_words}" if last_words.strip() else told

    def _advice(self, run: TaskState, last_words: str) -> str:
        if any(each.exit_code == TIMED_OUT for each in run.containers):
            return f"it took longer than deadline_seconds ({self.deadline_seconds}): raise it, or make its work smaller"
        return advice_on_task(run, settings_of(self.task), last_words)


def _succeeded(task: TaskState) -> bool:
    main = next((each for each in task.containers if each.name == CONTAINER), None)
    return main is not None and main.exit_code == 0


def _time(task: TaskState) -> str:
    return f" at {task.stopped_at:%Y-%m-%d %H:%M} UTC" if task.stopped_at is not None else ""
