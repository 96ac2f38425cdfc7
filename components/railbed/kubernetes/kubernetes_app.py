"""KubernetesApp: a whole Rails application on a cluster, from its description."""

from collections.abc import Sequence

import pulumi

from railbed.args import KubernetesAppArgs
from railbed.component import Component
from railbed.description.app import App
from railbed.enums import Exposure
from railbed.kubernetes.api.ownership import ObjectName
from railbed.kubernetes.app_arguments import KubernetesAppModel
from railbed.kubernetes.console import Console, ConsoleModel
from railbed.kubernetes.cron_task import CronTask, CronTaskModel, cron_job_name
from railbed.kubernetes.migration_job import MigrationJob, MigrationJobModel, MigrationJobOptions
from railbed.kubernetes.rails_web import RailsWeb, RailsWebModel
from railbed.kubernetes.sidekiq_workers import SidekiqWorkers, SidekiqWorkersModel


class KubernetesApp(Component[KubernetesAppModel]):
    """A Rails application on Kubernetes: migration, then web, workers, cron tasks and console, then the post-migration.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """Where the application is reached."""
    address: pulumi.Output[str]
    """Address or host name of the load balancer, for DNS records; empty without one."""
    console: pulumi.Output[str]
    """The command that opens a Rails console; empty if there is none."""
    image: pulumi.Output[str]
    """The image that runs, known once every workload has been rolled out and the post-migration has run."""

    def __init__(self, name: str, args: KubernetesAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, KubernetesAppModel, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        given, self._parts = self._arguments, self._arguments.parts

        migration = self._migration("migrate", self._parts.migration, given.whole_image)
        web = self._web(migration.image)
        workers = self._workers(migration.image)
        self._cron(migration.image)
        console = self._console(migration.image)
        rolled_out = pulumi.Output.all(web.image, *[group.image for group in workers]).apply(lambda images: str(images[0]))

        self.url, self.address = web.url, web.address
        self.console = console.command if console else pulumi.Output.from_input("")
        deployments = [web.deployment_name, *[group.deployment_name for group in workers]]
        post = self._parts.post_migration
        self.image = self._migration("post-migrate", post, rolled_out, deployments).image if post else rolled_out
        self._register_outputs()

    def _migration(
        self, suffix: str, migration: MigrationJobOptions, image: pulumi.Input[str], after: Sequence[pulumi.Input[str]] = ()
    ) -> MigrationJob:
        placed = self._arguments.place(migration, MigrationJobModel, image, after=list(after))
        return MigrationJob.from_model(f"{self._name}-{suffix}", placed, self._child)

    def _web(self, image: pulumi.Input[str]) -> RailsWeb:
        placed = self._arguments.place(self._parts.web, RailsWebModel, image)
        return RailsWeb.from_model(f"{self._name}-web", placed, self._child)

    def _workers(self, image: pulumi.Input[str]) -> list[SidekiqWorkers]:
        placed = {key: self._arguments.place(group, SidekiqWorkersModel, image) for key, group in self._parts.workers.items()}
        return [SidekiqWorkers.from_model(f"{self._name}-{key}", group, self._child) for key, group in placed.items()]

    def _cron(self, image: pulumi.Input[str]) -> None:
        for key, task in self._parts.cron.items():
            CronTask.from_model(f"{self._name}-{key}", self._arguments.place(task, CronTaskModel, image), self._child)

    def _console(self, image: pulumi.Input[str]) -> Console | None:
        if (console := self._parts.console) is None:
            return None
        return Console.from_model(f"{self._name}-console", self._arguments.place(console, ConsoleModel, image), self._child)


def object_names(name: str, app: App, exposure: Exposure) -> set[ObjectName]:
    """The objects of a KubernetesApp whose names are fixed; Pulumi names all others, each time anew."""
    web, workers = f"{name}-web", {f"{name}-{group}": each for group, each in app.workers.items()}
    disrupted = {web: app.web.replicas, **{worker: each.replicas for worker, each in workers.items()}}
    deployments = [web, *workers, *([f"{name}-console"] if app.console.enabled else [])]
    return {
        *(ObjectName("Deployment", each) for each in deployments),
        ObjectName("Service", web),
        *([ObjectName("Ingress", web)] if exposure is Exposure.INGRESS else []),
        *(ObjectName("PodDisruptionBudget", each) for each, replicas in disrupted.items() if replicas > 1),
        *(ObjectName("CronJob", cron_job_name(f"{name}-{task}")) for task in app.cron),
    }
