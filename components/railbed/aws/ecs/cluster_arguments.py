"""What EcsCluster is given."""

from pydantic import Field

from railbed.aws.identifiers import ImageId, KeyName
from railbed.aws.instance_types import Ec2InstanceType
from railbed.enums import ContainerInsights, Patches
from railbed.validation.arguments import Arguments, Options, Placed
from railbed.validation.rules import rule
from railbed.validation.types import InputText


class EcsInstances(Arguments):
    """EC2 instances of a cluster."""

    instance_type: Ec2InstanceType = "t3.medium"
    """EC2 instance type. Default t3.medium."""
    minimum: int = Field(1, ge=0, le=1000)
    """Instances that run at least. Default 1."""
    maximum: int = Field(4, ge=1, le=1000)
    """Instances that run at most; ECS sets the number in between by what its tasks need. Default 4."""
    trunking: bool = False
    """Whether instances carry more network interfaces (ENI trunking), so that more tasks fit: what checks of their room count
    with. Turn on the account setting awsvpcTrunking first, which counts for instances that start after it. Default false."""
    key_name: KeyName | None = None
    """Name of an EC2 key pair, for SSH. Default: none."""
    image_id: ImageId | None = None
    """Machine image. Default: the newest Amazon Linux 2023 for ECS."""
    patches: Patches = Patches.AUTOMATIC
    """Whether each `pulumi up` takes the newest image and lets AWS replace instances that are not as described, emptied of
    their tasks first (automatic), or only new instances are as described (manual). Default automatic."""
    disk_gibibytes: int = Field(50, ge=30, le=16384)
    """Size of an instance's disk, which is encrypted. Default 50."""
    security_group_ids: list[InputText] = []
    """Further security groups of the instances, such as the one that the database lets in, for network mode bridge. Default:
    none."""

    @rule
    def _has_a_range(self) -> None:
        if self.maximum < self.minimum:
            raise ValueError(f"maximum {self.maximum} is below minimum {self.minimum}: raise maximum or lower minimum")


class EcsClusterOptions(Options):
    """Options of EcsCluster."""

    container_insights: ContainerInsights = ContainerInsights.ENABLED
    """Metrics of tasks and containers in CloudWatch: disabled, enabled or enhanced. Default enabled."""
    instances: EcsInstances | None = None
    """EC2 instances beside Fargate, which every cluster has. Move tasks to Fargate, and run `pulumi up`, before you remove
    instances: ECS keeps them in the cluster while a service uses them. Default: none."""


class EcsClusterModel(EcsClusterOptions, Placed):
    """Arguments of EcsCluster."""

    vpc_id: InputText | None = None
    """VPC of the instances. Required with `instances`."""
    subnet_ids: list[InputText] = []
    """Subnets of the instances, private ones in several zones. Required with `instances`."""

    @rule
    def _instances_have_a_place(self) -> None:
        missing = [name for name, value in (("vpc_id", self.vpc_id), ("subnet_ids", self.subnet_ids)) if not value]
        if self.instances and missing:
            raise ValueError(f"instances need {' and '.join(missing)}: name where they run")
