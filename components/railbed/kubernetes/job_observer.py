"""Shows what a Job does while Pulumi waits for it: live status, the end of its log, and why it does not start."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from railbed.diagnostics import tell
from railbed.kubernetes.cluster_access import ClusterAccess, Observation, plain_reason
from railbed.log_text import shown_tail

POLL_SECONDS = 1.0
READ_BYTES = 32 * 1024
SHOWN_LINES_OF_SUCCESS = 30
SHOWN_LINES_OF_FAILURE = 100


@dataclass
class JobObserver:
    """Resource hooks around the creation of one Job.

    Everything here informs; nothing here decides: the exit code does, through the provider. The one exception is a Job whose
    pod never starts, which is ended after `start_seconds` instead of at its deadline.
    """

    component: pulumi.Resource
    selector: str
    start_seconds: int
    observation: Observation
    after: Sequence[str] = ()
    """Names of the Deployments whose earlier pods must have ended before the Job is made."""
    _access: ClusterAccess | None = None
    _ended: threading.Event = field(default_factory=threading.Event)
    _reason: str | None = None

    async def before_create(self, args: pulumi.ResourceHookArgs) -> None:
        """Wait for what must have ended before, then watch the new Job."""
        namespace, name = _identity(args.new_inputs)
        loop = asyncio.get_running_loop()
        try:
            self._access = await asyncio.to_thread(self.observation.connect)
            await self._wait_for_earlier(namespace)
            await self._wait_for_pods(namespace)
        except Exception as error:  # (whatever fails here, the migration itself must go on)
            pulumi.log.warn(f"The log of the migration will not be shown: {self._reason_of(error)}", self.component)
            self._access = None
            return
        self._ended.clear()
        threading.Thread(target=self._watch, args=(self._access, namespace, name, loop), daemon=True).start()

    async def after_create(self, args: pulumi.ResourceHookArgs) -> None:
        """Show the end of the log and remove what interrupted runs left behind."""
        self._ended.set()
        namespace, name = _identity(args.new_outputs)
        await self._show_log(namespace, name, pulumi.log.info, SHOWN_LINES_OF_SUCCESS)
        await self._remove_others(namespace, name)

    async def on_error(self, args: pulumi.ErrorHookArgs) -> bool:
        """Show why the Job failed; never retry within the same run."""
        self._ended.set()
        namespace, name = _identity(args.new_inputs)
        if self._reason:
            await tell(pulumi.log.error, f"The migration did not start: {self._reason}", self.component)
        await self._show_log(namespace, name, pulumi.log.error, SHOWN_LINES_OF_FAILURE)
        return False

    async def _wait_for_earlier(self, namespace: str) -> None:
        told: set[str] = set()
        while True:
            running = {name for name, finished in (await self._jobs(namespace)).items() if not finished}
            if not running:
                return
            for name in running - told:
                pulumi.log.info(f"An interrupted run left {name} migrating: waiting for it to finish.", self.component)
                told.add(name)
            await asyncio.sleep(POLL_SECONDS)

    async def _wait_for_pods(self, namespace: str) -> None:
        assert self._access is not None
        told = False
        while True:
            ending = [pod for name in self.after for pod in await asyncio.to_thread(self._access.ending_pods, namespace, name)]
            if not ending:
                return
            if not told:
                pulumi.log.info(f"Pods of the release before still work: waiting for {', '.join(ending)}.", self.component)
                told = True
            await asyncio.sleep(POLL_SECONDS)

    async def _remove_others(self, namespace: str, name: str) -> None:
        if self._access is None:
            return
        for other, finished in (await self._jobs(namespace)).items():
            if other != name and finished:
                try:
                    await asyncio.to_thread(self._access.delete_job, namespace, other)
                except Exception as error:  # (what is left behind hinders nothing)
                    pulumi.log.warn(f"Job {other} could not be removed: {self._reason_of(error)}", self.component)

    async def _jobs(self, namespace: str) -> dict[str, bool]:
        assert self._access is not None
        return await asyncio.to_thread(self._access.jobs, namespace, self.selector)

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
                if any(pod.started for pod in pods):
                    last = self._end_of_log(access, namespace, name, 1)
                    if last and last != shown:
                        show(pulumi.log.info, last, ephemeral=True)
                        shown = last
                    continue
                reason = (pods[-1].obstacle if pods else "") or "; ".join(access.warnings(namespace, name)[-1:])
                reason = self.observation.redaction(reason)
                if reason and _kind(reason) != _kind(warned):
                    show(pulumi.log.warn, f"The migration does not start yet: {reason}")
                    warned = reason
                if time.monotonic() > give_up:
                    self._reason = reason or f"no pod within {self.start_seconds} seconds"
                    access.end_job(namespace, name)
                    return
            except Exception:  # noqa: S112 (the API server may be away for a moment; try again)
                continue


def _identity(properties: Any) -> tuple[str, str]:
    metadata = (properties or {}).get("metadata") or {}
    return metadata.get("namespace") or "default", metadata.get("name") or ""


def _kind(reason: str) -> str:
    # ErrImagePull and ImagePullBackOff take turns; the user needs to read of it once.
    return "image" if "Image" in reason.split(":")[0] else reason.split(":")[0]
