"""The number of pods of a Deployment that a HorizontalPodAutoscaler looks after is never lowered."""

from typing import Any

import pulumi

from railbed.kubernetes.api.access import ClusterAccess
from railbed.kubernetes.api.live_values import followed
from railbed.kubernetes.workload import Workload


def replicas_of(name: str, workload: Workload, replicas: int, setting: str) -> pulumi.Input[int]:
    """The number of pods to ask for: what an autoscaler has set, if there is one that the user did not tell of.

    0 stops the workload, as autoscalers take it too.
    """
    if not replicas:
        return replicas

    def live(access: ClusterAccess, namespace: str) -> int:
        autoscaler = _autoscaler_of(access, namespace, name)
        if not autoscaler:
            return replicas
        deployment = access.apps.read_namespaced_deployment(name, namespace, _request_timeout=access.TIMEOUT_SECONDS)
        present = int(deployment.spec.replicas)
        # Not tied to a resource: that takes an event loop, which this thread has not.
        pulumi.log.warn(
            f"HorizontalPodAutoscaler {autoscaler} sets the number of pods of {name}, {present} now; replicas ({replicas}) is "
            f"left to it. Set {setting} to true."
        )
        return max(replicas, present)

    return followed(replicas, live, workload.kubeconfig, workload.context, workload.namespace)


def _autoscaler_of(access: ClusterAccess, namespace: str, deployment: str) -> str:
    """Name of the HorizontalPodAutoscaler that sets the number of pods of a Deployment; empty if there is none."""
    from kubernetes import client

    autoscaling: Any = client.AutoscalingV2Api(access.core.api_client)
    found = autoscaling.list_namespaced_horizontal_pod_autoscaler(namespace, _request_timeout=access.TIMEOUT_SECONDS)
    targets = {each.metadata.name: each.spec.scale_target_ref for each in found.items}
    return next((name for name, to in targets.items() if (to.kind, to.name) == ("Deployment", deployment)), "")
