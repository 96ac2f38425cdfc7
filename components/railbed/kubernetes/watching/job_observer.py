"""Shows what a Job does while Pulumi waits for it: live status, the end of its log, and why it does not start."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pulumi

from railbed.kubernetes.api.access import ClusterAccess, Observation, ObservedJob
from railbed.kubernetes.api.client import plain_reason
from railbed.kubernetes.watching.patience import read_patiently
from railbed.kubernetes.watching.pod_reasons import reason_of_job
from railbed.kubernetes.watching.reason import shortened
from railbed.watching.diagnostics import tell
from railbed.watching.log_text import shown_tail

T = TypeVar("T")

POLL_SECONDS = 1.0
READ_BYTES = 32 * 1024
SHOWN_LINES_OF_SUCCESS = 30
SHOWN_LINES_OF_FAILURE = 100


@dataclass
class JobObserver:
    """Resource hooks around the creation of one Job.

    Everything here informs; nothing here decides: the exit code does, through the provider. There are two exceptions. A Job
    whose pod never starts is ended after `start_seconds` instead of at its deadline, and no Job is made while it is not known
    whether another one still migrates. Only Jobs that carry the mark of this stack are ended or deleted, by their UID.
    """

    component: pulumi.Resource
    selector: str
    """Labels of this migration's Jobs, with the mark of the stack."""
    start_seconds: int
    observation: Observation
    after: Sequence[str] = ()
    """Names of the Deployments whose earlier pods must have ended before the Job is made."""
    _access: ClusterAccess | None = None
    _ended: threading.Event = field(default_factory=threading.Event)
    _reason: str | None = None
    _seen: str = ""
    """Why the pod ended, as its status said last: one that was evicted is gone soon."""

    async def before_create(self, args: pulumi.ResourceHookArgs) -> None:
        """Wait for what must have ended before, then watch the new Job.

        Raises `ClusterUnreadable` where the cluster does not tell for minutes: two migrations must never run at a time.
        """
        namespace, name = _identity(args.new_inputs)
        loop = asyncio.get_running_loop()
        try:
            self._access = await asyncio.to_thread(self.observation.connect)
        except Exception as error:  # (a component alone, without the provider's kubeconfig: nothing can be looked at)
            pulumi.log.warn(f"The log of the migration will not be shown: {self._reason_of(error)}", self.component)
            return
        await self._wait_for_earlier(namespace)
        await self._wait_for_pods(namespace)
        self._ended.clear()
        threading.Thread(target=self._watch, args=(self._access, namespace, name, loop), daemon=True).start()

    async def after_create(self, args: pulumi.ResourceHookArgs) -> None:
        """Show the end of the log and remove what interrupted runs left behind."""
        self._ended.set()
        namespace, name = _identity(args.new_outputs)
        await self._show_log(namespace, name, pulumi.log.info, SHOWN_LINES_OF_SUCCESS)
        await self._remove_others(namespace, str(_metadata(args.new_outputs).get("uid")))

    async def on_error(self, args: pulumi.ErrorHookArgs) -> bool:
        """Show why the Job failed; never retry within the same run."""
        self._ended.set()
        namespace, name = _identity(args.new_inputs)
        if self._reason:
            await tell(pulumi.log.error, f"The migration did not start: {self._reason}", self.component)
        else:
            await self._show_cause(namespace, name)
        await self._show_log(namespace, name, pulumi.log.error, SHOWN_LINES_OF_FAILURE)
        return False

    async def _show_cause(self, namespace: str, name: str) -> None:
        if self._access is None:
            return
        try:
            found = await asyncio.to_thread(reason_of_job, self._access, namespace, name, self._seen)
        except Exception:  # (what was seen before still tells)
            found = self._seen
        if found:
            await tell(pulumi.log.error, shortened(self.observation.redaction(found)), self.component)

    async def _wait_for_earlier(self, namespace: str) -> None:
        told: set[str] = set()
        ended: set[str] = set()
        while True:
            running = [job for job in await self._jobs(namespace) if not job.finished]
            if not running:
                return
            for job in running:
                if job.uid not in told:
                    pulumi.log.info(f"An interrupted run left {job.name} migrating: waiting for it to finish.", self.component)
                    told.add(job.uid)
                if job.uid not in ended and await self._has_not_started(namespace, job):
                    await self._read(partial(self._connected.end_job, namespace, job), f"The end of {job.name}")
                    ended.add(job.uid)
            await asyncio.sleep(POLL_SECONDS)

    async def _has_not_started(self, namespace: str, job: ObservedJob) -> bool:
        """Whether a Job has had its time to start in vain: nothing watches it, and it would block until its deadline."""
        if job.age_seconds <= self.start_seconds:
            return False
        pods = await self._read(partial(self._connected.pods, namespace, job.name), f"The pods of {job.name}")
        if any(pod.started for pod in pods):
            return False
        reason = f": {self.observation.redaction(pods[-1].obstacle)}" if pods and pods[-1].obstacle else ""
        pulumi.log.warn(
            f"{job.name}, which an interrupted run left, has not started within {self.start_seconds} seconds and is "
            f"ended{reason}",
            self.component,
        )
        return True

    async def _wait_for_pods(self, namespace: str) -> None:
        access = self._connected
        told = False
        while True:
            ending = [
                pod
                for deployment in self.after
                for pod in await self._read(partial(access.ending_pods, namespace, deployment), f"The pods of {deployment}")
            ]
            if not ending:
                return
            if not told:
                pulumi.log.info(f"Pods of the release before still work: waiting for {', '.join(ending)}.", self.component)
                told = True
            await asyncio.sleep(POLL_SECONDS)

    async def _remove_others(self, namespace: str, uid: str) -> None:
        """Remove finished Jobs of this migration, if the cluster that is looked at is the one that has the new Job."""
        if self._access is None:
            return
        try:
            jobs = await self._jobs(namespace)
            others = [job for job in jobs if job.uid != uid and job.finished] if uid in {job.uid for job in jobs} else []
            for job in others:
                await asyncio.to_thread(self._access.delete_job, namespace, job)
        except Exception as error:  # (what is left behind hinders nothing)
            pulumi.log.warn(f"Jobs of earlier runs could not be removed: {self._reason_of(error)}", self.component)

    async def _jobs(self, namespace: str) -> list[ObservedJob]:
        access = self._connected
        subject = "Whether a migration is still at work"
        return await self._read(lambda: access.jobs(namespace, self.selector), subject)

    async def _read(self, read: Callable[[], T], subject: str) -> T:
        return await read_patiently(read, subject, self.component, self.observation.redaction)

    @property
    def _connected(self) -> ClusterAccess:
        assert self._access is not None
        return self._access

    async def _show_log(self, namespace: str, name: str, log: Callable[..., None], lines: int) -> None:
        if self._access is None:
            return
        try:
            text = await asyncio.to_thread(self._end_of_log, self._access, namespace, name, lines)
        except Exception as error:  # (an unreadable log must not hide how the migration ended)
            await tell(pulumi.log.warn, f"The log of the migration could not be read: {self._reason_of(error)}", self.component)
            return
        if text:
            await tell(log, f"The end of the log of {name}:\n{text}", self.component)

    def _end_of_log(self, access: ClusterAccess, namespace: str, name: str, lines: int) -> str:
        for pod in reversed(access.pods(namespace, name)):
            for container in reversed(pod.started):
                end = access.log(namespace, pod.name, container, lines, READ_BYTES)
                if end.strip():
                    return shown_tail(end, self.observation.redaction, lines)
        return ""

    def _reason_of(self, error: Exception) -> str:
        return self.observation.redaction(plain_reason(error))

    def _watch(self, access: ClusterAccess, namespace: str, name: str, loop: asyncio.AbstractEventLoop) -> None:
        def show(log: Callable[..., None], text: str, **options: Any) -> None:
            loop.call_soon_threadsafe(lambda: log(text, self.component, **options))

        give_up = time.monotonic() + self.start_seconds
        shown, warned = "", ""
        while not self._ended.wait(POLL_SECONDS):
            try:
                pods = access.pods(namespace, name)
                self._seen = pods[-1].reason if pods else self._seen
                if any(pod.started for pod in pods):
                    last = self._end_of_log(access, namespace, name, 1)
                    if last and last != shown:
                        show(pulumi.log.info, last, ephemeral=True)
                        shown = last
                    continue
                reason = pods[-1].obstacle if pods else "; ".join(access.warnings(namespace, name)[-1:])
                if reason:
                    told = shortened(self.observation.redaction(reason_of_job(access, namespace, name) or reason))
                if reason and _kind(reason) != _kind(warned):
                    show(pulumi.log.warn, f"The migration does not start yet: {told}")
                    warned = reason
                if time.monotonic() > give_up:
                    # Only the one Job of this name that carries the stack's mark: another cluster may have one, too.
                    for job in access.jobs(namespace, self.selector):
                        if job.name == name:
                            self._reason = (reason and told) or f"no pod within {self.start_seconds} seconds"
                            access.end_job(namespace, job)
                    return
            except Exception:  # noqa: S112 (the API server may be away for a moment; try again)
                continue


def _metadata(properties: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return (properties or {}).get("metadata") or {}


def _identity(properties: Mapping[str, Any] | None) -> tuple[str, str]:
    metadata = _metadata(properties)
    return metadata.get("namespace") or "default", metadata.get("name") or ""


def _kind(reason: str) -> str:
    # ErrImagePull and ImagePullBackOff take turns; the user needs to read of it once.
    return "image" if "Image" in reason.split(":")[0] else reason.split(":")[0]
