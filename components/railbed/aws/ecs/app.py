"""EcsApp: a whole Rails application on ECS, from its description."""

from collections.abc import Mapping

import pulumi

from railbed.args import EcsAppArgs
from railbed.aws.ecs.app_arguments import EcsAppModel, check_ecs_app
from railbed.aws.ecs.scheduled_task import EcsScheduledTask
from railbed.aws.ecs.secrets import secret_references
from railbed.aws.ecs.service import EcsService
from railbed.aws.ecs.task_run import EcsTaskRun
from railbed.component import Component
from railbed.enums import MigrationPhase


class EcsApp(Component[EcsAppModel]):
    """A Rails application on ECS: migration, then web, workers and scheduled tasks, then the post-migration.

    Raises `InvalidArguments` before anything is registered.
    """

    service_name: pulumi.Output[str]
    """Name of the service that answers requests."""
    console: pulumi.Output[str]
    """The command that opens a Rails console, in a web container; empty if there is none."""
    image: pulumi.Output[str]
    """The image that runs, known once every service has been deployed and the post-migration has run."""

    def __init__(self, name: str, args: EcsAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, check_ecs_app(name, args), EcsAppModel, opts)
        arguments = self._arguments
        self._app, self._name = arguments.app, name
        self._references: Mapping[str, pulumi.Input[str]] = secret_references(name, arguments.secrets, self)

        migration = self._migration(arguments.whole_image, self._app.migration.first_phase)
        web = self._web(migration.image)
        workers = self._workers(migration.image)
        self._cron(migration.image)
        deployed = pulumi.Output.all(web.image, *[group.image for group in workers]).apply(lambda images: str(images[0]))

        self.service_name, self.console = web.service_name, web.console
        self.image = self._migration(deployed, MigrationPhase.POST).image if self._app.migration.post else deployed
        self._register_outputs()

    def _migration(self, image: pulumi.Input[str], phase: MigrationPhase) -> EcsTaskRun:
        suffix = "post-migrate" if phase is MigrationPhase.POST else "migrate"
        arguments = self._arguments.of_migration(image, phase, self._references) | {"described_as": "migration"}
        return EcsTaskRun(f"{self._name}-{suffix}", arguments, pulumi.ResourceOptions(parent=self))

    def _web(self, image: pulumi.Input[str]) -> EcsService:
        arguments = self._arguments.of_web(image, self._references) | {"described_as": "web"}
        return EcsService(f"{self._name}-web", arguments, pulumi.ResourceOptions(parent=self))

    def _workers(self, image: pulumi.Input[str]) -> list[EcsService]:
        return [
            EcsService(
                f"{self._name}-{name}",
                self._arguments.of_workers(name, group, image, self._references) | {"described_as": f"workers.{name}"},
                pulumi.ResourceOptions(parent=self),
            )
            for name, group in self._app.workers.items()
        ]

    def _cron(self, image: pulumi.Input[str]) -> None:
        for name, task in self._app.cron.items():
            arguments = self._arguments.of_cron(task, image, self._references)
            EcsScheduledTask(f"{self._name}-{name}", arguments, pulumi.ResourceOptions(parent=self))
