"""KubernetesApp: a whole Rails application on a cluster, from its description."""

from collections.abc import Collection, Sequence
from typing import Any, Self

import pulumi
from pydantic import model_validator

from railbed.app import App, AppPart
from railbed.args import KubernetesAppArgs
from railbed.arguments import Arguments, InputText, checked
from railbed.decided_variables import problems_of_names, refuse
from railbed.described_app import DescribedApp
from railbed.enums import Exposure, MigrationPhase
from railbed.kubernetes.console import Console
from railbed.kubernetes.cron_task import CronTask, cron_job_name
from railbed.kubernetes.migration_job import MigrationJob
from railbed.kubernetes.ownership import ObjectName
from railbed.kubernetes.rails_web import RailsWeb, RailsWebModel
from railbed.kubernetes.sidekiq_workers import SidekiqWorkers, SidekiqWorkersModel
from railbed.kubernetes.workload import check_overrides
from railbed.store_variables import Variables


class KubernetesAppModel(DescribedApp):
    """Arguments of KubernetesApp."""

    secrets: Variables = {}
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like."""
    migration_secrets: Variables = {}
    """Those of them that migrations get with another value, such as a DATABASE_URL that goes past a connection pool: they need
    advisory locks, which a pool loses. Default: none."""
    namespace: InputText | None = None
    """Kubernetes namespace. Default: the provider's."""
    pull_secrets: list[InputText] = []
    """Names of Secrets with credentials of the image's registry. Default: none."""
    web: dict[str, Any] = {}
    """Further arguments of RailsWeb, those that only Kubernetes knows: exposure, node_port, ingress_class, annotations..."""
    kubeconfig: InputText | None = None
    """The provider's kubeconfig, to show the end of a log when something fails. Default: the one kubectl would use."""
    context: str | None = None
    """Context in that kubeconfig. Default: its current one."""

    @model_validator(mode="after")
    def _settings_decide_their_variables(self) -> Self:
        self.check_names("secrets", self.secrets)
        *_, migration = self.app.deciding("app.")
        refuse(problems_of_names("migration_secrets", self.migration_secrets, [migration]))
        return self

    @model_validator(mode="after")
    def _overrides_are_known(self) -> Self:
        app, problems = self.app, []
        parts: dict[str, tuple[AppPart, Collection[str]]] = {
            "web": (app.web, RailsWeb.OVERRIDABLE),
            **{f"workers.{name}": (group, SidekiqWorkers.OVERRIDABLE) for name, group in app.workers.items()},
            "migration": (app.migration, MigrationJob.OVERRIDABLE),
            **{f"cron.{name}": (task, CronTask.OVERRIDABLE) for name, task in app.cron.items()},
            "console": (app.console, Console.OVERRIDABLE),
        }
        for name, (part, children) in parts.items():
            try:
                check_overrides(part.overrides, children)
            except ValueError as error:
                problems.append(f"app.{name}: {error}")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def of_part(self, image: pulumi.Input[str], description: dict[str, Any]) -> Any:
        """Arguments of one workload: what all share, then its own description."""
        return {
            "image": image,
            "secrets": self.secrets,
            "namespace": self.namespace,
            "pull_secrets": self.pull_secrets,
            "user": self.app.user,
            "workdir": self.app.workdir,
            "kubeconfig": self.kubeconfig,
            "context": self.context,
            **description,
            "env": {**self.app.env, **description.get("env", {})},
        }

    def of_web(self, image: pulumi.Input[str]) -> Any:
        """Arguments of RailsWeb."""
        return self.of_part(image, described(self.app.web) | {"exposure": Exposure.INTERNAL} | self.web)


class KubernetesApp(pulumi.ComponentResource):
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
        arguments = check_kubernetes_app(name, args)
        super().__init__("railbed:index:KubernetesApp", name, {}, opts)
        self._arguments, self._app, self._name = arguments, arguments.app, name

        migration = self._migration(arguments.whole_image, self._app.migration.first_phase)
        web = self._web(migration.image)
        workers = self._workers(migration.image)
        self._cron(migration.image)
        console = self._console(migration.image) if self._app.console.enabled else None
        rolled_out = pulumi.Output.all(web.image, *[group.image for group in workers]).apply(lambda images: str(images[0]))

        self.url, self.address = web.url, web.address
        self.console = console.command if console else pulumi.Output.from_input("")
        deployments = [web.deployment_name, *[group.deployment_name for group in workers]]
        self.image = (
            self._migration(rolled_out, MigrationPhase.POST, deployments).image if self._app.migration.post else rolled_out
        )
        self.register_outputs({"url": self.url, "address": self.address, "console": self.console, "image": self.image})

    def _migration(
        self, image: pulumi.Input[str], phase: MigrationPhase, after: Sequence[pulumi.Input[str]] = ()
    ) -> MigrationJob:
        description = described(self._app.migration, "post")
        suffix = "post-migrate" if phase is MigrationPhase.POST else "migrate"
        secrets = {**self._arguments.secrets, **self._arguments.migration_secrets}
        arguments = self._arguments.of_part(image, {**description, "phase": phase, "after": list(after), "secrets": secrets})
        return MigrationJob(f"{self._name}-{suffix}", arguments, pulumi.ResourceOptions(parent=self))

    def _web(self, image: pulumi.Input[str]) -> RailsWeb:
        return RailsWeb(f"{self._name}-web", self._arguments.of_web(image), pulumi.ResourceOptions(parent=self))

    def _workers(self, image: pulumi.Input[str]) -> list[SidekiqWorkers]:
        return [
            SidekiqWorkers(
                f"{self._name}-{group}",
                self._arguments.of_part(image, described(workers)),
                pulumi.ResourceOptions(parent=self),
            )
            for group, workers in self._app.workers.items()
        ]

    def _cron(self, image: pulumi.Input[str]) -> None:
        for task, description in self._app.cron.items():
            arguments = self._arguments.of_part(image, described(description))
            CronTask(f"{self._name}-{task}", arguments, pulumi.ResourceOptions(parent=self))

    def _console(self, image: pulumi.Input[str]) -> Console:
        arguments = self._arguments.of_part(image, described(self._app.console, "enabled"))
        return Console(f"{self._name}-console", arguments, pulumi.ResourceOptions(parent=self))


def check_kubernetes_app(name: str, args: KubernetesAppArgs) -> KubernetesAppModel:
    """The arguments of a KubernetesApp, checked as a whole and as those of its parts, with nothing registered.

    Raises `InvalidArguments`.
    """
    arguments = checked(KubernetesAppModel, args, f"KubernetesApp '{name}'")
    image = arguments.whole_image
    checked(RailsWebModel, arguments.of_web(image), f"RailsWeb '{name}-web'")
    for group, workers in arguments.app.workers.items():
        checked(SidekiqWorkersModel, arguments.of_part(image, described(workers)), f"SidekiqWorkers '{name}-{group}'")
    return arguments


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


def described(part: Arguments, *left_out: str) -> dict[str, Any]:
    """The fields of a part of the description, which are the component's arguments of the same names."""
    return {field: getattr(part, field) for field in type(part).model_fields if field not in left_out}
