"""What tasks run on and in which network: the same for one task and for a whole application."""

import pulumi

from railbed.aws.configuration import check_configuration
from railbed.aws.identifiers import KmsKeyArn, KnownRegion, PolicyDocument
from railbed.aws.identity import AwsIdentity
from railbed.aws.network.arguments import RetentionDays
from railbed.enums import Architecture, Capacity, NetworkMode
from railbed.validation.arguments import Options, Placed
from railbed.validation.rules import rule
from railbed.validation.types import InputText


class CapacityOptions(Options):
    """Options of the place where tasks run."""

    capacity: Capacity = Capacity.FARGATE
    """What tasks run on: fargate, fargate_spot or ec2. Default fargate."""
    network_mode: NetworkMode = NetworkMode.AWSVPC
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: Architecture = Architecture.X86_64
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
    assign_public_ip: bool = False
    """Whether tasks get public addresses; needed in public subnets without NAT. Default false."""
    kms_key_arns: list[KmsKeyArn] = []
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    task_policy: PolicyDocument | None = None
    """IAM policy, as JSON, of what the application may do in AWS, such as reading a bucket. Default: nothing."""
    log_retention_days: RetentionDays = 30
    """Days that CloudWatch keeps logs. Default 30."""

    @rule
    def _network_mode_fits(self) -> None:
        if self.network_mode is NetworkMode.BRIDGE and self.capacity is not Capacity.EC2:
            raise ValueError(
                f"network_mode bridge is not supported with capacity {self.capacity.value}: remove it, or set capacity to ec2"
            )
        if self.network_mode is NetworkMode.BRIDGE and self.assign_public_ip:
            raise ValueError(
                "assign_public_ip is not supported with network_mode bridge, where the instance's address counts: remove it"
            )


class Placement(CapacityOptions, Placed):
    """Where tasks run."""

    cluster_arn: InputText
    """ARN of the cluster, such as EcsCluster's `arn`; it must have the capacity providers that are used. A change replaces
    services."""
    region: KnownRegion | None = None
    """AWS region. Default: that of `cluster_arn`; name it to see whole task definitions in the first preview."""
    capacity_provider: InputText | None = None
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    subnet_ids: list[InputText] = []
    """Subnets of the tasks, private ones with a way to the internet or to AWS' endpoints. Required with awsvpc."""
    security_group_ids: list[InputText] = []
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    identity: AwsIdentity | None = None
    """Who the program itself is at AWS where it watches tasks. Set it beside a provider of your own that is not who the
    stack's config says. Default: what `aws:` says there, as with Pulumi's default provider."""

    @rule
    def _configuration_can_be_used(self) -> None:
        check_configuration()

    @rule
    def _capacity_has_its_provider(self) -> None:
        if self.capacity is Capacity.EC2 and self.capacity_provider is None:
            raise ValueError("capacity ec2 requires capacity_provider: set it to EcsCluster's output of that name")
        if self.capacity is not Capacity.EC2 and self.capacity_provider is not None:
            raise ValueError(f"capacity_provider has no effect with capacity {self.capacity.value}: remove it")

    @rule
    def _network_is_complete(self) -> None:
        given = {"subnet_ids": self.subnet_ids, "security_group_ids": self.security_group_ids}
        if self.network_mode is NetworkMode.AWSVPC:
            missing = [name for name, values in given.items() if not values]
            if missing:
                raise ValueError(f"network_mode awsvpc requires {' and '.join(missing)}: name at least one each")
            return
        useless = [name for name, values in given.items() if values]
        if useless and self.capacity is Capacity.EC2:
            raise ValueError(
                f"{', '.join(useless)} are not supported with network_mode bridge, where the instance's count: remove them"
            )

    def region_output(self) -> pulumi.Output[str]:
        """The region, for those who cannot ask the provider."""
        if self.region is not None:
            return pulumi.Output.from_input(self.region)
        return pulumi.Output.from_input(self.cluster_arn).apply(lambda arn: arn.split(":")[3])
