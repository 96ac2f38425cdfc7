"""Waits for a deployment of a service, and fails when ECS gave it up.

ECS rolls a failed deployment back by itself, and a service that is stable again looks like a success. A deployment that is
complete may leave tasks of the one before that still finish their work (aws/aws-cdk#13506).
"""

import asyncio
import re
from dataclasses import dataclass

import pulumi

from railbed.aws.ecs.states import Deployment, ServiceState, TaskState
from railbed.aws.ecs.watching.access import LOG_ARRIVES_SECONDS, EcsAccess
from railbed.aws.ecs.watching.hook import EcsHook, Plan
from railbed.aws.ecs.watching.patience import UnreachableError, is_lost_sign_in, words_of
from railbed.aws.ecs.watching.stop_reasons import advice_on, advice_on_task
from railbed.watching.diagnostics import tell
from railbed.watching.log_text import shown_tail

POLL_SECONDS = 5.0
UNKNOWN_SECONDS = 60.0
"""ECS may not know a service yet that it has just made."""
SHOWN_EVENTS = 8
SHOWN_TASKS = 3
SHOWN_LINES = 50


class DeploymentError(Exception):
    """A deployment did not happen; the message says why, without secrets."""


@dataclass
class CheckPlan(Plan):
    """The service, and what it is to run."""

    service: str = ""
    task_definition: str = ""


@dataclass(kw_only=True)
class DeploymentCheck(EcsHook):
    """A resource hook that waits for a service's deployment before a resource records it.

    When the deployment fails nothing is recorded: the next `pulumi up` comes here again, and deploys again if the service
    went back to an older task definition in the meantime.
    """

    container: str
    deadline_seconds: int
    leaving_seconds: int
    """Seconds that tasks of earlier deployments have to end once the new ones have taken over."""
    plan: CheckPlan

    async def run(self, args: pulumi.ResourceHookArgs) -> None:
        """Wait until the service runs the task definition. Raises `DeploymentError` if it does not."""
        if self.is_recorded(args):
            return
        try:
            access = await self.connected()
            ours = await self._deployment(access)
            failure = await self._wait(access, ours.id)
        except (DeploymentError, LookupError):
            raise
        except Exception as error:
            raise self._out_of_sight(error) from None
        if failure:
            advice = await self._show_why(access, ours)
            raise DeploymentError(self.redaction(f"{failure.rstrip('.')}. {_sentence(advice)}" if advice else failure))

    def _out_of_sight(self, error: Exception) -> DeploymentError:
        why = str(error) if isinstance(error, UnreachableError) else self.redaction(words_of(error))
        first = "Sign in to AWS again, then run" if is_lost_sign_in(error) else "Run"
        return DeploymentError(
            f"How the deployment of {self.plan.service} ends cannot be read: {why}. ECS goes on with it, and goes back to the "
            f"release before if it fails. {first} `pulumi up` again: it waits for the same deployment."
        )

    async def _service(self, access: EcsAccess) -> ServiceState:
        """The service. Raises `LookupError` if ECS does not know it for long."""
        begin = self.clock()
        meanwhile = f"ECS goes on with the deployment of {self.plan.service}."
        patience = self.patience(meanwhile)
        while True:
            try:
                return await patience.ask(access.service, self.plan.service)
            except LookupError:
                if self.clock() - begin > UNKNOWN_SECONDS:
                    raise
            await self.sleep(POLL_SECONDS)

    async def _deployment(self, access: EcsAccess) -> Deployment:
        """The deployment to wait for."""
        service = await self._service(access)
        ours = _newest(service, self.plan.task_definition)
        if ours is None:
            last = "gave up this release" if _gave_up(service, self.plan.task_definition) else "went back to an older release"
            pulumi.log.info(f"ECS {last} after the last `pulumi up`: deploying again.", self.component)
            patience = self.patience()
            try:
                ours = await patience.ask(access.deploy, self.plan.service, self.plan.task_definition)
            except Exception as error:
                words = str(error) if isinstance(error, UnreachableError) else self.redaction(words_of(error))
                raise DeploymentError(f"{self.plan.service} could not be deployed again: {words}.") from None
        if ours is None:
            raise DeploymentError(f"The service {self.plan.service} does not take {self.plan.task_definition}.")
        return ours

    async def _wait(self, access: EcsAccess, deployment_id: str) -> str:
        """Why the deployment failed; empty once it is complete and nothing works any more that it replaced.

        Raises `DeploymentError` if what it replaced goes on working.
        """
        begin, shown, seen, warned = self.clock(), "", "", ""
        completed: float | None = None
        while True:
            service = await self._service(access)
            ours = next((each for each in service.deployments if each.id == deployment_id), None)
            primary = service.primary
            if ours is None and not shown and self.clock() - begin < UNKNOWN_SECONDS:
                await self.sleep(POLL_SECONDS)  # ECS does not tell everybody at once what it has just begun
                continue
            if ours is None:
                return f"The deployment was rolled back: {seen or 'ECS gives no reason'}"
            seen = ours.reason or seen
            if ours.rollout == "FAILED":
                went_back = ", and ECS went back to the release before" if primary and primary.id != ours.id else ""
                return f"The deployment failed{went_back}: {ours.reason or 'ECS gives no reason'}"
            if primary is not None and primary.id != ours.id:
                return f"The deployment was replaced by another one, of {primary.task_definition}: {ours.reason}"
            if ours.rollout == "COMPLETED":
                completed = self.clock() if completed is None else completed
                leaving = await self._leaving(access, ours)
                if not leaving:
                    return ""
                if self.clock() - completed > self.leaving_seconds:
                    raise DeploymentError(self._still_there(leaving))
                progress = f"The new tasks run; tasks of the release before that still finish their work: {len(leaving)}"
            else:
                if self.clock() - begin > self.deadline_seconds:
                    return (
                        f"The deployment was not complete after {self.deadline_seconds} seconds: "
                        f"{ours.running} of {ours.desired} tasks run"
                    )
                if (words := _placement(service, ours)) and words != warned:
                    self._warn(words)
                    warned = words
                progress = f"{ours.running} of {ours.desired} new tasks run"
            if progress != shown:
                pulumi.log.info(progress, self.component, ephemeral=True)
                shown = progress
            await self.sleep(POLL_SECONDS)

    async def _leaving(self, access: EcsAccess, ours: Deployment) -> list[TaskState]:
        """Tasks that the deployment has replaced and that still work: what comes next may break them."""
        patience = self.patience("The new release runs.")
        return await patience.ask(access.replaced, self.plan.service, ours.id)

    def _still_there(self, leaving: list[TaskState]) -> str:
        named = ", ".join(f"{task.id} ({task.status})" for task in leaving[:SHOWN_TASKS])
        return (
            f"The new release of {self.plan.service} runs, but {len(leaving)} of the tasks that it replaced still work after "
            f"{self.leaving_seconds} seconds: {named}. What follows, such as the post-migration, may break them. Look why they "
            "do not end, or stop them with `aws ecs stop-task`; then run `pulumi up` again, which goes on from here."
        )

    def _warn(self, words: str) -> None:
        advice = _sentence(advice_on(words, self.settings))
        told = " ".join(part for part in ("New tasks do not start yet.", advice, f"ECS says: {words}") if part)
        pulumi.log.warn(self.redaction(told), self.component)

    async def _show_why(self, access: EcsAccess, ours: Deployment) -> str:
        """Show why the deployment failed, and give what mends it; empty if that is not known."""
        patience = self.patience()
        try:
            service = await patience.ask(access.service, self.plan.service)
            tasks = await patience.ask(access.stopped_tasks, self.plan.service)
            of_ours = [task for task in tasks if task.started_by in ("", ours.id)]
            last_words = await self._last_words(access, of_ours)
        except Exception as error:  # (unreadable reasons must not hide that the deployment failed)
            await tell(pulumi.log.warn, f"Why the deployment failed cannot be read: {type(error).__name__}", self.component)
            return ""
        parts = [_events(service, ours), _reasons(of_ours), last_words]
        text = self.redaction("\n".join(part for part in parts if part))
        if text:
            await tell(pulumi.log.error, text, self.component)
        found = (advice_on_task(task, self.settings, last_words) for task in of_ours[:SHOWN_TASKS])
        placement = _placement(service, ours)
        return next(filter(None, found), "") or (advice_on(placement, self.settings) if placement else "")

    async def _last_words(self, access: EcsAccess, tasks: list[TaskState]) -> str:
        give_up = self.clock() + LOG_ARRIVES_SECONDS
        unreadable = ""
        while tasks:
            for task in tasks:
                try:
                    text = await asyncio.to_thread(access.log, self.plan.log_group, self.container, task, SHOWN_LINES)
                except Exception as error:  # (an unreadable log must not hide what ECS says)
                    unreadable = type(error).__name__
                    continue
                if text.strip():
                    return f"The end of the log of {task.id}:\n{shown_tail(text.encode(), self.redaction, SHOWN_LINES)}"
            if self.clock() >= give_up:
                break
            await self.sleep(POLL_SECONDS)
        return f"The log of its tasks cannot be read: {unreadable}" if unreadable else ""


def _newest(service: ServiceState, task_definition: str) -> Deployment | None:
    """The deployment of a task definition, the service's primary one before any other; one that ECS gave up is none.

    A first deployment that failed stays PRIMARY for ever, as there is nothing to go back to
    (docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
    """
    found = [each for each in service.deployments if each.task_definition == task_definition and each.rollout != "FAILED"]
    return next((each for each in found if each.status == "PRIMARY"), found[0] if found else None)


def _gave_up(service: ServiceState, task_definition: str) -> bool:
    return any(each.task_definition == task_definition and each.rollout == "FAILED" for each in service.deployments)


def _events(service: ServiceState, ours: Deployment) -> str:
    newest = list(dict.fromkeys(service.events_since(ours)))[:SHOWN_EVENTS]
    return "\n".join(["What ECS says, the last first:", *(f"  {event}" for event in newest)]) if newest else ""


def _placement(service: ServiceState, ours: Deployment) -> str:
    """Why ECS could not place a task of the deployment, in its own words; empty if it could."""
    return next((event for event in service.events_since(ours) if re.search("unable to|throttled", event)), "")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _reasons(tasks: list[TaskState]) -> str:
    told = [f"  {task.id}: {task.end()}" for task in tasks[:SHOWN_TASKS]]
    return "\n".join(["Why its tasks stopped:", *told]) if told else ""
