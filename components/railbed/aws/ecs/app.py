"""EcsApp: a whole Rails application on ECS, from its description."""

from collections.abc import Mapping
from typing import TypeVar

import pulumi

from railbed.args import EcsAppArgs
from railbed.aws.ecs.app_arguments import EcsAppModel
from railbed.aws.ecs.app_parts import PLACEHOLDER, check_parts
from railbed.aws.ecs.scheduled_task import EcsScheduledTask
from railbed.aws.ecs.secrets import secret_references
from railbed.aws.ecs.service import EcsService
from railbed.aws.ecs.task import EcsTask, checked_as
from railbed.aws.ecs.task_run import EcsTaskRun, EcsTaskRunModel
from railbed.component import Component

ModelT = TypeVar("ModelT", bound=EcsTask)


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
        given = checked_as("EcsApp", name, EcsAppModel, args)
        self._parts, self._name = check_parts(name, given), name
        super().__init__(name, given, EcsAppModel, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._references: Mapping[str, pulumi.Input[str]] = secret_references(name, given.secrets, self)

        migration = self._migration("migrate", self._parts.migration, given.whole_image)
        web = self._web(migration.image)
        workers = self._workers(migration.image)
        self._cron(migration.image)
        deployed = pulumi.Output.all(web.image, *[group.image for group in workers]).apply(lambda images: str(images[0]))

        self.service_name, self.console = web.service_name, web.console
        post = self._parts.post_migration
        self.image = self._migration("post-migrate", post, deployed).image if post else deployed
        self._register_outputs()

    def _placed(self, part: ModelT, image: pulumi.Input[str]) -> ModelT:
        """A part with the image that it runs, and with the secrets that have been made for it."""
        made = {key: self._references[key] for key, value in part.secret_references.items() if value == PLACEHOLDER}
        return part.model_copy(update={"image": image, "secret_references": {**part.secret_references, **made}})

    def _migration(self, suffix: str, migration: EcsTaskRunModel, image: pulumi.Input[str]) -> EcsTaskRun:
        return EcsTaskRun.from_model(f"{self._name}-{suffix}", self._placed(migration, image), self._child)

    def _web(self, image: pulumi.Input[str]) -> EcsService:
        return EcsService.from_model(f"{self._name}-web", self._placed(self._parts.web, image), self._child)

    def _workers(self, image: pulumi.Input[str]) -> list[EcsService]:
        return [
            EcsService.from_model(f"{self._name}-{key}", self._placed(group, image), self._child)
            for key, group in self._parts.workers.items()
        ]

    def _cron(self, image: pulumi.Input[str]) -> None:
        for key, task in self._parts.cron.items():
            EcsScheduledTask.from_model(f"{self._name}-{key}", self._placed(task, image), self._child)


def check_ecs_app(name: str, args: EcsAppArgs) -> None:
    """Check the arguments of an EcsApp as a whole and as those of its parts, with nothing registered.

    Raises `InvalidArguments`.
    """
    check_parts(name, checked_as("EcsApp", name, EcsAppModel, args))
