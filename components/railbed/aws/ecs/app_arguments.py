"""Arguments of EcsApp."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar

from railbed.aws.ecs.app_options import EcsAppOptions, fargate_size
from railbed.aws.ecs.app_parts import EcsAppParts, describe_parts
from railbed.aws.ecs.capacity import CapacityOptions, Placement
from railbed.aws.ecs.fargate_sizes import SIZES
from railbed.aws.ecs.secrets import check_secrets
from railbed.aws.ecs.service_arguments import EcsServiceModel
from railbed.aws.ecs.task import LONGEST_FARGATE_STOP_SECONDS, EcsTask, EcsTaskOptions
from railbed.description.app import PREPARE_TO_END_SECONDS, WORKER_EXTRA_SECONDS, App
from railbed.description.decided_variables import problems_of_names, problems_of_values, refuse
from railbed.description.described_app import DescribedApp
from railbed.enums import Capacity, WorkerBackend
from railbed.stores.further_databases import check_addresses_given
from railbed.stores.variables import Variables
from railbed.validation.arguments import Placed
from railbed.validation.rules import ProblemsError, last_rule, rule
from railbed.validation.types import InputText

TaskT = TypeVar("TaskT", bound=EcsTask)


class EcsAppDescription(EcsAppOptions, Placed):
    """An application on ECS as far as it is known before anything is registered."""

    app: App
    """The application's description."""
    secrets: Variables = {}
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like; they are kept in
    one secret of Secrets Manager."""

    @cached_property
    def parts(self) -> EcsAppParts:
        """What is known of each of its components, checked once. Raises `ProblemsError` with the problems of all of them."""
        return describe_parts(self.app, self, self.secrets)

    @last_rule
    def _parts_are_right(self) -> None:
        _ = self.parts

    @rule
    def _secrets_are_small_enough(self) -> None:
        check_secrets(self.secrets)

    @rule
    def _further_arguments_have_a_part(self) -> None:
        parts = {"web", *self.app.workers}
        unknown = sorted(set(self.services) - parts)
        if unknown:
            raise ValueError(f"services of {', '.join(unknown)} have no effect: the description has {', '.join(sorted(parts))}")

    @rule
    def _description_decides(self) -> None:
        problems = []
        for part, given in self.services.items():
            of_web = {"port": "app.web.port"} if part == "web" else {}
            decided = {"user": "app.user", "workdir": "app.workdir", "described_as": "", **of_web}
            problems += [
                f"services.{part}.{argument}: would win over the application's description: remove it"
                f"{setting and f', and set {setting}'}"
                for argument, setting in decided.items()
                if argument in given
            ]
        if problems:
            raise ProblemsError(problems)

    @rule
    def _parts_share_their_place(self) -> None:
        # What runs on instances is given their capacity provider, and a network mode decides what else.
        for part, given in self.services.items():
            mode, capacity = given.get("network_mode") or self.network_mode, given.get("capacity") or self.capacity
            if mode != self.network_mode:
                raise ValueError(f"services.{part}.network_mode: is that of the whole application: set network_mode instead")
            if (capacity == Capacity.EC2) is not (self.capacity is Capacity.EC2):
                raise ValueError(
                    f"services.{part}.capacity: instances run the whole application or nothing of it, and capacity is "
                    f"{self.capacity.value}: remove it, or set capacity"
                )

    @rule
    def _only_web_has_requests(self) -> None:
        for name in self.app.workers:
            scaling = self.services.get(name, {}).get("autoscaling")
            if isinstance(scaling, Mapping) and scaling.get("requests_per_target"):
                raise ValueError(
                    f"services.{name}.autoscaling.requests_per_target: workers get no requests: remove it, or set "
                    "queue_latency_seconds or cpu_percent"
                )

    @rule
    def _latency_is_of_sidekiq(self) -> None:
        for name, group in self.app.workers.items():
            scaling = self.services.get(name, {}).get("autoscaling")
            is_asked = isinstance(scaling, Mapping) and scaling.get("queue_latency_seconds")
            if is_asked and group.backend is not WorkerBackend.SIDEKIQ:
                raise ValueError(
                    f"services.{name}.autoscaling.queue_latency_seconds: is known of Sidekiq alone, and "
                    f"app.workers.{name}.backend is {group.backend.value}: set cpu_percent instead"
                )

    @rule
    def _parts_have_families_of_their_own(self) -> None:
        # Of two parts of one name, each would find the other's tasks under its own family.
        one_off = ("migrate", "post-migrate", *(["console"] if self.app.console.enabled else []))
        taken = {
            **{f"app.workers.{name}": name for name in self.app.workers if name in one_off},
            **{f"app.cron.{name}": name for name in self.app.cron if name in (*one_off, "web", *self.app.workers)},
        }
        if taken:
            raise ValueError(f"{', '.join(taken)}: another part of the application has that name on ECS: rename it")

    @rule
    def _settings_decide_their_variables(self) -> None:
        problems = problems_of_names("secrets", self.secrets, self.app.deciding("app."))
        problems += problems_of_names("secret_references", self.secret_references, self.app.deciding("app."))
        for name, part in zip(("web", *self.app.workers), self.app.deciding("app."), strict=False):
            for field in ("env", "secrets", "secret_references"):
                given, place = self.services.get(name, {}).get(field), f"services.{name}.{field}"
                if isinstance(given, Mapping):
                    problems += problems_of_names(place, given, [part])
                    problems += problems_of_values({place: given}, part) if field == "env" else []
        refuse(problems)

    @rule
    def _fargate_leaves_time_to_stop(self) -> None:
        if self.capacity is Capacity.EC2:
            return
        longest = LONGEST_FARGATE_STOP_SECONDS - WORKER_EXTRA_SECONDS
        late = [name for name, group in self.app.workers.items() if group.shutdown_seconds > longest]
        if late:
            raise ValueError(
                f"app.workers.{late[0]}.shutdown_seconds is {self.app.workers[late[0]].shutdown_seconds}: use {longest} at "
                f"most, as Fargate kills {LONGEST_FARGATE_STOP_SECONDS} seconds after TERM and "
                f"{self.app.workers[late[0]].queue_adapter.name} needs {WORKER_EXTRA_SECONDS} more to push jobs back; or use "
                "capacity ec2"
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


_IN_FRONT_OF_WEB = [
    *("target_group_arn", "load_balancer_security_group_id", "load_balancer_arn_suffix", "target_group_arn_suffix"),
    *("vpc_id", "instance_security_group_id"),
]


class EcsAppModel(EcsAppDescription, DescribedApp, Placement):
    """Arguments of EcsApp."""

    vpc_id: InputText | None = None
    """VPC. Required with `target_group_arn` and awsvpc."""
    target_group_arn: InputText | None = None
    """Target group of the load balancer in front of web. Default: none."""
    load_balancer_security_group_id: InputText | None = None
    """Security group of that load balancer. Required with `target_group_arn`."""
    load_balancer_arn_suffix: InputText | None = None
    """That load balancer's `arn_suffix`. Required with `services.web.autoscaling.requests_per_target`."""
    target_group_arn_suffix: InputText | None = None
    """The target group's `target_group_arn_suffix`. Required with `services.web.autoscaling.requests_per_target`."""
    instance_security_group_id: InputText | None = None
    """Security group of the instances. Required with `target_group_arn` and bridge."""

    @rule
    def _further_databases_have_addresses(self) -> None:
        check_addresses_given(self.app.databases, {*self.app.env, *self.secrets, *self.secret_references})

    @last_rule
    def _parts_can_be_placed(self) -> None:
        self.place(self.parts.web, EcsServiceModel)

    def place(self, part: EcsTaskOptions, model: type[TaskT], **made: Any) -> TaskT:
        """The arguments of a part: what is known of it, where it runs, and what has been made for it."""
        fields = [field for field in Placement.model_fields if field not in CapacityOptions.model_fields]
        fields += _IN_FRONT_OF_WEB if part is self.parts.web else []
        placement = {field: getattr(self, field) for field in fields} | {"image": self.whole_image}
        placement["hidden_values"] = [*self.secrets.values(), *part.hidden_values]
        return part.placed(model, **{**placement, **made})
