"""EcsCluster: a cluster with the capacity that its tasks run on."""

import pulumi
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.ecs import CapacityProvider, Cluster, ClusterCapacityProviders
from pulumi_aws.vpc import SecurityGroupEgressRule

from railbed.args import EcsClusterArgs
from railbed.aws.ecs.cluster_arguments import EcsClusterModel
from railbed.aws.ecs.component import EcsComponent
from railbed.aws.ecs.instances import auto_scaling_group
from railbed.aws.names import CAPACITY_PROVIDER, SECURITY_GROUP, check_name
from railbed.outputs import known_after
from railbed.validation.checks import checked

ON_FARGATE = ("FARGATE", "FARGATE_SPOT")


class EcsCluster(EcsComponent[EcsClusterModel]):
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
        given = checked(EcsClusterModel, args, f"EcsCluster '{name}'")
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
        self.arn = known_after(cluster.arn, capacity)
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
        instances = auto_scaling_group(name, given.instances, given.subnet_ids, cluster, group.id, self)
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
