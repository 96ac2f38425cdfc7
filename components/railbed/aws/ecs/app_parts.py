"""The parts of an application on ECS: what is known of each of its components, checked together, once."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pydantic import ValidationError

from railbed.aws.ecs.app_options import EcsAppOptions, cpu_units, fargate_size
from railbed.aws.ecs.capacity import CapacityOptions
from railbed.aws.ecs.console import EcsConsoleOptions
from railbed.aws.ecs.log_router import LogRouterOptions
from railbed.aws.ecs.scheduled_task import EcsScheduledTaskOptions
from railbed.aws.ecs.service_arguments import EcsServiceOptions
from railbed.aws.ecs.task import EcsTaskOptions, Properties
from railbed.aws.ecs.task_run import EcsTaskRunOptions
from railbed.aws.ecs.web_check import web_check
from railbed.description.app import PREPARE_TO_END_SECONDS, WORKER_EXTRA_SECONDS, App, AppCron, AppPart, AppWeb, AppWorkers
from railbed.description.commands import server_environment
from railbed.description.heartbeat import heartbeat_command
from railbed.description.listening import listening_command
from railbed.description.one_place import problems_of_places
from railbed.description.workers import loader_of, worker_checks, worker_command, worker_environment
from railbed.enums import Capacity, MigrationPhase, RolloutStrategy, Server
from railbed.validation.checks import Checks
from railbed.validation.overrides import merged
from railbed.validation.problems import problems_of
from railbed.validation.quantities import mebibytes

LEAST_CPU = 128


@dataclass(frozen=True)
class EcsAppParts:
    """What is known of all components of an application before anything is registered."""

    migration: EcsTaskRunOptions
    web: EcsServiceOptions
    workers: Mapping[str, EcsServiceOptions]
    cron: Mapping[str, EcsScheduledTaskOptions]
    post_migration: EcsTaskRunOptions | None
    console: EcsConsoleOptions | None


def describe_parts(app: App, options: EcsAppOptions, secret_names: Iterable[str]) -> EcsAppParts:
    """The options of every part; `secret_names` are those of the secret variables that all get.

    Raises `ProblemsError` with the problems of all parts.
    """
    described, checks = _DescribedParts(app, options, frozenset(secret_names)), Checks()

    def check(part: str, model: type[EcsTaskOptions], arguments: Properties, further: Collection[str] = ()) -> Any:
        try:
            checked = model.model_validate(arguments)
        except ValidationError as error:
            for problem in problems_of(error, model):
                argument = re.match(r"\w*", problem)
                of_services = argument is not None and argument[0] in further
                checks.add(f"services.{part.removeprefix('workers.')}" if of_services else f"app.{part}", [problem])
            return None
        places = {"env": checked.env, "secrets": described.secret_names, "secret_references": options.secret_references}
        checks.add(f"app.{part}", problems_of_places(places))
        return checked

    def service(part: str, name: str, arguments: Properties) -> Any:
        return check(part, EcsServiceOptions, arguments, options.services.get(name, {}))

    def migration(phase: MigrationPhase) -> Any:
        return check("migration", EcsTaskRunOptions, described.migration(phase))

    parts = EcsAppParts(
        migration=migration(app.migration.first_phase),
        web=service("web", "web", described.web()),
        workers={key: service(f"workers.{key}", key, described.workers(key, each)) for key, each in app.workers.items()},
        cron={key: check(f"cron.{key}", EcsScheduledTaskOptions, described.cron(key, each)) for key, each in app.cron.items()},
        post_migration=migration(MigrationPhase.POST) if app.migration.post else None,
        console=check("console", EcsConsoleOptions, described.console()) if app.console.enabled else None,
    )
    checks.refuse()
    return parts


@dataclass(frozen=True)
class _DescribedParts:
    """The application's description in the words of ECS."""

    app: App
    options: EcsAppOptions
    secret_names: frozenset[str]

    def web(self) -> Properties:
        """Arguments of the service that answers requests."""
        web = self.app.web
        description = {
            "described_as": "web",
            "command": web.command or listening_command(web),
            "port": web.port,
            "startup_seconds": web.startup_seconds,
            "autoscaled": web.autoscaled,
            "stop_seconds": web.request_seconds + PREPARE_TO_END_SECONDS,
        }
        if web.command is None and web.server is not Server.IMAGE and not self._has_command_of_its_own("web", web):
            description["health_command"] = web_check(web)  # what the image brings may have no Ruby
        return self._of_service("web", web, web.replicas, server_environment(web), web.env, description)

    def workers(self, name: str, group: AppWorkers) -> Properties:
        """Arguments of the service of a group of workers."""
        ours = not self._has_command_of_its_own(name, group)
        loader = loader_of(group) if ours else None
        description = {
            "described_as": f"workers.{name}",
            "command": group.command or (heartbeat_command(group, loader) if loader else worker_command(group, None)),
            "startup_seconds": group.startup_seconds,
            "autoscaled": group.autoscaled,
            "stop_seconds": group.shutdown_seconds + WORKER_EXTRA_SECONDS,
        }
        if group.strategy is RolloutStrategy.RECREATE:
            description |= {"minimum_healthy_percent": 0, "maximum_percent": 100}
        if ours and (checks := worker_checks(group, loaded=loader is not None)):
            description["health_command"] = ["CMD", *checks.alive.command]
        return self._of_service(name, group, group.replicas, worker_environment(group), group.env, description)

    def _has_command_of_its_own(self, name: str, part: AppPart) -> bool:
        """Whether further arguments or overrides replace the command: what runs then answers none of our checks."""
        further = self.options.services.get(name, {})
        changes = [part.overrides, further.get("overrides")]
        containers = [each.get("container") for each in changes if isinstance(each, Mapping)]
        return "command" in further or any(isinstance(each, Mapping) and "command" in each for each in containers)

    def migration(self, phase: MigrationPhase) -> Properties:
        """Arguments of the migration."""
        migration = self.app.migration
        fields = ("command", "deadline_seconds", "start_seconds", "database_seconds")
        arguments = self._of_part(migration, {}, migration.env) | {
            **{field: getattr(migration, field) for field in fields},
            "described_as": "migration",
            "phase": phase,
        }
        return arguments | self._not_on_spot()

    def console(self) -> Properties:
        """Arguments of the task for consoles."""
        return self._of_part(self.app.console, {}, {}) | {"described_as": "console"} | self._not_on_spot()

    def _not_on_spot(self) -> Properties:
        """A migration that AWS may stop at any time is none, and so is a console."""
        return {"capacity": Capacity.FARGATE} if self.options.capacity is Capacity.FARGATE_SPOT else {}

    def cron(self, name: str, task: AppCron) -> Properties:
        """Arguments of a scheduled command."""
        fields = ("schedule", "command", "time_zone", "deadline_seconds", "overlap", "suspended")
        description = {field: getattr(task, field) for field in fields}
        return self._of_part(task, {}, task.env) | self._log_router() | description | {"described_as": f"cron.{name}"}

    def _log_router(self) -> Properties:
        return {field: getattr(self.options, field) for field in LogRouterOptions.model_fields}

    def _of_service(
        self,
        part: str,
        container: AppPart,
        replicas: int,
        defaults: Mapping[str, str],
        env: Mapping[str, pulumi.Input[str]],
        description: Properties,
    ) -> Properties:
        further = self.options.services.get(part, {})
        scales = further.get("autoscaling") is not None
        count = {} if scales else {"desired_count": replicas}
        given = self._of_part(container, defaults, env) | self._log_router()
        joined = [key for key in ("env", "secret_references", "overrides") if isinstance(further.get(key), dict)]
        both = {key: merged(given[key], further[key]) for key in joined}
        return given | description | count | further | both

    def _of_part(
        self,
        container: AppPart,
        defaults: Mapping[str, str],
        env: Mapping[str, pulumi.Input[str]],
    ) -> Properties:
        cpu, memory = self._size(container)
        secret = {*self.secret_names, *self.options.secret_references}
        return {
            **{field: getattr(self.options, field) for field in CapacityOptions.model_fields},
            "user": self.app.user,
            "workdir": self.app.workdir,
            "entrypoint": container.entrypoint,
            "writable_paths": container.writable_paths,
            "volumes_in_image": self.options.volumes_in_image,
            "overrides": container.overrides,
            "cpu": cpu,
            "memory": memory,
            "env": {**{key: value for key, value in defaults.items() if key not in secret}, **self.app.env, **env},
        }

    def _size(self, part: AppPart) -> tuple[int, int]:
        resources, threads = part.resources, 1
        if isinstance(part, AppWeb):
            threads = part.processes * part.threads
        elif isinstance(part, AppWorkers):
            threads = part.jobs_at_once
        size = None if self.options.capacity is Capacity.EC2 else fargate_size(resources, threads)
        return size or (max(LEAST_CPU, cpu_units(resources)), mebibytes(resources.memory_limit))
