"""Why the pods of a workload do not come up or did not finish, read from the cluster."""

from collections.abc import Mapping
from typing import Any

from railbed.kubernetes.cluster_access import ClusterAccess
from railbed.kubernetes.log_reasons import reason_in_log
from railbed.kubernetes.pod_settings import PodSettings
from railbed.kubernetes.pod_status import is_ready, reason_of_pod, reason_of_refusal

READ_LINES = 50
READ_BYTES = 16 * 1024


def reason_of_workload(access: ClusterAccess, namespace: str, selector: str, values: Mapping[str, str] | None = None) -> str:
    """Why the pods with these labels are not ready or failed, the newest first; empty if nothing tells.

    It may hold secrets that the application or its command printed: hide them before it is shown.
    """
    for pod in access.pods_with(namespace, selector):
        if is_ready(pod) or pod.status.phase == "Succeeded":
            continue
        events = access.events_of(namespace, pod.metadata.uid)
        found = reason_of_pod(pod, events, values)
        if logged := _reason_in_logs(access, namespace, pod, values):
            # Kubernetes knows the exit code; what the application wrote is closer to the cause.
            return logged
        if found:
            return found
    return _refusal(access, namespace, selector, values)


def _reason_in_logs(access: ClusterAccess, namespace: str, pod: Any, values: Mapping[str, str] | None) -> str:
    crashed = access.crash_of(pod)
    if crashed is None or not crashed.by_itself:
        return ""
    try:
        end = access.log(namespace, crashed.pod, crashed.container, READ_LINES, READ_BYTES, previous=crashed.has_restarted)
    except Exception:  # (a container that was never started has no log)
        return ""
    return reason_in_log(PodSettings(pod, values), crashed.container, end.decode("utf-8", errors="replace"))


def _refusal(access: ClusterAccess, namespace: str, selector: str, values: Mapping[str, str] | None) -> str:
    for creator in access.creators_without_pods(namespace, selector):
        events = access.events_of(namespace, creator.metadata.uid)
        refused = [event.message for event in events if event.reason == "FailedCreate" and event.message]
        if refused:
            return reason_of_refusal(creator.spec.template, refused[-1], values)
    return ""
