"""EcsApp: a whole Rails application on ECS, from its description."""

import pulumi

from railbed.args import EcsAppArgs
from railbed.aws.ecs.app_arguments import EcsAppModel, TaskT
from railbed.aws.ecs.component import EcsComponent
from railbed.aws.ecs.console import EcsConsole, EcsConsoleModel
from railbed.aws.ecs.scheduled_task import EcsScheduledTask, EcsScheduledTaskModel
from railbed.aws.ecs.secrets import secret_references
from railbed.aws.ecs.service import EcsService
from railbed.aws.ecs.service_arguments import EcsServiceModel
from railbed.aws.ecs.task import EcsTaskOptions
from railbed.aws.ecs.task_run import EcsTaskRun, EcsTaskRunModel, EcsTaskRunOptions
from railbed.aws.ecs.thread_room import crowded_tasks
from railbed.aws.names import PARAMETER, SECURITY_GROUP, name_of_stack


class EcsApp(EcsComponent[EcsAppModel]):
    """A Rails application on ECS: migration, then web, workers and scheduled tasks, then the post-migration.

    Raises `InvalidArguments` before anything is registered.
    """

    NAME_RULES = (PARAMETER, SECURITY_GROUP)

    service_name: pulumi.Output[str]
    """Name of the service that answers requests."""
    services: pulumi.Output[dict[str, str]]
    """Names of all services by part of the application: web, workers.NAME."""
    task_families: pulumi.Output[dict[str, str]]
    """Families of the task definitions of what runs at times, by part: migration, cron.NAME, console."""
    console: pulumi.Output[str]
    """What a shell runs to open a Rails console, in a task of its own; empty if there is none."""
    image: pulumi.Output[str]
    """The image that runs, known once every service has been deployed and the post-migration has run."""

    def __init__(self, name: str, args: EcsAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, EcsAppModel, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        given, self._parts = self._arguments, self._arguments.parts
        for warning in crowded_tasks(given.app, self._parts):
            pulumi.log.warn(warning, self)
        self._references = secret_references(name, given.secrets, self)

        migration = self._migration("migrate", self._parts.migration, given.whole_image)
        web = self._web(migration.image)
        workers = self._workers(migration.image)
        self._cron(migration.image)
        deployed = pulumi.Output.all(web.image, *[group.image for group in workers]).apply(lambda images: str(images[0]))

        names = {"web": web.service_name}
        names |= {f"workers.{key}": group.service_name for key, group in zip(self._parts.workers, workers, strict=True)}
        self.services = pulumi.Output.all(**names)
        families = {"migration": "migrate", **{f"cron.{key}": key for key in self._parts.cron}}
        families |= {"console": "console"} if self._parts.console else {}
        named = {part: name_of_stack(f"{name}-{suffix}") for part, suffix in families.items()}
        self.task_families = pulumi.Output.from_input(named)
        self.service_name, self.console = web.service_name, self._console(deployed)
        post = self._parts.post_migration
        self.image = self._migration("post-migrate", post, deployed).image if post else deployed
        self._register_outputs()

    def _placed(self, part: EcsTaskOptions, model: type[TaskT], image: pulumi.Input[str]) -> TaskT:
        """The arguments of a part with the image that it runs, and with the secrets that have been made for it."""
        references = {**part.secret_references, **self._arguments.secret_references, **self._references}
        return self._arguments.place(part, model, image=image, secret_references=references)

    def _migration(self, suffix: str, migration: EcsTaskRunOptions, image: pulumi.Input[str]) -> EcsTaskRun:
        return EcsTaskRun.from_model(f"{self._name}-{suffix}", self._placed(migration, EcsTaskRunModel, image), self._child)

    def _web(self, image: pulumi.Input[str]) -> EcsService:
        return EcsService.from_model(f"{self._name}-web", self._placed(self._parts.web, EcsServiceModel, image), self._child)

    def _workers(self, image: pulumi.Input[str]) -> list[EcsService]:
        return [
            EcsService.from_model(f"{self._name}-{key}", self._placed(group, EcsServiceModel, image), self._child)
            for key, group in self._parts.workers.items()
        ]

    def _console(self, image: pulumi.Input[str]) -> pulumi.Output[str]:
        if self._parts.console is None:
            return pulumi.Output.from_input("")
        arguments = self._placed(self._parts.console, EcsConsoleModel, image)
        return EcsConsole.from_model(f"{self._name}-console", arguments, self._child).command

    def _cron(self, image: pulumi.Input[str]) -> None:
        for key, task in self._parts.cron.items():
            EcsScheduledTask.from_model(f"{self._name}-{key}", self._placed(task, EcsScheduledTaskModel, image), self._child)
