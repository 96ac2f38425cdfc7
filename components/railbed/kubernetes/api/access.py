"""Reading the cluster from the Pulumi program itself, for what the provider does not tell: logs and reasons."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pulumi

from railbed.kubernetes.api.client import connect
from railbed.kubernetes.watching.container_status import KILLED
from railbed.kubernetes.watching.pod_status import container_statuses, reason_of_pod
from railbed.kubernetes.workload import selector_of
from railbed.watching.log_text import Redaction


@dataclass(frozen=True)
class ObservedJob:
    """What matters about a Job."""

    name: str
    uid: str
    """Identity, never used twice."""
    finished: bool
    age_seconds: float
    """Since it was made, by the server's clock."""


@dataclass(frozen=True)
class ObservedPod:
    """What matters about a pod of a Job."""

    name: str
    started: list[str]
    """Containers that run or ran, in the order in which they start."""
    obstacle: str
    """Why it has not started, in Kubernetes' own words; empty if there is nothing to say."""
    reason: str = ""
    """Why it does not run or ended, and what to change; empty if its status does not tell. Pods that are evicted vanish soon
    after: who watches them has to remember it."""


@dataclass(frozen=True)
class CrashedContainer:
    """A container that ended although it should run."""

    pod: str
    container: str
    exit_code: int
    has_restarted: bool
    """Whether another run of it has begun since: what it said is then the log of the run before."""
    by_itself: bool = True
    """Whether its own program ended it, rather than a lack of memory or a signal that kills."""


@dataclass(frozen=True)
class Rollout:
    """How far the newest version of a Deployment has come."""

    finished: bool
    waiting: str
    failure: str = ""
    """Why Kubernetes gave it up; empty while it goes on."""


class ClusterAccess:
    """The few calls that watching a workload needs. Every call has a time limit."""

    TIMEOUT_SECONDS = 10
    LOST_SECONDS = 15
    """After its grace period, which the kubelet keeps to the second, a pod that is still there is given up."""

    def __init__(self, kubeconfig: str | None, context: str | None) -> None:
        """Connect with a kubeconfig's text or path; without one as kubectl would, then as a pod of the cluster.

        Raises `kubernetes.config.ConfigException` if there is no usable configuration.
        """
        from kubernetes import client

        api = connect(kubeconfig, context)
        self._core: Any = client.CoreV1Api(api)
        self._batch: Any = client.BatchV1Api(api)
        self._apps: Any = client.AppsV1Api(api)

    @property
    def core(self) -> Any:
        """The client of pods and volume claims."""
        return self._core

    @property
    def apps(self) -> Any:
        """The client of Deployments and StatefulSets."""
        return self._apps

    @property
    def batch(self) -> Any:
        """The client of Jobs."""
        return self._batch

    def jobs(self, namespace: str, selector: str) -> list[ObservedJob]:
        """Jobs with these labels."""
        listing, now = self._listing(self._batch.list_namespaced_job, namespace, selector)
        return [_observed_job(job, now) for job in listing]

    def pods(self, namespace: str, job: str) -> list[ObservedPod]:
        """Pods of a Job, the newest last."""
        found = self._core.list_namespaced_pod(
            namespace, label_selector=f"job-name={job}", _request_timeout=self.TIMEOUT_SECONDS
        )
        pods = sorted(found.items, key=lambda pod: pod.metadata.creation_timestamp)
        return [ObservedPod(pod.metadata.name, _started(pod), _obstacle(pod), reason_of_pod(pod)) for pod in pods]

    def pods_with(self, namespace: str, selector: str) -> list[Any]:
        """Pods with these labels, the newest first."""
        found = self._core.list_namespaced_pod(namespace, label_selector=selector, _request_timeout=self.TIMEOUT_SECONDS)
        return sorted(found.items, key=lambda pod: pod.metadata.creation_timestamp, reverse=True)

    def crashed(self, namespace: str, selector: str) -> CrashedContainer | None:
        """The container that ended last among the pods with these labels, if the newest of them has one."""
        crashes = (self.crash_of(pod) for pod in self.pods_with(namespace, selector))
        return next((crash for crash in crashes if crash), None)

    def crash_of(self, pod: Any) -> CrashedContainer | None:
        """The first container of a pod that ended although it should run."""
        for status in container_statuses(pod):
            for state, restarted in ((status.state, False), (status.last_state, True)):
                ended = state.terminated if state else None
                if ended and ended.exit_code:
                    by_itself = ended.reason == "Error" and ended.exit_code != KILLED
                    return CrashedContainer(pod.metadata.name, status.name, ended.exit_code, restarted, by_itself)
        return None

    def ending_pods(self, namespace: str, deployment: str) -> list[str]:
        """Pods of a Deployment that were told to end and may still work.

        One that outlives its grace period is not among them: its node is lost, and nobody can tell when it will be back.
        """
        found = self._apps.read_namespaced_deployment(deployment, namespace, _request_timeout=self.TIMEOUT_SECONDS)
        selector = selector_of(found.spec.selector.match_labels)
        pods, now = self._listing(self._core.list_namespaced_pod, namespace, selector)
        latest = now - timedelta(seconds=self.LOST_SECONDS)
        # A pod's deletion timestamp is the end of its grace period.
        ending = [pod["metadata"] for pod in pods if "deletionTimestamp" in pod["metadata"]]
        return [pod["name"] for pod in ending if datetime.fromisoformat(pod["deletionTimestamp"]) > latest]

    def rollout(self, namespace: str, deployment: str) -> Rollout:
        """Whether all pods of a Deployment are of its newest version and available."""
        found = self._apps.read_namespaced_deployment(deployment, namespace, _request_timeout=self.TIMEOUT_SECONDS)
        status, wanted = found.status, found.spec.replicas
        updated, available, present = status.updated_replicas or 0, status.available_replicas or 0, status.replicas or 0
        observed = (status.observed_generation or 0) >= found.metadata.generation
        given_up = next(
            (each.message for each in status.conditions or [] if observed and each.reason == "ProgressDeadlineExceeded"), ""
        )
        complete = observed and updated == wanted == present and available >= wanted
        finished = complete or bool(found.spec.paused)  # a paused Deployment rolls nothing out
        return Rollout(finished, f"{min(updated, available)} of {wanted} pods of the newest version are ready", given_up)

    def warnings(self, namespace: str, job: str) -> list[str]:
        """Messages of the Job's warning events, such as a pod that admission refused."""
        return self._events(namespace, f"involvedObject.name={job},involvedObject.kind=Job,type=Warning")

    def missing_volumes(self, namespace: str, selector: str) -> list[str]:
        """Claims with these labels that have no volume, each with what Kubernetes said last about it."""
        claims = self._core.list_namespaced_persistent_volume_claim(
            namespace, label_selector=selector, _request_timeout=self.TIMEOUT_SECONDS
        )
        waiting = [claim.metadata.name for claim in claims.items if claim.status.phase == "Pending"]
        said = {
            name: self._events(namespace, f"involvedObject.name={name},involvedObject.kind=PersistentVolumeClaim")
            for name in waiting
        }
        return [f"The claim {name} has no volume. {' '.join(events[-1:])}".strip() for name, events in said.items()]

    def _events(self, namespace: str, selector: str) -> list[str]:
        """Reasons and messages of events, the newest last."""
        found = self._core.list_namespaced_event(namespace, field_selector=selector, _request_timeout=self.TIMEOUT_SECONDS)
        events = sorted(found.items, key=time_of)
        return [f"{event.reason}: {event.message}" for event in events]

    def log(self, namespace: str, pod: str, container: str, lines: int, at_most_bytes: int, previous: bool = False) -> bytes:
        """The end of a container's log, or of its run before: so many lines, and of these the last so many bytes."""
        response = self._core.read_namespaced_pod_log(
            pod,
            namespace,
            container=container,
            tail_lines=lines,
            previous=previous,
            _preload_content=False,
            _request_timeout=self.TIMEOUT_SECONDS,
        )
        end = b""
        for chunk in response.stream(65536):
            end = (end + chunk)[-at_most_bytes:]
        return end

    def end_job(self, namespace: str, job: ObservedJob) -> None:
        """Make a Job fail now, if it is still there: its deadline is the one field of a running Job that may change."""
        from kubernetes.client import ApiException

        change = {"metadata": {"uid": job.uid}, "spec": {"activeDeadlineSeconds": 1}}
        try:
            self._batch.patch_namespaced_job(job.name, namespace, change, _request_timeout=self.TIMEOUT_SECONDS)
        except ApiException as error:
            if error.status not in (404, 409):  # gone, or another object has taken the name
                raise

    def delete_job(self, namespace: str, job: ObservedJob) -> None:
        """Delete a Job and its pods."""
        options = {"propagationPolicy": "Background", "preconditions": {"uid": job.uid}}
        self._batch.delete_namespaced_job(job.name, namespace, body=options, _request_timeout=self.TIMEOUT_SECONDS)

    def _listing(self, call: Callable[..., Any], namespace: str, selector: str) -> tuple[list[Any], datetime]:
        """Objects with these labels, and the time by the server's clock, which their own times are of."""
        answer = call(namespace, label_selector=selector, _preload_content=False, _request_timeout=self.TIMEOUT_SECONDS)
        return json.loads(answer.data)["items"], parsedate_to_datetime(answer.headers["Date"])


@dataclass(frozen=True)
class Observation:
    """How the program looks at a workload while Pulumi waits for it."""

    connect: Callable[[], ClusterAccess]
    redaction: Redaction
    """Hides the workload's secrets."""


def observation_of(
    secrets: Iterable[pulumi.Input[str]], kubeconfig: pulumi.Input[str] | None, context: str | None
) -> Observation:
    """Access to a workload's cluster, and its secrets to hide: both are known once the workload itself is."""
    redaction = Redaction()
    pulumi.Output.all(*secrets).apply(lambda values: redaction.add(map(str, values)))
    known: list[str] = []
    if kubeconfig is not None:
        pulumi.Output.from_input(kubeconfig).apply(known.append)
    return Observation(lambda: ClusterAccess(known[0] if known else None, context), redaction)


def _observed_job(job: Any, now: datetime) -> ObservedJob:
    metadata, conditions = job["metadata"], job.get("status", {}).get("conditions") or []
    finished = any(each["type"] in ("Complete", "Failed") and each["status"] == "True" for each in conditions)
    age = now - datetime.fromisoformat(metadata["creationTimestamp"])
    return ObservedJob(metadata["name"], metadata["uid"], finished, age.total_seconds())


def time_of(event: Any) -> datetime:
    """When an event happened last."""
    return event.last_timestamp or event.event_time or event.metadata.creation_timestamp  # type: ignore[no-any-return]


def _started(pod: Any) -> list[str]:
    return [status.name for status in container_statuses(pod) if status.state.running or status.state.terminated]


def _obstacle(pod: Any) -> str:
    for status in container_statuses(pod):
        waiting = status.state.waiting
        if waiting and waiting.reason not in ("PodInitializing", "ContainerCreating"):
            return f"{waiting.reason}: {waiting.message or status.image}"
    for condition in pod.status.conditions or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            return f"{condition.reason}: {condition.message}"
    return ""
