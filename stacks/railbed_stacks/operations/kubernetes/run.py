"""One-off tasks on Kubernetes: a Job with the pod of the web processes that serve now."""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from railbed.kubernetes.api.ownership import MANAGED_BY
from railbed.kubernetes.pod import NOT_DISRUPTED, as_written
from railbed.kubernetes.watching.pod_status import reason_of_pod
from railbed.kubernetes.workload import COMPONENT, INSTANCE, selector_of
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.kubernetes.access import TIMEOUT_SECONDS, KubernetesAccess
from railbed_stacks.operations.kubernetes.logs import PodLogs, run_of
from railbed_stacks.operations.operations import Show, Size

START_SECONDS = 300
POLL_SECONDS = 1.0
LOST_SECONDS = 300
"""How long the cluster may not answer while a task runs."""
END_GRACE_SECONDS = 30
KEPT_SECONDS = 24 * 3600
"""How long a Job that has ended stays, with its log."""

# Only what a server needs; a sidecar would keep the Job from ending.
_OF_SERVERS = ("ports", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


class TaskGoneError(OperationError):
    """The task was ended from outside."""


class KubernetesRun:
    """One run of a command."""

    def __init__(self, access: KubernetesAccess) -> None:
        self._access = access
        # Data stores let in pods of this component, and no Deployment or Service of the stack selects this instance.
        self._labels = {INSTANCE: f"{access.place.app}-run", COMPONENT: "console"}

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        """Run it to its end; its exit code. Raises `OperationError`."""
        job = self._create(self._job(command, size))
        try:
            pod = self._started(job)
        except (KeyboardInterrupt, OperationError):
            self._delete(job)
            raise
        try:
            return self._followed(job, pod, show)
        except KeyboardInterrupt:
            self._delete(job)
            raise

    def _job(self, command: Sequence[str], size: Size | None) -> dict[str, Any]:
        pod = self._serving_template()
        container = {key: value for key, value in pod["containers"][0].items() if key not in _OF_SERVERS}
        container |= {"name": "run", "args": as_written(command)}
        if size is not None:
            requests = {"cpu": size.cpu, "memory": size.memory}
            container["resources"] = {"requests": requests, "limits": requests}
        spec = {key: value for key, value in pod.items() if key != "topologySpreadConstraints"}
        spec |= {
            "containers": [container],
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": END_GRACE_SECONDS,
        }
        labels = {**self._labels, **self._access.owner.labels, MANAGED_BY: "railbed"}
        return {
            "metadata": {"generateName": f"{self._access.place.app}-run-", "labels": labels},
            "spec": {
                "backoffLimit": 0,
                "ttlSecondsAfterFinished": KEPT_SECONDS,
                "template": {"metadata": {"labels": labels, "annotations": NOT_DISRUPTED}, "spec": spec},
            },
        }

    def _serving_template(self) -> dict[str, Any]:
        """The pod of the release that serves: the Deployment's own may be of one that does not start."""
        access = self._access
        web = access.deployments().get("web")
        if web is None:
            raise OperationError(f"there are no web processes in namespace {access.namespace}: run `pulumi up`")
        selector = selector_of(web.spec.selector.match_labels)
        sets = [each for each in access.objects(access.apps, "replica_set", selector) if each.status.ready_replicas]
        newest = max(sets, key=lambda each: each.metadata.creation_timestamp, default=web)
        found: dict[str, Any] = access.api.sanitize_for_serialization(newest.spec.template.spec)
        return found

    def _create(self, manifest: dict[str, Any]) -> Any:
        with self._access.explained():
            return self._access.batch.create_namespaced_job(self._access.namespace, manifest, _request_timeout=TIMEOUT_SECONDS)

    def _pod_of(self, job: Any) -> Any | None:
        found = self._access.objects(self._access.core, "pod", f"job-name={job.metadata.name}")
        return found[0] if found else None

    def _started(self, job: Any) -> Any:
        give_up, reason = time.monotonic() + START_SECONDS, ""
        while True:
            pod = self._pod_of(job)
            if pod is not None and run_of(pod) is not None:
                return pod
            if pod is not None:
                reason = reason_of_pod(pod) or reason
            if pod is not None and pod.status.phase == "Failed":
                raise OperationError(f"the task did not start: {reason or 'the cluster does not say why'}")
            if time.monotonic() > give_up:
                why = reason or self._refusal_of(job) or "no reason given"
                raise OperationError(f"the task did not start within {START_SECONDS} seconds: {why}")
            time.sleep(POLL_SECONDS)

    def _refusal_of(self, job: Any) -> str:
        """Why the cluster makes no pod of it."""
        access, name = self._access, job.metadata.name
        with access.explained():
            found = access.core.list_namespaced_event(
                access.namespace,
                field_selector=f"involvedObject.name={name},involvedObject.kind=Job,type=Warning",
                _request_timeout=TIMEOUT_SECONDS,
            ).items
        return str(found[-1].message) if found else ""

    def _followed(self, job: Any, pod: Any, show: Show) -> int:
        """Show the log until the task has ended, and give its exit code. It goes on where the cluster does not answer."""
        logs, lines, lost = PodLogs(self._access, self._labels), None, 0.0
        while True:
            try:
                for text in logs.read(pod, lines, follow=True):
                    show(text)
                lines = 0  # a log that ends before its container does was cut off: what follows is new
                if (exit_code := self._exit_code(job, show)) is not None:
                    return exit_code
                lost = 0.0
            except TaskGoneError:
                raise
            except OperationError as error:
                lost = lost or time.monotonic()
                if time.monotonic() - lost > LOST_SECONDS:
                    raise OperationError(
                        f"how the task ends cannot be read: {error}. It goes on: kubectl -n {self._access.namespace} logs -f "
                        f"job/{job.metadata.name}"
                    ) from None
            time.sleep(POLL_SECONDS)

    def _exit_code(self, job: Any, show: Show) -> int | None:
        """None while it runs."""
        found = self._pod_of(job)
        if found is None:
            raise TaskGoneError("the pod of the task was deleted while it ran")
        for status in found.status.container_statuses or []:
            if (ended := status.state.terminated) is not None:
                if ended.reason == "OOMKilled":
                    show("railbed: the task needed more than its memory: give more with --size")
                return int(ended.exit_code)
        if found.status.phase == "Failed":
            raise TaskGoneError(f"the task was ended: {reason_of_pod(found) or found.status.reason or 'no reason given'}")
        return None

    def _delete(self, job: Any) -> None:
        options = {"propagationPolicy": "Background", "preconditions": {"uid": job.metadata.uid}}
        with suppress(OperationError), self._access.explained():  # (the reason why it is deleted is what matters)
            self._access.batch.delete_namespaced_job(
                job.metadata.name, self._access.namespace, body=options, _request_timeout=TIMEOUT_SECONDS
            )
