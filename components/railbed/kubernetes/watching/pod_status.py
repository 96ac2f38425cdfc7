"""Why a pod does not run, in one sentence with the argument to change and its present value, then in Kubernetes' own words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from railbed.kubernetes.pod_settings import PodSettings
from railbed.kubernetes.watching.container_status import reason_of_container
from railbed.kubernetes.watching.log_reasons import host_authorization
from railbed.kubernetes.watching.reason import reason

_PROBE_KILLED = re.compile(r"failed (startup|liveness) probe")
_STATUS_CODE = re.compile(r"statuscode: (\d+)")
_VOLUME_EVENTS = {"FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "FailedMapVolume"}

DISRUPTIONS = {
    "PreemptionByScheduler": "made room for a pod of higher priority: set a priorityClassName in overrides, or add nodes",
    "DeletionByTaintManager": "was evicted because its node is drained, lost or not ready: run `pulumi up` again",
    "EvictionByEvictionAPI": "was evicted, as when a node is drained or an autoscaler removes it: run `pulumi up` again",
    "DeletionByPodGC": "was lost with its node: run `pulumi up` again",
    "TerminationByKubelet": "was evicted because its node ran short of resources or is shutting down: run `pulumi up` again",
}
"""Reasons of the condition DisruptionTarget (https://kubernetes.io/docs/concepts/workloads/pods/disruptions/)."""


def reason_of_pod(pod: Any, events: Sequence[Any] = (), values: Mapping[str, str] | None = None) -> str:
    """Why a pod is not ready or did not finish its work; empty if nothing tells.

    `events` are the pod's, the newest last; `values` are arguments that the pod does not show.
    """
    settings = PodSettings(pod, values)
    return (
        _disruption(settings, pod)
        or _probe_that_killed(settings, pod, events)
        or _containers(settings, pod, events)
        or _scheduling(settings, pod)
        or _volumes(pod, events)
        or _probe(settings, pod, events)
    )


def reason_of_refusal(template: Any, message: str, values: Mapping[str, str] | None = None) -> str:
    """Why the cluster refuses to make a pod or a volume claim: the message of a FailedCreate event, and the pod's template."""
    settings, said = PodSettings(template, values), message.lower()
    if "exceeded quota" in said:
        quota = re.search(r"exceeded quota: ([^,\s]+)", message)
        where = f"The quota {quota[1]}" if quota else "A quota"
        if "persistentvolumeclaims" in said:
            change = settings.named("storage")
            sentence = f"{where} of the namespace leaves no room for the volume: lower {change}, or raise the quota."
        else:
            asked = [settings.named(f"resources.{each}") for each in _asked_of(said)] or [settings.named("resources.memory")]
            fewer = " or replicas" if settings.component in ("web", "worker") else ""
            change = f"{', '.join(asked)}{fewer}"
            sentence = f"{where} of the namespace leaves no room for the pod: lower {change}, or raise the quota."
    elif "violates podsecurity" in said:
        sentence = "The namespace's Pod Security level refuses the pod: take what it names out of overrides."
    elif "failed quota" in said:
        sentence = "A quota of the namespace asks for resources that a container does not name: set them by overrides."
    elif re.search(r"(maximum|minimum) \S+ usage per|limit to request ratio", said):
        asked = [settings.named(f"resources.{each}") for each in _asked_of(said)]
        sentence = f"A LimitRange of the namespace refuses the pod: change {', '.join(asked) or settings.named('resources')}."
    elif "admission webhook" in said or "validatingadmissionpolicy" in said:
        sentence = "A rule of the cluster refuses the pod: change what it names by overrides, or ask who runs the cluster."
    else:
        sentence = "The cluster refuses to make the pod."
    return reason(sentence, message)


def reason_of_failed_job(job: Any, condition: Any, *, has_pods: bool) -> str:
    """Why a Job failed, as far as its condition Failed tells: it ran too long, or its pod was taken away."""
    words, name = f"{condition.reason}: {condition.message}", job.metadata.name
    if condition.reason == "DeadlineExceeded":
        deadline = {"deadline_seconds": str(job.spec.active_deadline_seconds or "")}
        argument = PodSettings(job.spec.template, deadline).named("deadline_seconds")
        return reason(f"{name} did not finish in time: raise {argument}.", words)
    # Pods of a Job that failed stay; only one that was deleted does not.
    if condition.reason == "PodFailurePolicy" or (job.status.failed and not has_pods):
        return reason(
            f"The pod of {name} was evicted or deleted while it ran, as when its node is drained or an autoscaler removes it: "
            "run `pulumi up` again.",
            words,
        )
    return ""


def is_ready(pod: Any) -> bool:
    """Whether all containers of a pod do their work."""
    return any(each.type == "Ready" and each.status == "True" for each in pod.status.conditions or [])


def container_statuses(pod: Any) -> list[Any]:
    """States of all containers, in the order in which they start."""
    return [*(pod.status.init_container_statuses or []), *(pod.status.container_statuses or [])]


def _asked_of(said: str) -> list[str]:
    """Which resources a refusal names."""
    found = []
    for resource in ("cpu", "memory"):
        if f"limits.{resource}" in said or re.search(rf"(maximum|ratio).* {resource} |maximum {resource}", said):
            found.append(f"{resource}_limit")
        if f"requests.{resource}" in said or f"minimum {resource}" in said or re.search(rf"requested: {resource}=", said):
            found.append(resource)
    return found


def _disruption(settings: PodSettings, pod: Any) -> str:
    message = pod.status.message or ""
    name, said = pod.metadata.name, message.lower()
    if pod.status.reason == "Evicted":
        words = f"Evicted: {message}"
        if "ephemeral" in said or "emptydir" in said:
            kept = "write less to tmp and log, or change the pod's ephemeral-storage by overrides"
            return reason(f"The pod {name} was evicted because it wrote more than its node has room for: {kept}.", words)
        if "memory" in said:
            needed = settings.named("resources.memory")
            return reason(
                f"The pod {name} was evicted because its node ran out of memory: raise {needed} to what it uses, "
                "so that it is placed where there is room.",
                words,
            )
        return reason(f"The pod {name} was evicted because its node ran short of resources: run `pulumi up` again.", words)
    for condition in pod.status.conditions or []:
        if condition.type == "DisruptionTarget" and condition.status == "True":
            what = DISRUPTIONS.get(condition.reason, "was taken away by the cluster: run `pulumi up` again")
            return reason(f"The pod {name} {what}.", f"{condition.reason}: {condition.message}")
    if pod.status.reason in ("NodeLost", "NodeShutdown", "Shutdown", "Terminated", "Preempting", "UnexpectedAdmissionError"):
        return reason(f"The pod {name} was lost with its node: run `pulumi up` again.", f"{pod.status.reason}: {message}")
    if pod.status.reason and pod.status.reason.startswith("OutOf"):
        return reason(f"The node had no room left for the pod {name}: add nodes.", f"{pod.status.reason}: {message}")
    return ""


def _containers(settings: PodSettings, pod: Any, events: Sequence[Any]) -> str:
    attempts = [each.message for each in events if each.reason == "Failed" and "pull image" in (each.message or "")]
    for status in container_statuses(pod):
        if found := reason_of_container(settings, status, attempts[-1] if attempts else ""):
            return found
    return ""


def _scheduling(settings: PodSettings, pod: Any) -> str:
    for condition in pod.status.conditions or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            return reason(_no_node(settings, condition.message or ""), f"{condition.reason}: {condition.message}")
    return ""


def _no_node(settings: PodSettings, message: str) -> str:
    said = message.lower()
    asked = [settings.named(f"resources.{each}") for each in ("cpu", "memory") if f"insufficient {each}" in said]
    if asked:
        return f"No node has room for the pod: lower {' and '.join(asked)}, or add nodes."
    if "unbound" in said and "persistentvolumeclaim" in said:
        return f"The pod waits for its volume: check {settings.named('storage_class')} and {settings.named('storage')}."
    if "persistentvolumeclaim" in said and "not found" in said:
        return "The volume claim of the pod does not exist."
    if "volume node affinity" in said or "volume affinity" in said:
        return "The volume of the pod is in a zone, or on a node, where there is no room for the pod: add a node there."
    if "too many pods" in said:
        return "Every node holds as many pods as it may: add nodes."
    if "taint" in said:
        return "Every node has a taint that the pod does not tolerate: add nodes, or tolerations by overrides."
    if "node affinity" in said or "node selector" in said or "selector" in said:
        return "No node has the labels that the pod asks for: correct its nodeSelector or affinity in overrides."
    return "No node takes the pod."


def _volumes(pod: Any, events: Sequence[Any]) -> str:
    if not any(status.state and status.state.waiting for status in container_statuses(pod)) and container_statuses(pod):
        return ""
    found = [event for event in events if event.reason in _VOLUME_EVENTS]
    if not found:
        return ""
    message = found[-1].message or ""
    if "not found" in message and ("secret" in message or "configmap" in message):
        sentence = (
            "A Secret or ConfigMap that the pod mounts is not in the namespace; `pulumi up --refresh` makes Pulumi's again."
        )
    elif "Multi-Attach" in message:
        sentence = "The volume is still attached to another node: it follows once the pod there has ended."
    else:
        sentence = "The pod cannot be set up on its node."
    return reason(sentence, f"{found[-1].reason}: {message}")


def _probe_that_killed(settings: PodSettings, pod: Any, events: Sequence[Any]) -> str:
    """The health check, if it is what ended the container, and not the application itself or a lack of memory."""
    statuses = container_statuses(pod)
    ended = [status.last_state.terminated for status in statuses if status.last_state and status.last_state.terminated]
    if any(each.reason == "OOMKilled" for each in ended):
        return ""
    killed = any(event.reason == "Killing" and _PROBE_KILLED.search(event.message or "") for event in events)
    return _probe(settings, pod, events, anyhow=True) if killed else ""


def _probe(settings: PodSettings, pod: Any, events: Sequence[Any], anyhow: bool = False) -> str:
    unhealthy = [event.message or "" for event in events if event.reason == "Unhealthy"]
    if not unhealthy or not (anyhow or pod.status.phase == "Running"):
        return ""
    return reason(_health(settings, unhealthy[-1]), f"Unhealthy: {unhealthy[-1]}")


def _health(settings: PodSettings, message: str) -> str:
    said = message.lower()
    if code := _STATUS_CODE.search(said):
        if code[1] == "403":
            return host_authorization(settings)
        if code[1] == "404":
            return f"The application has no page at the path of its health check: correct {settings.named('health_path')}."
        return (
            f"The application answers its health check at {settings.named('health_path')} with status {code[1]}: see its log."
        )
    if settings.component == "worker":
        return f"Sidekiq did not start in time: check REDIS_URL and the log, or raise {settings.named('startup_seconds')}."
    if settings.is_store:
        return "The server does not answer yet: see its log."
    if "connection refused" in said or "connect:" in said:
        return (
            f"Nothing answers on {settings.named('port')}: set it to the port on which the server listens, on all addresses, "
            f"or raise {settings.named('startup_seconds')} if it starts slowly."
        )
    if "deadline exceeded" in said or "timeout" in said:
        return (
            f"The application does not answer its health check at {settings.named('health_path')} within 5 seconds: see its "
            f"log, or raise {settings.named('startup_seconds')} if it starts slowly."
        )
    return f"The health check at {settings.named('health_path')} fails: see the log."
