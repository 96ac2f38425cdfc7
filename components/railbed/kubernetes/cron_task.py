"""CronTask: a command of the application on a schedule."""

import hashlib

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import CronTaskArgs
from railbed.component import Component
from railbed.description.app import AppCron
from railbed.description.cron import kubernetes_schedule
from railbed.kubernetes.api.access import observation_of
from railbed.kubernetes.authorities import mount_authorities
from railbed.kubernetes.configuration import Configuration
from railbed.kubernetes.network_policy import limit_workload
from railbed.kubernetes.pod import NOT_DISRUPTED, rails_container, rails_pod
from railbed.kubernetes.watching.cron_observer import CronObserver
from railbed.kubernetes.workload import Manifest, Workload, WorkloadOptions, labels_of, metadata_of, owned, selector_of
from railbed.validation.overrides import merged
from railbed.validation.rules import rule

LATEST_START_SECONDS = 300
END_GRACE_SECONDS = 30
LONGEST_NAME = 52
"""Kubernetes adds 11 characters for the Jobs of a CronJob."""


def cron_job_name(name: str) -> str:
    """Name of the CronJob of a CronTask."""
    if len(name) <= LONGEST_NAME:
        return name
    distinct = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 9].rstrip('-')}-{distinct}"


class CronTaskOptions(WorkloadOptions, AppCron):
    """Options of CronTask."""

    @rule
    def _overrides_are_known(self) -> None:
        self.check_overrides_of(CronTask.OVERRIDABLE)


class CronTaskModel(CronTaskOptions, Workload):
    """Arguments of CronTask."""


class CronTask(Component[CronTaskModel]):
    """A command of the application that runs on a schedule: a CronJob.

    A run that fails is not repeated before its next time. One that could not start within 5 minutes of its time is left out.
    The last 3 runs that succeeded and the last 3 that failed stay, for their logs; `pulumi up` warns if the last one failed.

    Raises `InvalidArguments` before anything is registered.
    """

    OVERRIDABLE = frozenset({"cron_job", "network_policy"})

    cron_job_name: pulumi.Output[str]
    """Name of the CronJob; `kubectl create job --from=cronjob/NAME ...` runs it now."""

    def __init__(self, name: str, args: CronTaskArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, CronTaskModel, opts)
        task = self._arguments
        labels = labels_of(name, "cron")

        limit_workload(name, task, labels, self)
        configuration = Configuration(name, task, labels, self)
        container = rails_container("task", task, task.command, configuration.sources)
        pod = rails_pod(task, [container], END_GRACE_SECONDS, restartPolicy="Never")
        mount_authorities(name, task, labels, container, pod, self)
        manifest: Manifest = {
            "metadata": metadata_of(labels, task.namespace, cron_job_name(name)),
            "spec": {
                "schedule": kubernetes_schedule(task.schedule),
                "timeZone": task.time_zone,
                # Always sent: a release decides, whatever kubectl set meanwhile.
                "suspend": task.suspended,
                "concurrencyPolicy": "Allow" if task.overlap else "Forbid",
                "startingDeadlineSeconds": LATEST_START_SECONDS,
                "successfulJobsHistoryLimit": 3,
                "failedJobsHistoryLimit": 3,
                "jobTemplate": {
                    "metadata": {"labels": owned(labels)},
                    "spec": {
                        "backoffLimit": 0,
                        "activeDeadlineSeconds": task.deadline_seconds,
                        "template": {"metadata": {"labels": owned(labels), "annotations": NOT_DISRUPTED}, "spec": pod},
                    },
                },
            },
        }
        cron_job = kubernetes.batch.v1.CronJob(
            name, **merged(manifest, task.overrides.get("cron_job", {})), opts=pulumi.ResourceOptions(parent=self)
        )

        observation = observation_of(task.secrets.values(), task.kubeconfig, task.context)
        CronObserver(self, selector_of(labels), observation).follow(cron_job)

        self.cron_job_name = cron_job.metadata.apply(lambda metadata: str(metadata.name))
        self._register_outputs()
