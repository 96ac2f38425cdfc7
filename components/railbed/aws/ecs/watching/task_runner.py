"""Runs one task to its end while Pulumi waits, shows the end of its log, and fails when it failed."""

import asyncio
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi

from railbed.aws.ecs.states import TaskState
from railbed.aws.ecs.watching.access import LOG_ARRIVES_SECONDS, EcsAccess, TaskPlacementError
from railbed.aws.ecs.watching.hook import EcsHook, Plan
from railbed.aws.ecs.watching.patience import UnreachableError, is_lost_answer, is_lost_sign_in, words_of
from railbed.aws.ecs.watching.stop_reasons import advice_on, advice_on_task
from railbed.watching.diagnostics import tell
from railbed.watching.interruption import cancelled_by_signals
from railbed.watching.log_text import shown_tail

POLL_SECONDS = 2.0
PLACEMENT_POLL_SECONDS = 5.0
UNKNOWN_SECONDS = 60.0
"""ECS may not know a task yet that it has just started."""
STOPPING_SECONDS = 300.0
"""A task that is told to stop has up to two minutes for that on Fargate, and then lets go of its network and instance."""
NO_START = (
    "ECS gives no reason. Look whether the cluster has room for it, how large the image is, and whether the registry and "
    "Secrets Manager can be reached, or raise start_seconds"
)
SHOWN_LINES_OF_SUCCESS = 30
SHOWN_LINES_OF_FAILURE = 100


class TaskRunError(Exception):
    """A one-off task did not succeed; the message says why, without secrets."""


@dataclass
class RunPlan(Plan):
    """What is to run."""

    request: dict[str, Any] = field(default_factory=dict)
    """Arguments of RunTask besides the cluster."""


@dataclass(kw_only=True)
class TaskRunner(EcsHook):
    """A resource hook that runs a task before a resource is created or updated, and fails with it.

    The resource records what has run. When the task fails nothing is recorded, so that the next `pulumi up` runs it again.
    """

    subject: str
    """What the task is to the user, such as "migration"."""
    containers: list[str]
    """Containers in the order in which they run; the last decides."""
    start_seconds: int
    deadline_seconds: int
    plan: RunPlan
    _log_is_unreadable: bool = False

    async def run(self, args: pulumi.ResourceHookArgs) -> None:
        """Run the task. Raises `TaskRunError` unless it ends with exit code 0."""
        if self.is_recorded(args):
            return
        started_by = started_by_of(args.urn)
        try:
            access = await self.connected()
            await self._wait_for_earlier(access, started_by)
            arn = await self._start(access, started_by)
        except Exception as error:
            raise self._not_started(error) from None
        with cancelled_by_signals():
            try:
                task, reason = await self._until_stopped(access, arn)
            except asyncio.CancelledError:  # nobody watches it any more
                self._stop(access, arn)
                raise
            except TaskRunError:
                raise
            except Exception as error:
                raise self._out_of_sight(error, arn) from None
        await self._report(access, task, reason)

    def _not_started(self, error: Exception) -> TaskRunError:
        if isinstance(error, TaskRunError):
            return error
        if isinstance(error, UnreachableError):
            return TaskRunError(
                f"The {self.subject} was not started: {error}. Run `pulumi up` again when AWS can be reached; it first waits "
                "for a task that was started all the same."
            )
        words = self.redaction(words_of(error))
        if is_lost_sign_in(error):
            return TaskRunError(
                f"The {self.subject} was not started: sign in to AWS again, then run `pulumi up`. AWS says: {words}"
            )
        return TaskRunError(f"The {self.subject} was not started: {self._advised(words, advice_on(words, self.settings))}")

    def _out_of_sight(self, error: Exception, arn: str) -> TaskRunError:
        why = str(error) if isinstance(error, UnreachableError) else self.redaction(words_of(error))
        return TaskRunError(
            f"How the {self.subject} ends cannot be read: {why}. Its task {arn} goes on running. Run `pulumi up` again: it "
            f"waits for this task, then runs the {self.subject} again. To look at it: "
            f"{self._command('describe-tasks --tasks', arn)}"
        )

    def _command(self, operation: str, arn: str) -> str:
        return f"aws ecs {operation} {arn} --cluster {self.plan.cluster} --region {self.plan.region}"

    def _stop(self, access: EcsAccess, arn: str) -> None:
        try:
            access.stop_task(arn, "pulumi up was cancelled")
        except Exception as error:
            pulumi.log.warn(f"The task {arn} may still run, it could not be stopped: {type(error).__name__}", self.component)
            pulumi.log.warn(f"To stop it: {self._command('stop-task --task', arn)}", self.component)

    async def _wait_for_earlier(self, access: EcsAccess, started_by: str) -> None:
        """Wait for tasks of an interrupted run; end those that do not start, or not end, in their time."""
        begin, told, stopped = self.clock(), False, dict[str, float]()
        patience = self.patience()
        while running := await patience.ask(access.running, started_by):
            waited = self.clock() - begin
            if not told:
                pulumi.log.info(
                    f"An interrupted run left the task {running[0].id} running: waiting for it to finish.", self.component
                )
                told = True
            for task in running:
                # Counted from here: how long it has run before, only another clock knows.
                if task.arn in stopped:
                    self._check_stop(task, self.clock() - stopped[task.arn], "A task that an interrupted run left")
                elif reason := self._overdue(task, waited):
                    pulumi.log.warn(f"Stopping the task {task.id} that an interrupted run left: {reason}.", self.component)
                    await patience.ask(access.stop_task, task.arn, reason)
                    stopped[task.arn] = self.clock()
            await self.sleep(POLL_SECONDS)

    async def _start(self, access: EcsAccess, started_by: str) -> str:
        give_up = self.clock() + self.start_seconds
        warned = False
        while True:
            # One token for all that is sent until there is an answer: a request whose answer was lost starts no second task.
            token = uuid.uuid4().hex
            try:
                return await self.patience().ask(access.run_task, started_by, token, self.plan.request)
            except TaskPlacementError as refusal:
                words = self.redaction(str(refusal))
                reason = self._advised(words, advice_on(words, self.settings))
                if self.clock() >= give_up:
                    raise TaskRunError(
                        f"The {self.subject} did not start within {self.start_seconds} seconds: {reason}"
                    ) from None
                if not warned:
                    pulumi.log.warn(f"The {self.subject} does not start yet: {reason}", self.component)
                    warned = True
            await self.sleep(PLACEMENT_POLL_SECONDS)

    async def _until_stopped(self, access: EcsAccess, arn: str) -> tuple[TaskState, str]:
        """The task once it has stopped, and the reason if it was stopped here."""
        begin = seen = self.clock()
        stop_at, reason, shown = 0.0, "", ""
        patience = self.patience(f"The task {arn} of the {self.subject} goes on running.")
        while True:
            found = await patience.ask(access.tasks, [arn])
            now = self.clock()
            if not found:
                if now - seen > UNKNOWN_SECONDS:
                    raise TaskRunError(f"ECS does not know the task of the {self.subject} that it started: {arn}")
                await self.sleep(POLL_SECONDS)
                continue
            seen, task = now, found[0]
            if task.stopped:
                return task, reason
            if reason:
                self._check_stop(task, now - stop_at, f"{reason}. It")
            elif reason := self._overdue(task, now - begin):
                await patience.ask(access.stop_task, arn, reason)
                stop_at = self.clock()
            elif task.started and (last := await self._log(access, task, 1, live=True)) and last != shown:
                pulumi.log.info(last, self.component, ephemeral=True)
                shown = last
            await self.sleep(POLL_SECONDS)

    @staticmethod
    def _check_stop(task: TaskState, waited: float, what: str) -> None:
        if waited > STOPPING_SECONDS:
            minutes = f"{STOPPING_SECONDS / 60:.0f} minutes"
            raise TaskRunError(f"{what} was told to stop {minutes} ago and is still {task.status}: {task.arn}")

    def _overdue(self, task: TaskState, waited: float) -> str:
        if not task.started and waited > self.start_seconds:
            return f"The {self.subject} did not start within {self.start_seconds} seconds"
        if waited > self.deadline_seconds:
            return f"The {self.subject} was stopped at its deadline of {self.deadline_seconds} seconds"
        return ""

    async def _report(self, access: EcsAccess, task: TaskState, reason: str) -> None:
        decisive = next((each for each in task.containers if each.name == self.containers[-1]), None)
        exit_code = decisive.exit_code if decisive else None
        if exit_code == 0 and not reason:
            await self._show_log(access, task, pulumi.log.info, SHOWN_LINES_OF_SUCCESS)
            return
        last_words = await self._show_log(access, task, pulumi.log.error, SHOWN_LINES_OF_FAILURE)
        words = self.redaction(task.reasons(besides=reason))
        if reason:
            # Killed by us: its exit code says nothing.
            advice = advice_on(words, self.settings)
            told = self._advised(words, advice) if words or task.started else NO_START
            raise TaskRunError(f"{reason}: {told}" if told else f"{reason}.")
        advice = self.redaction(advice_on_task(task, self.settings, last_words))
        if exit_code is None:
            raise TaskRunError(f"The {self.subject} did not start: {self._advised(words or 'ECS gives no reason', advice)}")
        failed = f"The {self.subject} failed with exit code {exit_code}"
        raise TaskRunError(f"{failed}: {self._advised(words, advice)}" if advice else f"{failed}.")

    @staticmethod
    def _advised(words: str, advice: str) -> str:
        """What is to be done, followed by AWS' own words."""
        if not advice:
            return words
        return f"{advice}. AWS says: {words}" if words else f"{advice}."

    async def _show_log(self, access: EcsAccess, task: TaskState, log: Callable[..., None], lines: int) -> str:
        """Show the end of the log, and give it."""
        if not task.started:
            return ""
        give_up = self.clock() + LOG_ARRIVES_SECONDS
        text = before = await self._log(access, task, lines)
        while self.clock() < give_up:
            await self.sleep(POLL_SECONDS)
            text = await self._log(access, task, lines)
            if text and text == before:
                break
            before = text
        if text:
            await tell(log, f"The end of the log of the {self.subject}:\n{text}", self.component)
        return text

    async def _log(self, access: EcsAccess, task: TaskState, lines: int, *, live: bool = False) -> str:
        for container in reversed(self.containers):
            try:
                text = await asyncio.to_thread(access.log, self.plan.log_group, container, task, lines)
            except Exception as error:  # (an unreadable log must not hide how the task ended)
                passes = live and (is_lost_answer(error) or is_lost_sign_in(error))
                if not passes and not self._log_is_unreadable:
                    pulumi.log.warn(f"The log of the {self.subject} cannot be read: {type(error).__name__}", self.component)
                    self._log_is_unreadable = True
                return ""
            if text.strip():
                return shown_tail(text.encode(), self.redaction, lines)
        return ""


def started_by_of(urn: str) -> str:
    """A name for the runs of one resource, the same in every `pulumi up`; ECS takes 36 characters."""
    return f"railbed-{hashlib.sha256(urn.encode()).hexdigest()[:28]}"
