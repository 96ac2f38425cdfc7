"""SidekiqWorkers: processes that work on Sidekiq's queues."""

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import SidekiqWorkersArgs
from railbed.component import Component
from railbed.description.app import SIDEKIQ_EXTRA_SECONDS, AppWorkers
from railbed.description.commands import sidekiq_command
from railbed.description.decided_variables import Deciding, of_workers
from railbed.description.health_checks import (
    HAS_STARTED,
    HEARTBEAT_FAILURES,
    HEARTBEAT_INTERVAL_SECONDS,
    HEARTBEAT_TIMEOUT_SECONDS,
    IS_ALIVE,
    START_INTERVAL_SECONDS,
    start_failures,
)
from railbed.description.heartbeat import HEARTBEAT_VARIABLES, LOADER
from railbed.kubernetes.authorities import mount_authorities
from railbed.kubernetes.configuration import Configuration
from railbed.kubernetes.network_policy import limit_workload
from railbed.kubernetes.pod import rails_container, rails_pod, spread
from railbed.kubernetes.rollout import disruption_budget, rolled_out
from railbed.kubernetes.script import FOLDER, mount, script
from railbed.kubernetes.workload import Labels, Manifest, Workload, WorkloadOptions, labels_of
from railbed.outputs import known_after
from railbed.validation.rules import rule

UNCHECKED_SECONDS = 10
"""A command of the user's own has no check that tells when it works: it has to last so long, or the rollout fails."""


class SidekiqWorkersOptions(WorkloadOptions, AppWorkers):
    """Options of SidekiqWorkers."""

    def deciding(self) -> list[Deciding]:
        """The group's own settings decide its variables."""
        return [of_workers(self)]

    @property
    def grace_seconds(self) -> int:
        """Seconds that a pod may take to end."""
        return self.shutdown_seconds + SIDEKIQ_EXTRA_SECONDS

    @rule
    def _overrides_are_known(self) -> None:
        self.check_overrides_of(SidekiqWorkers.OVERRIDABLE)


class SidekiqWorkersModel(SidekiqWorkersOptions, Workload):
    """Arguments of SidekiqWorkers."""


class SidekiqWorkers(Component[SidekiqWorkersModel]):
    """A group of Sidekiq processes that work on the same queues: a Deployment.

    A pod that stops takes no new jobs, finishes what it can within `shutdown_seconds`, and pushes the rest back to Redis; it
    is killed only after that, by construction. A pod is alive while Sidekiq's heartbeat in Redis is.

    Raises `InvalidArguments` before anything is registered.
    """

    OVERRIDABLE = frozenset({"deployment", "network_policy", "pod_disruption_budget"})

    deployment_name: pulumi.Output[str]
    """Name of the Deployment, for kubectl rollout and logs."""
    image: pulumi.Output[str]
    """The image that runs, known once its rollout has finished."""

    def __init__(self, name: str, args: SidekiqWorkersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, SidekiqWorkersModel, opts)
        workers = self._arguments
        labels = labels_of(name, "worker")

        limit_workload(name, workers, labels, self)
        defaults = {"RAILS_MAX_THREADS": str(workers.concurrency), **HEARTBEAT_VARIABLES}
        configuration = Configuration(name, workers, labels, self, defaults)
        loader = script(f"{name}-loader", LOADER, labels, workers.namespace, self) if workers.command is None else None
        deployment = self._deployment(name, workers, labels, configuration, loader)
        if workers.replicas > 1:
            disruption_budget(name, self, workers, labels)

        self.deployment_name = deployment.metadata.apply(lambda metadata: str(metadata.name))
        self.image = known_after(pulumi.Output.from_input(workers.image), deployment)
        self._register_outputs()

    def _deployment(
        self,
        name: str,
        workers: SidekiqWorkersModel,
        labels: Labels,
        configuration: Configuration,
        loader: kubernetes.core.v1.ConfigMap | None,
    ) -> kubernetes.apps.v1.Deployment:
        checks = _probes(workers) if loader else {}
        container = rails_container(
            "sidekiq",
            workers,
            workers.command or sidekiq_command(workers, f"{FOLDER}/{LOADER}"),
            configuration.sources,
            **checks,
        )
        pod = rails_pod(workers, [container], workers.grace_seconds, topologySpreadConstraints=spread(labels))
        if loader:
            mount(loader, "loader", container, pod)
        mount_authorities(name, workers, labels, container, pod, self)
        return rolled_out(
            name,
            self,
            workers,
            labels,
            pod,
            replicas=workers.replicas,
            startup_seconds=workers.startup_seconds,
            autoscaled=workers.autoscaled,
            autoscaled_setting=f"autoscaled of workers {name}",
            minReadySeconds=0 if loader else UNCHECKED_SECONDS,
        )


def _probes(workers: AppWorkers) -> Manifest:
    """Started once the heartbeat file is there; alive while it is younger than two minutes."""
    started: Manifest = {"exec": {"command": HAS_STARTED}}
    alive: Manifest = {"exec": {"command": IS_ALIVE}}
    return {
        "startupProbe": {
            **started,
            "periodSeconds": START_INTERVAL_SECONDS,
            "failureThreshold": start_failures(workers.startup_seconds),
        },
        "livenessProbe": {
            **alive,
            "periodSeconds": HEARTBEAT_INTERVAL_SECONDS,
            "timeoutSeconds": HEARTBEAT_TIMEOUT_SECONDS,
            "failureThreshold": HEARTBEAT_FAILURES,
        },
    }
