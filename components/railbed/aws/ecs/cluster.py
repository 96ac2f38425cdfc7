"""EcsCluster: a cluster with the capacity that its tasks run on."""

from typing import Self

import pulumi
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.ecs import CapacityProvider, Cluster, ClusterCapacityProviders
from pulumi_aws.vpc import SecurityGroupEgressRule
from pydantic import Field, model_validator

from railbed.args import EcsClusterArgs
from railbed.arguments import Arguments, InputText
from railbed.aws.ecs.instances import auto_scaling_group
from railbed.aws.ecs.task import checked_as
from railbed.aws.names import CAPACITY_PROVIDER, SECURITY_GROUP, check_name
from railbed.component import Component
from railbed.enums import ContainerInsights

ON_FARGATE = ("FARGATE", "FARGATE_SPOT")


class EcsInstances(Arguments):
    """EC2 instances of a cluster."""

    instance_type: str = "t3.medium"
    """EC2 instance type. Default t3.medium. A change applies to new instances."""
    minimum: int = Field(1, ge=0, le=1000)
    """Instances that run at least. Default 1."""
    maximum: int = Field(4, ge=1, le=1000)
    """Instances that run at most; ECS sets the number in between by what its tasks need. Default 4."""
    key_name: InputText | None = None
    """Name of an EC2 key pair, for SSH. Default: none."""
    image_id: InputText | None = None
    """Machine image. Default: Amazon Linux 2023 for ECS, the newest when an instance starts."""
    disk_gibibytes: int = Field(50, ge=30, le=16384)
    """Size of an instance's disk, which is encrypted. Default 50."""
    security_group_ids: list[InputText] = []
    """Further security groups of the instances, such as the one that the database lets in, for network mode bridge. Default:
    none."""

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        if self.maximum < self.minimum:
            raise ValueError(f"maximum {self.maximum} is below minimum {self.minimum}: raise maximum or lower minimum")
        return self


class EcsClusterModel(Arguments):
    """Arguments of EcsCluster."""

    container_insights: ContainerInsights = ContainerInsights.ENABLED
    """Metrics of tasks and containers in CloudWatch: disabled, enabled or enhanced. Default enabled."""
    instances: EcsInstances | None = None
    """EC2 instances beside Fargate, which every cluster has. Default: none."""
    vpc_id: InputText | None = None
    """VPC of the instances. Required with `instances`."""
    subnet_ids: list[InputText] = []
    """Subnets of the instances, private ones in several zones. Required with `instances`."""

    @model_validator(mode="after")
    def _instances_have_a_place(self) -> Self:
        missing = [name for name, value in (("vpc_id", self.vpc_id), ("subnet_ids", self.subnet_ids)) if not value]
        if self.instances and missing:
            raise ValueError(f"instances need {' and '.join(missing)}: name where they run")
        return self


class EcsCluster(Component[EcsClusterModel]):
    """A cluster on Fargate and Fargate Spot, and with `instances` on EC2 too.

    Instances come and go with the tasks that need them; one is emptied of its tasks before it goes. What is typed into
    consoles (ECS Exec) is in the log of their task.

    Raises `InvalidArguments` before anything is registered.
    """

    arn: pulumi.Output[str]
    """ARN of the cluster, once it has its capacity."""
    cluster_name: pulumi.Output[str]
    """Name of the cluster."""
    capacity_provider: pulumi.Output[str]
    """Name of the instances' capacity provider, for tasks with capacity ec2; empty without instances."""
    instance_security_group_id: pulumi.Output[str]
    """Security group of the instances; empty without instances."""

    def __init__(self, name: str, args: EcsClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given = checked_as("EcsCluster", name, EcsClusterModel, args)
        if given.instances:
            check_name("EcsCluster", name, CAPACITY_PROVIDER, SECURITY_GROUP)
        super().__init__(name, given, EcsClusterModel, opts)

        cluster = self._cluster(name, given)
        group = self._security_group(name, given) if given.instances else None
        provider = self._capacity_provider(name, given, cluster, group) if group else None
        capacity = ClusterCapacityProviders(
            name,
            cluster_name=cluster.name,
            capacity_providers=[*ON_FARGATE, *([provider.name] if provider else [])],
            default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
            opts=pulumi.ResourceOptions(parent=self),
        )

        # Tasks cannot be placed before the cluster has its capacity.
        self.arn = pulumi.Output.all(cluster.arn, capacity.id).apply(lambda both: str(both[0]))
        self.cluster_name = cluster.name
        self.capacity_provider = provider.name if provider else pulumi.Output.from_input("")
        self.instance_security_group_id = group.id if group else pulumi.Output.from_input("")
        self._register_outputs()

    def _cluster(self, name: str, given: EcsClusterModel) -> Cluster:
        return Cluster(
            name,
            settings=[{"name": "containerInsights", "value": given.container_insights.value}],
            # What is typed into consoles goes to the log of the task.
            configuration={"execute_command_configuration": {"logging": "DEFAULT"}},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _security_group(self, name: str, given: EcsClusterModel) -> SecurityGroup:
        group = SecurityGroup(
            f"{name}-instances",
            vpc_id=given.vpc_id,
            description=f"Instances of the cluster {name}",
            opts=pulumi.ResourceOptions(parent=self),
        )
        SecurityGroupEgressRule(
            f"{name}-instances",
            security_group_id=group.id,
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="-1",
            description="Images, and the APIs of AWS",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return group

    def _capacity_provider(self, name: str, given: EcsClusterModel, cluster: Cluster, group: SecurityGroup) -> CapacityProvider:
        assert given.instances is not None
        instances = auto_scaling_group(name, given.instances, given.subnet_ids, cluster.name, group.id, self)
        return CapacityProvider(
            f"{name}-instances",
            auto_scaling_group_provider={
                "auto_scaling_group_arn": instances.arn,
                "managed_scaling": {"status": "ENABLED", "target_capacity": 100},
                "managed_termination_protection": "ENABLED",
                "managed_draining": "ENABLED",
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
