"""KubernetesApp: a whole Rails application on a cluster, from its description."""

from collections.abc import Sequence

import pulumi

from railbed.app import App
from railbed.args import KubernetesAppArgs
from railbed.component import Component
from railbed.enums import Exposure
from railbed.kubernetes.app_arguments import KubernetesAppModel, check_parts
from railbed.kubernetes.console import Console
from railbed.kubernetes.cron_task import CronTask, cron_job_name
from railbed.kubernetes.migration_job import MigrationJob, MigrationJobModel
from railbed.kubernetes.ownership import ObjectName
from railbed.kubernetes.rails_web import RailsWeb
from railbed.kubernetes.sidekiq_workers import SidekiqWorkers
from railbed.validation.checks import checked


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
        given = checked(KubernetesAppModel, args, f"KubernetesApp '{name}'")
        self._parts, self._name = check_parts(name, given), name
        super().__init__(name, given, KubernetesAppModel, opts)
        self._child = pulumi.ResourceOptions(parent=self)

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
        self, suffix: str, migration: MigrationJobModel, image: pulumi.Input[str], after: Sequence[pulumi.Input[str]] = ()
    ) -> MigrationJob:
        placed = migration.model_copy(update={"image": image, "after": list(after)})
        return MigrationJob.from_model(f"{self._name}-{suffix}", placed, self._child)

    def _web(self, image: pulumi.Input[str]) -> RailsWeb:
        return RailsWeb.from_model(f"{self._name}-web", self._parts.web.model_copy(update={"image": image}), self._child)

    def _workers(self, image: pulumi.Input[str]) -> list[SidekiqWorkers]:
        return [
            SidekiqWorkers.from_model(f"{self._name}-{key}", group.model_copy(update={"image": image}), self._child)
            for key, group in self._parts.workers.items()
        ]

    def _cron(self, image: pulumi.Input[str]) -> None:
        for key, task in self._parts.cron.items():
            CronTask.from_model(f"{self._name}-{key}", task.model_copy(update={"image": image}), self._child)

    def _console(self, image: pulumi.Input[str]) -> Console | None:
        if (console := self._parts.console) is None:
            return None
        return Console.from_model(f"{self._name}-console", console.model_copy(update={"image": image}), self._child)


def check_kubernetes_app(name: str, args: KubernetesAppArgs) -> None:
    """Check the arguments of a KubernetesApp as a whole and as those of its parts, with nothing registered.

    Raises `InvalidArguments`.
    """
    check_parts(name, checked(KubernetesAppModel, args, f"KubernetesApp '{name}'"))


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
