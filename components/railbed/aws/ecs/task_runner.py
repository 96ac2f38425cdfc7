"""Runs one task to its end while Pulumi waits, shows the end of its log, and fails when it failed."""

import asyncio
import contextlib
import hashlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pulumi

from railbed.aws.ecs.access import LOG_ARRIVES_SECONDS, EcsAccess, TaskPlacementError, TaskState
from railbed.diagnostics import tell
from railbed.log_text import Redaction, shown_tail

POLL_SECONDS = 2.0
PLACEMENT_POLL_SECONDS = 5.0
UNKNOWN_SECONDS = 60.0
"""ECS may not know a task yet that it has just started."""
SHOWN_LINES_OF_SUCCESS = 30
SHOWN_LINES_OF_FAILURE = 100


class TaskRunError(Exception):
    """A one-off task did not succeed; the text says why, without secrets."""


@dataclass
class RunPlan:
    """What is known only once the resources that it comes from are there."""

    region: str = ""
    cluster: str = ""
    log_group: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    """Arguments of RunTask besides the cluster."""


@dataclass
class TaskRunner:
    """A resource hook that runs a task before a resource is created or updated, and fails with it.

    The resource records what has run. When the task fails nothing is recorded, so that the next `pulumi up` runs it again.
    """

    component: pulumi.Resource
    subject: str
    """What the task is to the user, such as "migration"."""
    containers: list[str]
    """Containers in the order in which they run; the last decides."""
    start_seconds: int
    deadline_seconds: int
    plan: RunPlan
    redaction: Redaction
    connect: Callable[[str, str], EcsAccess] = EcsAccess
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Any] = asyncio.sleep

    async def run(self, args: pulumi.ResourceHookArgs) -> None:
        """Run the task. Raises `TaskRunError` unless it ends with exit code 0."""
        if args.old_inputs and args.old_inputs.get("insecureValue") == (args.new_inputs or {}).get("insecureValue"):
            return  # only something else about the record changes, such as its tags
        access = await asyncio.to_thread(self.connect, self.plan.region, self.plan.cluster)
        started_by = started_by_of(args.urn)
        await self._wait_for_earlier(access, started_by)
        arn = await self._start(access, started_by)
        with _signals_cancel():
            try:
                task, reason = await self._until_stopped(access, arn)
            except BaseException:  # (cancelled, or ECS cannot be asked any more: do not leave it running unwatched)
                self._stop(access, arn)
                raise
        await self._report(access, task, reason)

    def _stop(self, access: EcsAccess, arn: str) -> None:
        try:
            access.stop_task(arn, "pulumi up was cancelled")
        except Exception as error:
            pulumi.log.warn(f"The task {arn} may still run, it could not be stopped: {type(error).__name__}", self.component)

    async def _wait_for_earlier(self, access: EcsAccess, started_by: str) -> None:
        told = False
        while running := await asyncio.to_thread(access.running, started_by):
            if not told:
                name = running[0].rsplit("/", 1)[-1]
                pulumi.log.info(f"An interrupted run left the task {name} running: waiting for it to finish.", self.component)
                told = True
            await self.sleep(POLL_SECONDS)

    async def _start(self, access: EcsAccess, started_by: str) -> str:
        give_up = self.clock() + self.start_seconds
        warned = False
        while True:
            try:
                return await asyncio.to_thread(access.run_task, started_by, self.plan.request)
            except TaskPlacementError as refusal:
                reason = self.redaction(str(refusal))
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
        begin = self.clock()
        reason, shown = "", ""
        while True:
            found = await asyncio.to_thread(access.tasks, [arn])
            waited = self.clock() - begin
            if not found:
                if waited > UNKNOWN_SECONDS:
                    raise TaskRunError(f"ECS does not know the task of the {self.subject} that it started: {arn}")
            elif (task := found[0]).stopped:
                return task, reason
            elif not reason:
                reason = self._overdue(task, waited)
                if reason:
                    await asyncio.to_thread(access.stop_task, arn, reason)
                elif task.started and (last := await self._log(access, task, 1)) and last != shown:
                    pulumi.log.info(last, self.component, ephemeral=True)
                    shown = last
            await self.sleep(POLL_SECONDS)

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
        await self._show_log(access, task, pulumi.log.error, SHOWN_LINES_OF_FAILURE)
        told = self.redaction(task.reasons())
        if reason:
            raise TaskRunError(f"{reason}: {told}" if told else f"{reason}.")
        if exit_code is None:
            raise TaskRunError(f"The {self.subject} did not start: {told or 'ECS gives no reason'}")
        raise TaskRunError(f"The {self.subject} failed with exit code {exit_code}.")

    async def _show_log(self, access: EcsAccess, task: TaskState, log: Callable[..., None], lines: int) -> None:
        if not task.started:
            return
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

    async def _log(self, access: EcsAccess, task: TaskState, lines: int) -> str:
        for container in reversed(self.containers):
            try:
                text = await asyncio.to_thread(access.log, self.plan.log_group, container, task, lines)
            except Exception as error:  # (an unreadable log must not hide how the task ended)
                pulumi.log.warn(f"The log of the {self.subject} cannot be read: {type(error).__name__}", self.component)
                return ""
            if text.strip():
                return shown_tail(text.encode(), self.redaction, lines)
        return ""


def started_by_of(urn: str) -> str:
    """A name for the runs of one resource, the same in every `pulumi up`; ECS takes 36 characters."""
    return f"railbed-{hashlib.sha256(urn.encode()).hexdigest()[:28]}"


@contextlib.contextmanager
def _signals_cancel() -> Iterator[None]:
    """While inside, let a signal that would end the program cancel the current task first."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    received: list[int] = []

    def cancel(number: int, _frame: object) -> None:
        if task and not received:
            loop.call_soon_threadsafe(task.cancel)
        received.append(number)

    # Not by the loop: what it has not come to when the task ends would be lost. An engine that is killed hangs up, which
    # cancels the task, while the signal is still on its way: the program would wait for that engine for ever.
    earlier = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError):  # not in another thread than the main one: there the next `up` finds the task
            earlier[number] = signal.signal(number, cancel)
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
        if received:
            if task:
                task.uncancel()  # (the signal may cancel it in its own way, as in asyncio.run)
            signal.raise_signal(received[0])
