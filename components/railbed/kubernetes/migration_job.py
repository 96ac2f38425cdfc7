"""MigrationJob: migrates the database before anything of a release starts."""

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import MigrationJobArgs
from railbed.component import Component
from railbed.description.app import MigrationRun
from railbed.description.commands import WAIT_FOR_DATABASE, phase_environment
from railbed.description.decided_variables import Deciding, of_migration
from railbed.enums import MigrationPhase
from railbed.kubernetes.api.access import observation_of
from railbed.kubernetes.authorities import mount_authorities
from railbed.kubernetes.configuration import Configuration
from railbed.kubernetes.network_policy import limit_workload
from railbed.kubernetes.pod import NOT_DISRUPTED, as_written, rails_container, rails_pod
from railbed.kubernetes.script import FOLDER, mount, script
from railbed.kubernetes.watching.job_observer import JobObserver
from railbed.kubernetes.workload import (
    IMAGE_ANNOTATION,
    Labels,
    Manifest,
    Workload,
    WorkloadOptions,
    labels_of,
    metadata_of,
    owned,
    selector_of,
)
from railbed.validation.overrides import merged
from railbed.validation.rules import rule
from railbed.validation.types import InputText
from railbed.watching.previews import known_in_previews

END_GRACE_SECONDS = 30
CONTAINER = "migrate"
ORDERED_LOG = "ordered_log.rb"


class MigrationJobOptions(WorkloadOptions, MigrationRun):
    """Options of MigrationJob."""

    phase: MigrationPhase = MigrationPhase.ONLY
    """Which part of the migration: only, pre or post. "only" migrates all; "pre" leaves post-deployment migrations out
    (SKIP_POST_DEPLOYMENT_MIGRATIONS=true); "post" runs them, after the workloads whose images it is given. Default only."""

    def deciding(self) -> list[Deciding]:
        """The migration's own settings decide its variables."""
        return [of_migration(self, phases=None if self.phase is MigrationPhase.ONLY else "phase")]

    @rule
    def _overrides_are_known(self) -> None:
        self.check_overrides_of(MigrationJob.OVERRIDABLE)


class MigrationJobModel(MigrationJobOptions, Workload):
    """Arguments of MigrationJob."""

    after: list[InputText] = []
    """Names of Deployments in the namespace, with phase post: their pods of the release before must have ended first, so that
    no request and no job meets a schema that its code does not know. Default: none."""


class MigrationJob(Component[MigrationJobModel]):
    """The database migration of a release.

    Runs once for every change of its image, command or environment, and again on the next `pulumi up` after a failure. Give
    its `image` output to the workloads: they then start only after it has succeeded, and stay as they are when it fails. The
    end of its log is in the output of `pulumi up`; a pod that cannot start ends it early, with the reason.

    Raises `InvalidArguments` before anything is registered.
    """

    OVERRIDABLE = frozenset({"job", "network_policy"})

    image: pulumi.Output[str]
    """The image whose migration has finished; known in previews."""
    job_name: pulumi.Output[str]
    """Name of the Job."""

    def __init__(self, name: str, args: MigrationJobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, MigrationJobModel, opts)
        migration = self._arguments
        labels = labels_of(name, "migration")

        limit_workload(name, migration, labels, self)
        configuration = Configuration(
            name, migration, labels, self, phase_environment(migration.phase, migration.database_seconds)
        )
        ordered_log = script(f"{name}-log", ORDERED_LOG, labels, migration.namespace, self)
        job = self._job(name, migration, labels, configuration, ordered_log)

        # The image of the Job in the state, not the argument: an `up` that leaves the Job out leaves the workloads their image.
        self.image = known_in_previews(job.metadata.annotations[IMAGE_ANNOTATION], migration.image)
        self.job_name = job.metadata.apply(lambda metadata: str(metadata.name))
        self._register_outputs()

    def _job(
        self,
        name: str,
        migration: MigrationJobModel,
        labels: Labels,
        configuration: Configuration,
        ordered_log: kubernetes.core.v1.ConfigMap,
    ) -> kubernetes.batch.v1.Job:
        container = rails_container(CONTAINER, migration, migration.command, configuration.sources)
        container["env"] = [{"name": "RUBYOPT", "value": _ruby_options(migration)}]
        pod = rails_pod(migration, [container], END_GRACE_SECONDS, restartPolicy="Never")
        mount(ordered_log, "log", container, pod)
        mount_authorities(name, migration, labels, container, pod, self)
        if migration.database_seconds and "DATABASE_URL" in {**migration.env, **migration.secrets}:
            pod["initContainers"].append(_wait_for_database(migration, configuration))
        # A Job that failed is replaced by the next `up` instead of being waited for again (pulumi-kubernetes#856).
        annotations = {"pulumi.com/replaceUnready": "true", IMAGE_ANNOTATION: migration.image}
        manifest: Manifest = {
            "metadata": metadata_of(labels, migration.namespace, annotations=annotations),
            "spec": {
                "backoffLimit": 0,
                "activeDeadlineSeconds": migration.deadline_seconds,
                "template": {"metadata": {"labels": owned(labels), "annotations": NOT_DISRUPTED}, "spec": pod},
            },
        }
        # The Job's own deadline must come first: it stops the pod and says so, the engine's would merely stop waiting.
        patience = f"{migration.deadline_seconds + END_GRACE_SECONDS + 60}s"
        return kubernetes.batch.v1.Job(
            name,
            **merged(manifest, migration.overrides.get("job", {})),
            opts=pulumi.ResourceOptions(
                parent=self,
                custom_timeouts=pulumi.CustomTimeouts(create=patience, update=patience),
                hooks=self._hooks(name, migration, labels),
            ),
        )

    def _hooks(self, name: str, migration: MigrationJobModel, labels: Labels) -> pulumi.ResourceHookBinding:
        after: list[str] = []
        pulumi.Output.all(*migration.after).apply(after.extend)
        observer = JobObserver(
            component=self,
            selector=selector_of(owned(labels)),
            start_seconds=migration.start_seconds,
            observation=observation_of(migration.secrets.values(), migration.kubeconfig, migration.context),
            after=after,
        )
        prefix = f"railbed:MigrationJob:{name}"
        return pulumi.ResourceHookBinding(
            before_create=[pulumi.ResourceHook(f"{prefix}:before", observer.before_create)],
            after_create=[pulumi.ResourceHook(f"{prefix}:after", observer.after_create)],
            on_error=[pulumi.ErrorHook(f"{prefix}:error", observer.on_error)],
        )


def _ruby_options(migration: MigrationJobModel) -> str | pulumi.Output[str]:
    """The options given, and one that loads ORDERED_LOG."""
    ours = f"-r{FOLDER}/{ORDERED_LOG}"
    if "RUBYOPT" in migration.secrets:
        # Kubernetes puts the value in, which reaches the container from a Secret.
        return f"$(RUBYOPT) {ours}"
    given = migration.env.get("RUBYOPT")
    if given is None:
        return ours
    return pulumi.Output.from_input(given).apply(lambda options: " ".join([*as_written([options]), ours]))


def _wait_for_database(migration: MigrationJobModel, configuration: Configuration) -> Manifest:
    container = rails_container("wait-for-database", migration, None, configuration.sources)
    return container | {"command": as_written(["ruby", "-e", WAIT_FOR_DATABASE])}
