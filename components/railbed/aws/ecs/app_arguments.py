"""What EcsApp is given, and what it gives to each part of the application."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Self

import pulumi
from pydantic import model_validator

from railbed.app import SIDEKIQ_EXTRA_SECONDS, AppCron, AppPart, AppWorkers, Resources
from railbed.args import EcsAppArgs
from railbed.arguments import EnvironmentName, InputText, InvalidArguments, checked
from railbed.aws.ecs.fargate_sizes import SIZES, smallest_fargate_size
from railbed.aws.ecs.scheduled_task import EcsScheduledTaskModel
from railbed.aws.ecs.secrets import check_secrets
from railbed.aws.ecs.service_arguments import EcsServiceModel
from railbed.aws.ecs.task import LONGEST_FARGATE_STOP_SECONDS, Properties, checked_as
from railbed.aws.ecs.task_run import EcsTaskRunModel
from railbed.decided_variables import problems_of_names, problems_of_values, refuse
from railbed.described_app import DescribedApp
from railbed.enums import Architecture, Capacity, MigrationPhase, NetworkMode
from railbed.kubernetes.workload import merged
from railbed.listening import listening_command
from railbed.processes import server_environment, sidekiq_command
from railbed.quantities import mebibytes, millicores
from railbed.store_variables import Variables

PREPARE_TO_END_SECONDS = 5
"""Margin between the end of the last request and the kill."""

LEAST_CPU = 128

PLACEHOLDER = "arn:aws:secretsmanager:::secret:checked"
"""Stands for references to secrets that are not made yet, while arguments are checked."""


class EcsAppModel(DescribedApp):
    """Arguments of EcsApp."""

    cluster_arn: InputText
    """ARN of the cluster, such as EcsCluster's `arn`."""
    region: InputText | None = None
    """AWS region. Default: that of `cluster_arn`."""
    secrets: Variables = {}
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like; they are kept in
    one secret of Secrets Manager."""
    secret_references: dict[EnvironmentName, InputText] = {}
    """Secret environment variables that exist already, as ARNs of Secrets Manager or SSM parameters. Default: none."""
    kms_key_arns: list[InputText] = []
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    capacity: Capacity = Capacity.FARGATE
    """fargate, fargate_spot or ec2; migrations never run on Spot. Default fargate."""
    capacity_provider: InputText | None = None
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    network_mode: NetworkMode = NetworkMode.AWSVPC
    """awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: Architecture = Architecture.X86_64
    """x86_64 or arm64, as the image is built. Default x86_64."""
    subnet_ids: list[InputText] = []
    """Subnets of the tasks, private ones. Required with awsvpc."""
    security_group_ids: list[InputText] = []
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    assign_public_ip: bool = False
    """Whether tasks get public addresses. Default false."""
    vpc_id: InputText | None = None
    """VPC. Required with `target_group_arn` and awsvpc."""
    target_group_arn: InputText | None = None
    """Target group of the load balancer in front of web. Default: none."""
    load_balancer_security_group_id: InputText | None = None
    """Security group of that load balancer. Required with `target_group_arn`."""
    instance_security_group_id: InputText | None = None
    """Security group of the instances. Required with `target_group_arn` and bridge."""
    task_policy: InputText | None = None
    """IAM policy, as JSON, of what the application may do in AWS. Default: nothing."""
    log_retention_days: int = 30
    """Days that CloudWatch keeps logs. Default 30."""
    services: dict[str, dict[str, Any]] = {}
    """Further arguments of EcsService by part, "web" or a group of workers: those that only ECS knows, such as autoscaling,
    cpu, memory. Default: none."""

    @model_validator(mode="after")
    def _secrets_are_small_enough(self) -> Self:
        check_secrets(self.secrets)
        return self

    @model_validator(mode="after")
    def _further_arguments_have_a_part(self) -> Self:
        parts = {"web", *self.app.workers}
        unknown = sorted(set(self.services) - parts)
        if unknown:
            raise ValueError(
                f"services of {', '.join(unknown)} would change nothing: the description has {', '.join(sorted(parts))}"
            )
        return self

    @model_validator(mode="after")
    def _settings_decide_their_variables(self) -> Self:
        self.check_names("secrets", self.secrets)
        self.check_names("secret_references", self.secret_references)
        problems = []
        for name, part in zip(("web", *self.app.workers), self.app.deciding("app."), strict=False):
            for field in ("env", "secrets", "secret_references"):
                given, place = self.services.get(name, {}).get(field), f"services.{name}.{field}"
                if isinstance(given, Mapping):
                    problems += problems_of_names(place, given, [part])
                    problems += problems_of_values({place: given}, part) if field == "env" else []
        refuse(problems)
        return self

    @model_validator(mode="after")
    def _console_is_in_web(self) -> Self:
        console = self.app.console
        useless = [field for field in ("entrypoint", "writable_paths", "overrides") if getattr(console, field)]
        if useless:
            raise ValueError(
                f"app.console.{' and '.join(useless)} would change nothing: on ECS the console opens in a container of web; "
                "remove it, or set it of app.web"
            )
        return self

    @model_validator(mode="after")
    def _fargate_leaves_time_to_stop(self) -> Self:
        if self.capacity is Capacity.EC2:
            return self
        longest = LONGEST_FARGATE_STOP_SECONDS - SIDEKIQ_EXTRA_SECONDS
        late = [name for name, group in self.app.workers.items() if group.shutdown_seconds > longest]
        if late:
            raise ValueError(
                f"app.workers.{late[0]}.shutdown_seconds is {self.app.workers[late[0]].shutdown_seconds}: use {longest} at "
                f"most, as Fargate kills {LONGEST_FARGATE_STOP_SECONDS} seconds after TERM and Sidekiq needs "
                f"{SIDEKIQ_EXTRA_SECONDS} more to push jobs back; or use capacity ec2"
            )
        longest = LONGEST_FARGATE_STOP_SECONDS - PREPARE_TO_END_SECONDS
        if self.app.web.request_seconds > longest:
            raise ValueError(
                f"app.web.request_seconds is {self.app.web.request_seconds}: use {longest} at most, as Fargate kills "
                f"{LONGEST_FARGATE_STOP_SECONDS} seconds after TERM; or use capacity ec2"
            )
        return self

    @model_validator(mode="after")
    def _fargate_is_large_enough(self) -> Self:
        parts = {"web": self.app.web.resources, "migration": self.app.migration.resources}
        parts |= {f"workers.{name}": group.resources for name, group in self.app.workers.items()}
        parts |= {f"cron.{name}": task.resources for name, task in self.app.cron.items()}
        for part, resources in parts.items():
            if self.capacity is not Capacity.EC2 and _fargate_size(resources) is None:
                cpu, memory = max(SIZES.items())
                raise ValueError(
                    f"app.{part}.resources: Fargate has no task with cpu {resources.cpu} and memory_limit "
                    f"{resources.memory_limit}: lower them to {cpu // 1024} and {memory[-1] // 1024}Gi, or use capacity ec2"
                )
        return self

    def of_web(self, image: pulumi.Input[str], references: Mapping[str, pulumi.Input[str]]) -> Any:
        """Arguments of the service that answers requests."""
        web = self.app.web
        network = ("target_group_arn", "load_balancer_security_group_id", "vpc_id", "instance_security_group_id")
        description = {
            "command": web.command or listening_command(web),
            "port": web.port,
            "startup_seconds": web.startup_seconds,
            "autoscaled": web.autoscaled,
            "stop_seconds": web.request_seconds + PREPARE_TO_END_SECONDS,
            "execute_command": self.app.console.enabled,
            **{field: getattr(self, field) for field in network},
        }
        return self._of_service("web", image, references, web, web.replicas, server_environment(web), web.env, description)

    def of_workers(
        self, name: str, group: AppWorkers, image: pulumi.Input[str], references: Mapping[str, pulumi.Input[str]]
    ) -> Any:
        """Arguments of the service of a group of workers."""
        description = {
            "command": group.command or sidekiq_command(group),
            "startup_seconds": group.startup_seconds,
            "autoscaled": group.autoscaled,
            "stop_seconds": group.shutdown_seconds + SIDEKIQ_EXTRA_SECONDS,
            "execute_command": self.app.console.enabled,
        }
        defaults = {"RAILS_MAX_THREADS": str(group.concurrency)}
        return self._of_service(name, image, references, group, group.replicas, defaults, group.env, description)

    def of_migration(self, image: pulumi.Input[str], phase: MigrationPhase, references: Mapping[str, pulumi.Input[str]]) -> Any:
        """Arguments of the migration."""
        migration = self.app.migration
        fields = ("command", "deadline_seconds", "start_seconds", "database_seconds")
        arguments = self._of_part(image, references, migration, {}, {}) | {
            **{field: getattr(migration, field) for field in fields},
            "phase": phase,
        }
        # A migration that AWS may stop at any time is none.
        spot = self.capacity is Capacity.FARGATE_SPOT
        return arguments | ({"capacity": Capacity.FARGATE} if spot else {})

    def of_cron(self, task: AppCron, image: pulumi.Input[str], references: Mapping[str, pulumi.Input[str]]) -> Any:
        """Arguments of a scheduled command."""
        fields = ("schedule", "command", "time_zone", "deadline_seconds", "overlap", "suspended")
        return self._of_part(image, references, task, {}, {}) | {field: getattr(task, field) for field in fields}

    def _of_service(
        self,
        part: str,
        image: pulumi.Input[str],
        references: Mapping[str, pulumi.Input[str]],
        container: AppPart,
        replicas: int,
        defaults: Mapping[str, str],
        env: Mapping[str, pulumi.Input[str]],
        description: Properties,
    ) -> Any:
        further = self.services.get(part, {})
        scales = further.get("autoscaling") is not None
        count = {} if scales else {"desired_count": replicas}
        given = self._of_part(image, references, container, defaults, env)
        both = {key: merged(given[key], further[key]) for key in ("env", "overrides") if isinstance(further.get(key), dict)}
        return given | description | count | further | both

    def _of_part(
        self,
        image: pulumi.Input[str],
        references: Mapping[str, pulumi.Input[str]],
        container: AppPart,
        defaults: Mapping[str, str],
        env: Mapping[str, pulumi.Input[str]],
    ) -> Properties:
        shared = (
            *("cluster_arn", "region", "kms_key_arns", "capacity", "capacity_provider", "network_mode", "architecture"),
            *("subnet_ids", "security_group_ids", "assign_public_ip", "task_policy", "log_retention_days"),
        )
        secret = {**self.secret_references, **references}
        cpu, memory = self._size(container.resources)
        return {
            **{field: getattr(self, field) for field in shared},
            "image": image,
            "user": self.app.user,
            "workdir": self.app.workdir,
            "entrypoint": container.entrypoint,
            "writable_paths": container.writable_paths,
            "overrides": container.overrides,
            "cpu": cpu,
            "memory": memory,
            "env": {**{key: value for key, value in defaults.items() if key not in secret}, **self.app.env, **env},
            "secret_references": secret,
            "hidden_values": list(self.secrets.values()),
        }

    def _size(self, resources: Resources) -> tuple[int, int]:
        size = None if self.capacity is Capacity.EC2 else _fargate_size(resources)
        return size or (max(LEAST_CPU, _cpu_units(resources)), mebibytes(resources.memory_limit))


def check_ecs_app(name: str, args: EcsAppArgs) -> EcsAppModel:
    """The arguments of an EcsApp, checked as a whole and as those of its parts, with nothing registered.

    Raises `InvalidArguments` with the problems of all parts.
    """
    given = checked_as("EcsApp", name, EcsAppModel, args)
    problems = list(dict.fromkeys(_problems_of_parts(given)))
    if problems:
        raise InvalidArguments(f"EcsApp '{name}'", problems)
    return given


def _problems_of_parts(given: EcsAppModel) -> Iterator[str]:
    image = given.whole_image
    references = dict.fromkeys(given.secrets, PLACEHOLDER)
    parts: dict[str, Callable[[], object]] = {
        "web": partial(checked, EcsServiceModel, given.of_web(image, references), "web"),
        "migration": partial(
            checked, EcsTaskRunModel, given.of_migration(image, given.app.migration.first_phase, references), "migration"
        ),
    }
    for name, group in given.app.workers.items():
        arguments = given.of_workers(name, group, image, references)
        parts[f"workers.{name}"] = partial(checked, EcsServiceModel, arguments, "workers")
    for name, task in given.app.cron.items():
        arguments = given.of_cron(task, image, references)
        parts[f"cron.{name}"] = partial(checked, EcsScheduledTaskModel, arguments, "cron")
    for part, check in parts.items():
        try:
            check()
        except InvalidArguments as error:
            yield from (f"{part}: {problem}" for problem in error.problems)


def _cpu_units(resources: Resources) -> int:
    return -(-millicores(resources.cpu) * 1024 // 1000)


def _fargate_size(resources: Resources) -> tuple[int, int] | None:
    """The smallest task that has the CPU that is set aside and the memory that may be used."""
    return smallest_fargate_size(_cpu_units(resources), mebibytes(resources.memory_limit))
