"""Pods that run for long: a Deployment that is rolled out without loss of capacity, and how many nodes may be emptied."""

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.kubernetes.api.access import observation_of
from railbed.kubernetes.autoscaled_replicas import replicas_of
from railbed.kubernetes.pod import EVICTABLE, progress_deadline, rollout_patience
from railbed.kubernetes.watching.rollout_observer import RolloutObserver, rollout_hooks
from railbed.kubernetes.workload import Labels, Manifest, Workload, metadata_of, selector_of, template_metadata
from railbed.validation.overrides import merged

# A new pod first, then an old one goes: capacity never falls below the replicas asked for.
ROLLING_UPDATE: Manifest = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}


def rolled_out(
    name: str,
    parent: pulumi.ComponentResource,
    workload: Workload,
    labels: Labels,
    pod: Manifest,
    *,
    replicas: int,
    startup_seconds: int,
    autoscaled: bool = False,
    autoscaled_setting: str = "",
    recreated: bool = False,
    **more: Any,
) -> kubernetes.apps.v1.Deployment:
    """A Deployment of a pod, whose rollout `pulumi up` watches to its end; `more` is added to its spec.

    With `autoscaled`, `replicas` is only what the first release starts with. `autoscaled_setting` is what the user calls it;
    without one nobody else sets the number of pods. With `recreated` old pods end before new ones start.
    """
    observation = observation_of(workload.secrets.values(), workload.kubeconfig, workload.context)
    observer = RolloutObserver(parent, selector_of(labels), observation)
    follows = bool(autoscaled_setting) and not autoscaled
    asked = replicas_of(name, workload, replicas, autoscaled_setting) if follows else replicas
    if recreated:
        startup_seconds += pod["terminationGracePeriodSeconds"]
    manifest: Manifest = {
        "metadata": metadata_of(labels, workload.namespace, name),
        "spec": {
            "replicas": asked,
            "selector": {"matchLabels": labels},
            "strategy": {"type": "Recreate"} if recreated else ROLLING_UPDATE,
            "progressDeadlineSeconds": progress_deadline(startup_seconds),
            "revisionHistoryLimit": 3,
            "template": {"metadata": template_metadata(labels, workload.image, EVICTABLE), "spec": pod},
            **more,
        },
    }
    deployment = kubernetes.apps.v1.Deployment(
        name,
        **merged(manifest, workload.overrides.get("deployment", {})),
        opts=pulumi.ResourceOptions(
            parent=parent,
            ignore_changes=["spec.replicas"] if autoscaled else None,
            custom_timeouts=rollout_patience(startup_seconds, replicas),
            hooks=rollout_hooks(type(parent).__name__, name, observer),
        ),
    )
    observer.follow(deployment)
    return deployment


def disruption_budget(name: str, parent: pulumi.ComponentResource, workload: Workload, labels: Labels) -> None:
    """At most one pod of a workload at a time goes when nodes are emptied."""
    manifest: Manifest = {
        "metadata": metadata_of(labels, workload.namespace, name),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": labels},
            # A pod that does not become ready must not keep its node from being emptied.
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }
    kubernetes.policy.v1.PodDisruptionBudget(
        name,
        **merged(manifest, workload.overrides.get("pod_disruption_budget", {})),
        opts=pulumi.ResourceOptions(parent=parent),
    )
