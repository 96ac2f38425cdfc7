"""Arguments of EcsApp."""

from collections.abc import Mapping
from typing import Any

from railbed.app import SIDEKIQ_EXTRA_SECONDS, Resources
from railbed.aws.ecs.fargate_sizes import SIZES, smallest_fargate_size
from railbed.aws.ecs.secrets import check_secrets
from railbed.aws.ecs.task import LONGEST_FARGATE_STOP_SECONDS
from railbed.decided_variables import problems_of_names, problems_of_values, refuse
from railbed.described_app import DescribedApp
from railbed.enums import Architecture, Capacity, NetworkMode
from railbed.quantities import mebibytes, millicores
from railbed.store_variables import Variables
from railbed.validation.rules import rule
from railbed.validation.types import EnvironmentName, InputText

PREPARE_TO_END_SECONDS = 5
"""Margin between the end of the last request and the kill."""


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
    """What tasks run on: fargate, fargate_spot or ec2; migrations never run on Spot. Default fargate."""
    capacity_provider: InputText | None = None
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    network_mode: NetworkMode = NetworkMode.AWSVPC
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: Architecture = Architecture.X86_64
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
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

    @rule
    def _secrets_are_small_enough(self) -> None:
        check_secrets(self.secrets)

    @rule
    def _further_arguments_have_a_part(self) -> None:
        parts = {"web", *self.app.workers}
        unknown = sorted(set(self.services) - parts)
        if unknown:
            raise ValueError(
                f"services of {', '.join(unknown)} would change nothing: the description has {', '.join(sorted(parts))}"
            )

    @rule
    def _settings_decide_their_variables(self) -> None:
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

    @rule
    def _console_is_in_web(self) -> None:
        console = self.app.console
        useless = [field for field in ("entrypoint", "writable_paths", "overrides") if getattr(console, field)]
        if useless:
            raise ValueError(
                f"app.console.{' and '.join(useless)} would change nothing: on ECS the console opens in a container of web; "
                "remove it, or set it of app.web"
            )

    @rule
    def _fargate_leaves_time_to_stop(self) -> None:
        if self.capacity is Capacity.EC2:
            return
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

    @rule
    def _fargate_is_large_enough(self) -> None:
        parts = {"web": self.app.web.resources, "migration": self.app.migration.resources}
        parts |= {f"workers.{name}": group.resources for name, group in self.app.workers.items()}
        parts |= {f"cron.{name}": task.resources for name, task in self.app.cron.items()}
        for part, resources in parts.items():
            if self.capacity is not Capacity.EC2 and fargate_size(resources) is None:
                cpu, memory = max(SIZES.items())
                raise ValueError(
                    f"app.{part}.resources: Fargate has no task with cpu {resources.cpu} and memory_limit "
                    f"{resources.memory_limit}: lower them to {cpu // 1024} and {memory[-1] // 1024}Gi, or use capacity ec2"
                )


def cpu_units(resources: Resources) -> int:
    """CPU that is set aside, in units of which 1024 are one."""
    return -(-millicores(resources.cpu) * 1024 // 1000)


def fargate_size(resources: Resources) -> tuple[int, int] | None:
    """The smallest task that has the CPU that is set aside and the memory that may be used."""
    return smallest_fargate_size(cpu_units(resources), mebibytes(resources.memory_limit))
