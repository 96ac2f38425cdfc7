"""Why the pods of a workload do not come up or did not finish, read from the cluster."""

from collections.abc import Mapping
from typing import Any

from railbed.kubernetes.api.access import ClusterAccess, time_of
from railbed.kubernetes.pod_settings import PodSettings
from railbed.kubernetes.watching.log_reasons import reason_in_log
from railbed.kubernetes.watching.pod_status import is_ready, reason_of_failed_job, reason_of_pod, reason_of_refusal

READ_LINES = 50
READ_BYTES = 16 * 1024

REVISION = "deployment.kubernetes.io/revision"
"""Annotation of a ReplicaSet: the number of the Deployment's version."""


def reason_of_workload(access: ClusterAccess, namespace: str, selector: str, values: Mapping[str, str] | None = None) -> str:
    """Why the pods with these labels are not ready or failed, the newest first; empty if nothing tells.

    It may hold secrets that the application or its command printed: hide them before it is shown.
    """
    if found := _reason_of_pods(access, namespace, selector, values):
        return found
    for creator in _creators_without_pods(access, namespace, selector):
        if found := _refusal(access, namespace, creator, values):
            return found
    return ""


def reason_of_job(access: ClusterAccess, namespace: str, name: str, seen: str = "") -> str:
    """Why a Job failed or does not start; empty if nothing tells. As above, hide secrets before it is shown.

    `seen` is what its pod's status told last: one that was evicted is gone soon.
    """
    if found := _reason_of_pods(access, namespace, f"job-name={name}", None) or seen:
        return found
    job = access.batch.read_namespaced_job(name, namespace, _request_timeout=access.TIMEOUT_SECONDS)
    for condition in job.status.conditions or []:
        if condition.type in ("Failed", "FailureTarget") and condition.status == "True":
            return reason_of_failed_job(job, condition, has_pods=bool(access.pods_with(namespace, f"job-name={name}")))
    return _refusal(access, namespace, job, None)


def _reason_of_pods(access: ClusterAccess, namespace: str, selector: str, values: Mapping[str, str] | None) -> str:
    for pod in access.pods_with(namespace, selector):
        if (is_ready(pod) and not pod.metadata.deletion_timestamp) or pod.status.phase == "Succeeded":
            continue
        # Kubernetes knows the exit code; what the application wrote is closer to the cause.
        if logged := _reason_in_logs(access, namespace, pod, values):
            return logged
        if found := reason_of_pod(pod, events_of(access, namespace, pod.metadata.uid), values):
            return found
    return ""


def _reason_in_logs(access: ClusterAccess, namespace: str, pod: Any, values: Mapping[str, str] | None) -> str:
    crashed = access.crash_of(pod)
    if crashed is None or not crashed.by_itself:
        return ""
    try:
        end = access.log(namespace, crashed.pod, crashed.container, READ_LINES, READ_BYTES, previous=crashed.has_restarted)
    except Exception:  # (a container that was never started has no log)
        return ""
    return reason_in_log(PodSettings(pod, values), crashed.container, end.decode("utf-8", errors="replace"))


def _refusal(access: ClusterAccess, namespace: str, creator: Any, values: Mapping[str, str] | None) -> str:
    events = events_of(access, namespace, creator.metadata.uid)
    refused = [event.message for event in events if event.reason == "FailedCreate" and event.message]
    return reason_of_refusal(creator.spec.template, refused[-1], values) if refused else ""


def _creators_without_pods(access: ClusterAccess, namespace: str, selector: str) -> list[Any]:
    """The newest ReplicaSet and the StatefulSet with these labels, as far as they lack pods."""
    options = {"label_selector": selector, "_request_timeout": access.TIMEOUT_SECONDS}
    replica_sets = access.apps.list_namespaced_replica_set(namespace, **options).items
    stateful_sets = access.apps.list_namespaced_stateful_set(namespace, **options).items
    newest = sorted(replica_sets, key=lambda each: int((each.metadata.annotations or {}).get(REVISION, 0)))[-1:]
    return [each for each in [*newest, *stateful_sets] if (each.status.replicas or 0) < each.spec.replicas]


def events_of(access: ClusterAccess, namespace: str, uid: str) -> list[Any]:
    """Events of one object, the newest last; none where this user may not read them."""
    options = {"field_selector": f"involvedObject.uid={uid}", "_request_timeout": access.TIMEOUT_SECONDS}
    try:
        found = access.core.list_namespaced_event(namespace, **options).items
    except Exception as error:
        if getattr(error, "status", None) == 403:
            return []
        raise
    return sorted(found, key=time_of)
