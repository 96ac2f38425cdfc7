"""The ECS cluster of a stack: its own, or one that exists."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

import pulumi
from pulumi_aws import ecs
from pydantic import AfterValidator

from railbed import EcsCluster
from railbed.aws.ecs.cluster_arguments import EcsClusterModel, EcsClusterOptions
from railbed.aws.regions import ARN
from railbed.enums import Capacity
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.aws_network import AwsNetwork
from railbed_stacks.existing import SecurityGroupId, check_alone
from railbed_stacks.lookups import Lookups

_ARN = rf"{ARN}:ecs:([a-z0-9-]+):\d{{12}}:cluster/[A-Za-z0-9_-]{{1,255}}"


def _cluster_name(value: str) -> str:
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html takes names and ARNs
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{1,255}}|{_ARN}", value):
        raise ValueError("specify the name or ARN of an ECS cluster, such as tools")
    return value


class ExistingEcsCluster(Arguments):
    """A cluster of ECS that exists."""

    name: Annotated[str, AfterValidator(_cluster_name)]
    """Name or ARN of the cluster. It needs the capacity providers that are used: FARGATE, FARGATE_SPOT, or that of
    `capacity_provider`."""
    capacity_provider: (
        Annotated[str, matching("[A-Za-z0-9_-]{1,255}", "specify the name of a capacity provider of the cluster")] | None
    ) = None
    """Name of the capacity provider of its instances. Required with `ecs.capacity` ec2. Default: none."""
    instance_security_group_id: SecurityGroupId | None = None
    """Security group of its instances, which is opened for the load balancer, and let in by the stack's database and Redis.
    Required with `ecs.network_mode` bridge. Default: none."""

    @property
    def region(self) -> str | None:
        """The region, where an ARN tells it."""
        found = re.fullmatch(_ARN, self.name)
        return found[1] if found else None


class EcsClusterSection(EcsClusterOptions):
    """Settings of the ECS cluster of a stack."""

    existing: ExistingEcsCluster | None = None
    """A cluster that exists, which several applications and environments may share. Default: none, the stack creates one."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing)

    def check_capacity(self, capacity: Capacity, *, on_host_network: bool) -> None:
        """Raise `ValueError` where the cluster has not what the tasks run on, as far as the settings tell."""
        if self.existing is None:
            if capacity is Capacity.EC2 and self.instances is None:
                raise ValueError(
                    "ecs.capacity ec2 needs instances: set cluster.instances, such as {instance_type: m7i.large, maximum: 4}, "
                    "or remove capacity to run on Fargate"
                )
            return
        existing = "cluster.existing"
        if capacity is Capacity.EC2 and self.existing.capacity_provider is None:
            raise ValueError(f"{existing}.capacity_provider: is required with ecs.capacity ec2: name that of the instances")
        if capacity is not Capacity.EC2 and self.existing.capacity_provider is not None:
            raise ValueError(
                f"{existing}.capacity_provider: has no effect with ecs.capacity {capacity.value}: remove it, or set "
                "ecs.capacity to ec2"
            )
        if on_host_network and self.existing.instance_security_group_id is None:
            raise ValueError(f"{existing}.instance_security_group_id: is required with ecs.network_mode bridge: name it")
        if not on_host_network and self.existing.instance_security_group_id is not None:
            raise ValueError(
                f"{existing}.instance_security_group_id: has no effect, as tasks have security groups of their own: "
                "remove it, or set ecs.network_mode to bridge"
            )


@dataclass(frozen=True)
class TaskCluster:
    """A cluster for tasks, whoever made it."""

    arn: pulumi.Input[str]
    name: pulumi.Input[str]
    capacity_provider: pulumi.Input[str]
    """Name of its instances' capacity provider; empty without instances."""
    instance_security_group_id: pulumi.Input[str]
    """Security group of its instances; empty without instances."""


def existing_cluster(existing: ExistingEcsCluster, lookups: Lookups) -> TaskCluster | None:
    """The cluster as ECS has it; None where it cannot be used, which `lookups` tells."""
    setting = "cluster.existing.name"
    found = lookups.find(setting, existing.name, lambda opts: ecs.get_cluster(cluster_name=existing.name, opts=opts))
    if found is None:
        return None
    if found.status != "ACTIVE":
        lookups.add(f"{setting}: {existing.name} is {found.status}: name a cluster that is ACTIVE")
    return TaskCluster(
        found.arn, found.cluster_name, existing.capacity_provider or "", existing.instance_security_group_id or ""
    )


def own_cluster(
    name: str,
    cluster: EcsClusterSection,
    network: AwsNetwork,
    instance_groups: list[pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> TaskCluster:
    """A cluster of the stack's own; `instance_groups` are further security groups of its instances."""
    instances, place = cluster.instances, dict[str, Any]()
    if instances is not None:
        groups = [*instances.security_group_ids, *instance_groups]
        of_instances = instances.model_copy(update={"security_group_ids": groups})
        place = {"instances": of_instances, "vpc_id": network.vpc_id, "subnet_ids": network.private_subnet_ids}
    made = EcsCluster.from_model(name, cluster.placed(EcsClusterModel, **place), opts)
    return TaskCluster(made.arn, made.cluster_name, made.capacity_provider, made.instance_security_group_id)
