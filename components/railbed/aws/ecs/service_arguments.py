"""What EcsService is given."""

from pulumi_aws.ecs import ServiceArgs, TaskDefinitionArgs
from pulumi_aws.ssm import ParameterArgs
from pydantic import Field

from railbed.aws.ecs.autoscaling import EcsAutoscaling
from railbed.aws.ecs.container_fields import CONTAINER_FIELDS
from railbed.aws.ecs.health_check import LONGEST_STARTUP_SECONDS
from railbed.aws.ecs.log_router import LogRouterOptions
from railbed.aws.ecs.task import EcsTask, EcsTaskOptions
from railbed.description.command import Command
from railbed.enums import Capacity, NetworkMode
from railbed.validation.overrides import Known, check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import InputText

USUAL_DEREGISTRATION_SECONDS = 300
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"""
SPARE_SECONDS = 120
"""For ECS to tell a task to end, for its other containers, and for its end to be known."""


class EcsServiceOptions(EcsTaskOptions, LogRouterOptions):
    """Options of EcsService."""

    command: Command | None = None
    """Command, one item a word. It replaces the image's CMD; the ENTRYPOINT stays. Default: the image's."""
    port: int | None = Field(None, ge=1024, le=65535)
    """Port on which the container listens. Default: none, as for workers."""
    desired_count: int = Field(2, ge=0, le=5000)
    """Tasks. Default 2. With autoscaling only the number to begin with."""
    autoscaled: bool = False
    """Whether something outside of this component sets the number of tasks: `desired_count` is then what the service begins
    with. Default false; `autoscaling` needs no mention here."""
    health_command: Command | None = None
    """Health check inside of the container, such as ["CMD-SHELL", "test -f /tmp/alive"], every 10 seconds: a container that
    fails it for a minute is replaced. Default: none; for Sidekiq in EcsApp, its heartbeat in Redis."""
    startup_seconds: int = Field(180, ge=10, le=3600)
    """Seconds in which a new task must answer its health check. Default 180."""
    stop_seconds: int = Field(35, ge=2, le=3700)
    """Seconds between TERM and the kill; 120 at most on Fargate. Default 35."""
    minimum_healthy_percent: int = Field(100, ge=0, le=100)
    """Tasks that run at least during a deployment, in percent of those desired. Default 100."""
    maximum_percent: int = Field(200, ge=100, le=400)
    """Tasks that run at most during a deployment, in percent of those desired. Default 200."""
    deployment_seconds: int = Field(1800, ge=60, le=86400)
    """Seconds after which a deployment that is not complete has failed. Default 1800."""
    execute_command: bool = False
    """Whether `aws ecs execute-command` can open a console in the tasks, all of whose files can be written to then, as AWS
    supports nothing else. Default false: EcsConsole has a task for it."""
    autoscaling: EcsAutoscaling | None = None
    """When the service gets more tasks, and when fewer. Default: never."""

    @rule
    def _stops_in_time(self) -> None:
        self.check_stop_seconds(self.stop_seconds)

    @rule
    def _health_command_is_one(self) -> None:
        if self.health_command and self.health_command[0] not in ("CMD", "CMD-SHELL"):
            raise ValueError(
                f"health_command begins with {self.health_command[0]}: begin with CMD for a command as a list, "
                "or with CMD-SHELL for one line that a shell runs"
            )

    @rule
    def _health_command_is_waited_for(self) -> None:
        if self.health_command and self.startup_seconds > LONGEST_STARTUP_SECONDS:
            raise ValueError(
                f"startup_seconds {self.startup_seconds}: use {LONGEST_STARTUP_SECONDS} at most, as ECS waits no longer for a "
                "container's health check"
            )

    @rule
    def _deployments_can_go_on(self) -> None:
        if not self.desired_count:
            return
        least = -(-self.desired_count * self.minimum_healthy_percent // 100)
        most = self.desired_count * self.maximum_percent // 100
        if most <= least:
            raise ValueError(
                f"minimum_healthy_percent {self.minimum_healthy_percent} and maximum_percent {self.maximum_percent} leave no "
                f"room to replace any of {self.desired_count} tasks: raise maximum_percent or lower minimum_healthy_percent"
            )

    @rule
    def _scaling_fits(self) -> None:
        scaling = self.autoscaling
        if scaling is None:
            return
        if not scaling.minimum <= self.desired_count <= scaling.maximum and "desired_count" in self.model_fields_set:
            raise ValueError(
                f"desired_count {self.desired_count} is outside of autoscaling's {scaling.minimum} to {scaling.maximum}: "
                "omit it to begin with the minimum"
            )

    @rule
    def _overrides_are_known(self) -> None:
        children: dict[str, Known] = {
            "service": ServiceArgs,
            "task_definition": TaskDefinitionArgs,
            "record": ParameterArgs,
            "container": CONTAINER_FIELDS,
        }
        check_overrides(self.overrides, children)

    def tasks_to_begin_with(self) -> int:
        """Tasks that a new service starts."""
        if self.autoscaling and "desired_count" not in self.model_fields_set:
            return self.autoscaling.minimum
        return self.desired_count

    @property
    def most_tasks(self) -> int:
        """Tasks that there may be at most, apart from deployments."""
        return self.autoscaling.maximum if self.autoscaling else self.desired_count

    @property
    def on_instances(self) -> bool:
        """Whether tasks run on instances of the cluster."""
        return self.capacity is Capacity.EC2


class EcsServiceModel(EcsServiceOptions, EcsTask):
    """Arguments of EcsService."""

    target_group_arn: InputText | None = None
    """Target group of a load balancer that sends requests to `port`; of target type ip with awsvpc, instance with bridge.
    Default: none."""
    load_balancer_security_group_id: InputText | None = None
    """Security group of that load balancer, which is let in. Required with `target_group_arn`."""
    load_balancer_arn_suffix: InputText | None = None
    """That load balancer's `arn_suffix`, as CloudWatch names it: app/shop/1a2b3c. Required with
    `autoscaling.requests_per_target`."""
    target_group_arn_suffix: InputText | None = None
    """The target group's `target_group_arn_suffix`: targetgroup/shop/4d5e6f. Required with
    `autoscaling.requests_per_target`."""
    vpc_id: InputText | None = None
    """VPC, for the security group that lets the load balancer in. Required with `target_group_arn` and awsvpc."""
    instance_security_group_id: InputText | None = None
    """Security group of the instances: EcsCluster's output of that name. Required with `target_group_arn` and bridge."""

    @property
    def leaving_seconds(self) -> int:
        """Seconds in which tasks that a deployment replaces end: their load balancer lets go of them, then they are told to."""
        draining = max(USUAL_DEREGISTRATION_SECONDS, self.stop_seconds) if self.target_group_arn is not None else 0
        return draining + self.stop_seconds + SPARE_SECONDS

    @rule
    def _load_balancer_is_let_in(self) -> None:
        needed: dict[str, object] = {"port": self.port, "load_balancer_security_group_id": self.load_balancer_security_group_id}
        if self.network_mode is NetworkMode.BRIDGE:
            needed["instance_security_group_id"] = self.instance_security_group_id
        else:
            needed["vpc_id"] = self.vpc_id
        missing = [name for name, value in needed.items() if value is None]
        if self.target_group_arn is not None and missing:
            raise ValueError(f"target_group_arn needs {', '.join(missing)}: requests could not reach the tasks without")

    @rule
    def _requests_can_be_counted(self) -> None:
        if not (self.autoscaling and self.autoscaling.requests_per_target):
            return
        if self.target_group_arn is None:
            raise ValueError("autoscaling.requests_per_target needs target_group_arn: there are no requests without")
        if self.load_balancer_arn_suffix is None or self.target_group_arn_suffix is None:
            raise ValueError(
                "autoscaling.requests_per_target needs load_balancer_arn_suffix and target_group_arn_suffix: "
                "set them to the load balancer's outputs of these names, arn_suffix and target_group_arn_suffix"
            )
