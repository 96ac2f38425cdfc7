"""Tells, when `pulumi up` comes by, that a cron task did not work the last time: nobody else watches its runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes.batch.v1 import CronJob

from railbed.kubernetes.api.access import ClusterAccess, Observation, time_of
from railbed.kubernetes.api.client import plain_reason
from railbed.kubernetes.watching.pod_reasons import events_of, reason_of_job
from railbed.kubernetes.watching.reason import shortened


@dataclass
class CronObserver:
    """Looks at the last run of one CronJob. It warns, and fails nothing: the run may have been of the release before."""

    component: pulumi.Resource
    selector: str
    observation: Observation

    def follow(self, cron_job: CronJob) -> None:
        """Look at the last run in every `up`, not in previews, which do not need the cluster."""
        if not pulumi.runtime.is_dry_run():
            tell: Callable[[Any], Any] = self._tell
            cron_job.metadata.apply(tell)

    async def _tell(self, metadata: Any) -> str:
        found = ""
        try:
            found = await asyncio.to_thread(self._last_run, metadata.get("namespace") or "default", metadata.get("uid") or "")
        except Exception as error:  # (a cluster that cannot be read from here has more important things to tell)
            pulumi.log.debug(f"The last run could not be read: {plain_reason(error)}", self.component)
        if found:
            pulumi.log.warn(shortened(self.observation.redaction(found)), self.component)
        return found

    def _last_run(self, namespace: str, uid: str) -> str:
        access = self.observation.connect()
        options = {"label_selector": self.selector, "_request_timeout": access.TIMEOUT_SECONDS}
        jobs = [job for job in access.batch.list_namespaced_job(namespace, **options).items if _belongs(job, uid)]
        last = max(jobs, key=lambda job: job.metadata.creation_timestamp, default=None)
        return self._refusal(access, namespace, uid, last) or (_outcome(access, namespace, last) if last else "")

    def _refusal(self, access: ClusterAccess, namespace: str, uid: str, last: Any | None) -> str:
        """Why the cluster did not let the last run begin."""
        for event in reversed(events_of(access, namespace, uid)):
            if event.reason == "FailedCreate" and (last is None or time_of(event) > last.metadata.creation_timestamp):
                return f"The last run could not begin. Kubernetes says: {event.message}"
        return ""


def _outcome(access: ClusterAccess, namespace: str, job: Any) -> str:
    ended = {condition.type for condition in job.status.conditions or [] if condition.status == "True"}
    if "Complete" in ended:
        return ""
    reason = reason_of_job(access, namespace, job.metadata.name)
    if "Failed" in ended:
        reason = reason or f"`kubectl --namespace {namespace} logs job/{job.metadata.name}` shows what it said."
        return f"The last run, {job.metadata.name} at {job.metadata.creation_timestamp:%Y-%m-%d %H:%M} UTC, failed: {reason}"
    return f"The run {job.metadata.name} does not start: {reason}" if reason else ""


def _belongs(job: Any, uid: str) -> bool:
    return any(owner.uid == uid for owner in job.metadata.owner_references or [])
