"""The parts of an application on ECS: the arguments of each of its components, checked together, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from railbed.app import SIDEKIQ_EXTRA_SECONDS, AppCron, AppPart, AppWorkers, Resources
from railbed.aws.ecs.app_arguments import PREPARE_TO_END_SECONDS, EcsAppModel, cpu_units, fargate_size
from railbed.aws.ecs.scheduled_task import EcsScheduledTaskModel
from railbed.aws.ecs.service_arguments import EcsServiceModel
from railbed.aws.ecs.task import Properties
from railbed.aws.ecs.task_run import EcsTaskRunModel
from railbed.enums import Capacity, MigrationPhase
from railbed.listening import listening_command
from railbed.overrides import merged
from railbed.processes import server_environment, sidekiq_command
from railbed.quantities import mebibytes
from railbed.validation.checks import Checks

LEAST_CPU = 128

PLACEHOLDER = "arn:aws:secretsmanager:::secret:checked"
"""Stands for references to the secrets that are made with the application."""


@dataclass(frozen=True)
class EcsAppParts:
    """Arguments of all components of an application, each with the image that has not been migrated yet."""

    migration: EcsTaskRunModel
    web: EcsServiceModel
    workers: Mapping[str, EcsServiceModel]
    cron: Mapping[str, EcsScheduledTaskModel]
    post_migration: EcsTaskRunModel | None


def check_parts(name: str, given: EcsAppModel) -> EcsAppParts:
    """The arguments of every part. Raises `InvalidArguments` with the problems of all of them."""
    app, described, checks = given.app, _DescribedParts(given), Checks(f"EcsApp '{name}'")

    def migration(phase: MigrationPhase) -> Any:
        return checks.checked("migration", EcsTaskRunModel, described.migration(phase))

    parts = EcsAppParts(
        migration=migration(app.migration.first_phase),
        web=checks.checked("web", EcsServiceModel, described.web()),
        workers={
            key: checks.checked(f"workers.{key}", EcsServiceModel, described.workers(key, each))
            for key, each in app.workers.items()
        },
        cron={
            key: checks.checked(f"cron.{key}", EcsScheduledTaskModel, described.cron(each)) for key, each in app.cron.items()
        },
        post_migration=migration(MigrationPhase.POST) if app.migration.post else None,
    )
    checks.refuse()
    return parts


@dataclass(frozen=True)
class _DescribedParts:
    """The application's description in the words of ECS."""

    given: EcsAppModel

    def web(self) -> Properties:
        """Arguments of the service that answers requests."""
        web = self.given.app.web
        network = ("target_group_arn", "load_balancer_security_group_id", "vpc_id", "instance_security_group_id")
        description = {
            "described_as": "web",
            "command": web.command or listening_command(web),
            "port": web.port,
            "startup_seconds": web.startup_seconds,
            "autoscaled": web.autoscaled,
            "stop_seconds": web.request_seconds + PREPARE_TO_END_SECONDS,
            "execute_command": self.given.app.console.enabled,
            **{field: getattr(self.given, field) for field in network},
        }
        return self._of_service("web", web, web.replicas, server_environment(web), web.env, description)

    def workers(self, name: str, group: AppWorkers) -> Properties:
        """Arguments of the service of a group of workers."""
        description = {
            "described_as": f"workers.{name}",
            "command": group.command or sidekiq_command(group),
            "startup_seconds": group.startup_seconds,
            "autoscaled": group.autoscaled,
            "stop_seconds": group.shutdown_seconds + SIDEKIQ_EXTRA_SECONDS,
            "execute_command": self.given.app.console.enabled,
        }
        defaults = {"RAILS_MAX_THREADS": str(group.concurrency)}
        return self._of_service(name, group, group.replicas, defaults, group.env, description)

    def migration(self, phase: MigrationPhase) -> Properties:
        """Arguments of the migration."""
        migration = self.given.app.migration
        fields = ("command", "deadline_seconds", "start_seconds", "database_seconds")
        arguments = self._of_part(migration, {}, {}) | {
            **{field: getattr(migration, field) for field in fields},
            "described_as": "migration",
            "phase": phase,
        }
        # A migration that AWS may stop at any time is none.
        spot = self.given.capacity is Capacity.FARGATE_SPOT
        return arguments | ({"capacity": Capacity.FARGATE} if spot else {})

    def cron(self, task: AppCron) -> Properties:
        """Arguments of a scheduled command."""
        fields = ("schedule", "command", "time_zone", "deadline_seconds", "overlap", "suspended")
        return self._of_part(task, {}, {}) | {field: getattr(task, field) for field in fields}

    def _of_service(
        self,
        part: str,
        container: AppPart,
        replicas: int,
        defaults: Mapping[str, str],
        env: Mapping[str, pulumi.Input[str]],
        description: Properties,
    ) -> Properties:
        further = self.given.services.get(part, {})
        scales = further.get("autoscaling") is not None
        count = {} if scales else {"desired_count": replicas}
        given = self._of_part(container, defaults, env)
        joined = [key for key in ("env", "secret_references", "overrides") if isinstance(further.get(key), dict)]
        both = {key: merged(given[key], further[key]) for key in joined}
        return given | description | count | further | both

    def _of_part(
        self,
        container: AppPart,
        defaults: Mapping[str, str],
        env: Mapping[str, pulumi.Input[str]],
    ) -> Properties:
        shared = (
            *("cluster_arn", "region", "kms_key_arns", "capacity", "capacity_provider", "network_mode", "architecture"),
            *("subnet_ids", "security_group_ids", "assign_public_ip", "task_policy", "log_retention_days"),
        )
        secret = {**self.given.secret_references, **dict.fromkeys(self.given.secrets, PLACEHOLDER)}
        cpu, memory = self._size(container.resources)
        return {
            **{field: getattr(self.given, field) for field in shared},
            "image": self.given.whole_image,
            "user": self.given.app.user,
            "workdir": self.given.app.workdir,
            "entrypoint": container.entrypoint,
            "writable_paths": container.writable_paths,
            "overrides": container.overrides,
            "cpu": cpu,
            "memory": memory,
            "env": {**{key: value for key, value in defaults.items() if key not in secret}, **self.given.app.env, **env},
            "secret_references": secret,
            "hidden_values": list(self.given.secrets.values()),
        }

    def _size(self, resources: Resources) -> tuple[int, int]:
        size = None if self.given.capacity is Capacity.EC2 else fargate_size(resources)
        return size or (max(LEAST_CPU, cpu_units(resources)), mebibytes(resources.memory_limit))
