"""Target ecs: everything on AWS, with ECS."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pulumi
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.vpc import SecurityGroupEgressRule

from railbed import EcsApp, Network
from railbed.aws.ecs.app_arguments import EcsAppDescription, EcsAppModel
from railbed.aws.ecs.app_options import EcsAppOptions
from railbed.aws.ecs.capacity import CapacityOptions
from railbed.aws.ecs.cluster_arguments import EcsInstances
from railbed.aws.names import CAPACITY_PROVIDER, PARAMETER, NameRule
from railbed.aws.network.arguments import NetworkModel, NetworkOptions, check_zones
from railbed.aws.zones import ANY, FARGATE
from railbed.description.app import App
from railbed.enums import Capacity, NatGateways, NetworkMode, TargetType
from railbed.outputs import known_after
from railbed.validation.checks import check_part
from railbed.validation.rules import ProblemsError, rule
from railbed_stacks.aws import (
    AwsSettings,
    aws_provider,
    image_of,
    look_up_stores,
    secrets_of,
)
from railbed_stacks.aws_balancer import FoundLoadBalancer
from railbed_stacks.aws_exposure import load_balancer_of, look_up_load_balancer
from railbed_stacks.aws_network import AwsNetwork, check_network, each_of, existing_network, place_in
from railbed_stacks.aws_stores import FoundStore
from railbed_stacks.ecs_cluster import EcsClusterSection, TaskCluster, existing_cluster, own_cluster
from railbed_stacks.existing import AwsNetworkOptions
from railbed_stacks.instance_room import check_known_size, keep_used_instances, look_up_size
from railbed_stacks.lookups import Lookups
from railbed_stacks.processors import check_tasks
from railbed_stacks.releases import export_releases
from railbed_stacks.zones import zones_of_stack


class EcsNetworkOptions(NetworkOptions, AwsNetworkOptions):
    """Settings of the network of a stack."""


class EcsSettings(AwsSettings):
    """Settings of a stack of target ecs."""

    network: EcsNetworkOptions = EcsNetworkOptions()
    """What Network takes, or `existing`. Default: the component's."""
    cluster: EcsClusterSection = EcsClusterSection()
    """What EcsCluster takes, or `existing`. Default: the component's."""
    ecs: EcsAppOptions = EcsAppOptions()
    """What only ECS knows of the application: capacity, network_mode, architecture, services, task_policy... Default: the
    component's."""

    @cached_property
    def described(self) -> EcsAppDescription:
        """The application and each of its parts. Raises `ProblemsError`."""
        public = {"assign_public_ip": True} if self.in_public_subnets else {}
        try:
            return self.ecs.model_copy(update=public).placed(EcsAppDescription, app=self.app, secrets=self.variables)
        except ProblemsError as error:
            raise ProblemsError([_as_written(problem) for problem in error.problems]) from None

    @property
    def name_rules(self) -> list[NameRule]:
        """What AWS takes as the beginning of the names that the stack creates."""
        instances = [CAPACITY_PROVIDER] if self.cluster.instances else []
        return [*super().name_rules, PARAMETER, *instances]

    @property
    def app_at_most(self) -> App:
        """The application with as many containers as autoscaling may start."""
        parts = self.described.parts
        web, workers = self.app.web, dict(self.app.workers)
        web = web.model_copy(update={"replicas": parts.web.most_tasks})
        for name, group in workers.items():
            workers[name] = group.model_copy(update={"replicas": parts.workers[name].most_tasks})
        return self.app.model_copy(update={"web": web, "workers": workers})

    @property
    def in_public_subnets(self) -> bool:
        """Whether tasks are in public subnets, with public addresses, as there is no NAT gateway."""
        return self.network.nat is NatGateways.NONE

    @property
    def on_host_network(self) -> bool:
        """Whether containers share the network of their instance."""
        return self.ecs.network_mode is NetworkMode.BRIDGE

    @rule
    def _registry_is_of_aws(self) -> None:
        if self.registry is not None:
            raise ValueError("registry: tasks pull from ECR or public registries: remove it, and keep the image in ECR")

    @rule
    def _authorities_are_in_the_image(self) -> None:
        if self.own_database and self.database.mounts_authorities:
            raise ValueError(
                "database.verify_certificate: ECS mounts no files: put "
                "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem into the image, and name its path in "
                "database.authorities_path"
            )

    @rule
    def _services_hold_no_secrets(self) -> None:
        problems = [
            f"ecs.services.{part}.{argument}: anyone who can read the settings could read it: remove it, and use secrets"
            for part, given in self.ecs.services.items()
            for argument in ("secrets", "hidden_values")
            if argument in given
        ]
        if problems:
            raise ProblemsError(problems)

    @rule
    def _zones_are_of_the_region(self) -> None:
        check_part("network", check_zones, self.region, self.network.zones)

    @rule
    def _tasks_reach_the_internet(self) -> None:
        if not self.in_public_subnets:
            return
        if self.cluster.instances is not None:
            raise ValueError(
                "network.nat none with cluster.instances: instances are in private subnets and reach ECS through NAT: set nat "
                "to one, or remove instances to run on Fargate"
            )
        given = {"ecs": self.ecs.assign_public_ip if "assign_public_ip" in self.ecs.model_fields_set else True}
        given |= {f"ecs.services.{part}": of_part.get("assign_public_ip", True) for part, of_part in self.ecs.services.items()}
        if without := [f"{place}.assign_public_ip" for place, is_public in given.items() if not is_public]:
            raise ValueError(
                f"{', '.join(without)} is false and network.nat none: without both, tasks cannot pull their image: remove it, "
                "or set nat to one"
            )

    @rule
    def _web_decides_how_long_it_drains(self) -> None:
        if "deregistration_delay" in self.load_balancer.model_fields_set:
            raise ValueError("load_balancer.deregistration_delay: is set by the stack: set app.web.request_seconds instead")

    @rule
    def _instances_are_there(self) -> None:
        self.cluster.check_capacity(self.ecs.capacity, on_host_network=self.on_host_network)

    @rule
    def _cluster_is_of_the_region(self) -> None:
        found = self.cluster.existing.region if self.cluster.existing else None
        if found is not None and found != self.region:
            raise ValueError(f"cluster.existing.name: is in {found} and region is {self.region}: name a cluster of that region")

    @rule
    def _processors_can_run_the_image(self) -> None:
        instances = self.cluster.instances
        check_tasks(self.app, self._capacities(), None if instances is None else instances.instance_type)

    @rule
    def _instances_have_room(self) -> None:
        if (instances := self.used_instances) is not None:
            check_known_size(instances, self.described.parts)

    @property
    def used_instances(self) -> EcsInstances | None:
        """Instances of the stack's own cluster that tasks run on; None on Fargate and in a cluster that exists."""
        return self.cluster.instances if self.ecs.capacity is Capacity.EC2 else None

    def _capacities(self) -> dict[str, CapacityOptions]:
        """What tasks run on, by the path of the settings that choose it."""
        services = {"web": self.described.parts.web, **self.described.parts.workers}
        own = {f"ecs.services.{name}": services[name] for name, given in self.ecs.services.items() if "architecture" in given}
        return {"ecs": self.ecs, **own}


def _as_written(problem: str) -> str:
    """A problem of the application's description with the path of its setting: what is not of `app` is in section `ecs`."""
    argument = re.match(r"\w*", problem)
    return f"ecs.{problem}" if argument and argument[0] in EcsAppOptions.model_fields else problem


SETTINGS = EcsSettings


def deploy(settings: EcsSettings) -> None:
    """Network, cluster, database, Redis, load balancer, application and DNS records."""
    on_aws = pulumi.ResourceOptions(provider=aws_provider(settings))
    found = _look_up(settings, Lookups(on_aws.provider))
    has_instances = settings.cluster.existing is not None or settings.cluster.instances is not None
    keep_used_instances(tasks_on_instances=settings.used_instances is not None, has_instances=has_instances)
    network = _network(settings, on_aws)
    tasks = _security_group(settings, network, on_aws)
    cluster = found.cluster or _own_cluster(settings, network, tasks, on_aws)
    place = place_in(network, _clients(settings, tasks))
    secrets, _ = secrets_of(settings, place, found.stores, on_aws)
    balancer = load_balancer_of(settings, place, found.balancer, on_aws, **_targets(settings))

    arguments = settings.described.placed(
        EcsAppModel,
        image=image_of(settings, on_aws),
        region=settings.region,
        cluster_arn=cluster.arn,
        secrets=secrets,
        target_group_arn=balancer.target_group_arn,
        load_balancer_security_group_id=balancer.security_group_id,
        load_balancer_arn_suffix=balancer.arn_suffix,
        target_group_arn_suffix=balancer.target_group_arn_suffix,
        **_place_of_tasks(settings, network, tasks, cluster),
    )
    app = EcsApp.from_model(settings.name, arguments, on_aws)
    pulumi.export("url", balancer.url)
    pulumi.export("address", balancer.dns_name)
    pulumi.export("image", app.image)
    export_releases(app.image)
    pulumi.export("console", app.console)
    pulumi.export("app", settings.name)
    pulumi.export("cluster_name", cluster.name)
    pulumi.export("services", app.services)
    pulumi.export("task_families", app.task_families)
    pulumi.export("network", network.as_settings())


@dataclass(frozen=True)
class Found:
    """What exists, as AWS describes it."""

    cluster: TaskCluster | None
    stores: dict[str, FoundStore]
    balancer: FoundLoadBalancer | None


def _look_up(settings: EcsSettings, lookups: Lookups) -> Found:
    """What exists. Raises `InvalidArguments` with every problem of what exists."""
    if settings.network.existing is not None:
        public = None if settings.on_host_network else settings.ecs.assign_public_ip
        check_network(settings.network.existing, lookups, public_addresses=public, internal=settings.load_balancer_is_inside)
    cluster = existing_cluster(settings.cluster.existing, lookups) if settings.cluster.existing else None
    if settings.used_instances is not None:
        look_up_size(settings.used_instances, settings.described.parts, lookups)
    stores, balancer = look_up_stores(settings, lookups), look_up_load_balancer(settings, lookups)
    lookups.refuse()
    return Found(cluster, stores, balancer)


def _network(settings: EcsSettings, opts: pulumi.ResourceOptions) -> AwsNetwork:
    """The network that exists, or one of the stack's own."""
    if settings.network.existing is not None:
        return existing_network(settings.network.existing)
    support = ANY if settings.ecs.capacity is Capacity.EC2 else FARGATE
    names = zones_of_stack(settings.region, settings.network.zones, support, opts.provider)
    made = Network.from_model(settings.name, settings.network.placed(NetworkModel, region=settings.region, zones=names), opts)
    zones = len(names)
    return AwsNetwork(
        vpc_id=made.vpc_id,
        public_subnet_ids=each_of(made.public_subnet_ids, zones),
        private_subnet_ids=each_of(made.private_subnet_ids, zones),
        database_subnet_ids=each_of(made.database_subnet_ids, zones),
    )


def _targets(settings: EcsSettings) -> dict[str, Any]:
    """Addresses of tasks as the targets of the load balancer, or ports of the instances that they run on."""
    web = settings.app.web
    return {
        "target_type": TargetType.INSTANCE if settings.on_host_network else TargetType.IP,
        "port": web.port,
        "health_path": web.health_path,
        "deregistration_delay": web.request_seconds,
    }


def _place_of_tasks(
    settings: EcsSettings, network: AwsNetwork, tasks: pulumi.Output[str], cluster: TaskCluster
) -> dict[str, Any]:
    """Where tasks run; what their network mode or capacity has no use for is left out."""
    capacity = {"capacity_provider": cluster.capacity_provider} if settings.ecs.capacity is Capacity.EC2 else {}
    if settings.on_host_network:
        return {**capacity, "instance_security_group_id": cluster.instance_security_group_id}
    subnets = network.public_subnet_ids if settings.in_public_subnets else network.private_subnet_ids
    return {**capacity, "subnet_ids": subnets, "security_group_ids": [tasks], "vpc_id": network.vpc_id}


def _security_group(settings: EcsSettings, network: AwsNetwork, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """ID of the group of all tasks, which databases let in; it lets them out to everywhere and nobody in."""
    name = f"{settings.name}-tasks"
    group = SecurityGroup(name, vpc_id=network.vpc_id, description="Tasks of the application", opts=opts)
    way_out = SecurityGroupEgressRule(
        name,
        security_group_id=group.id,
        description="Images, APIs of AWS, and what the application calls",
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="-1",
        opts=opts,
    )
    # A task that starts before it may go out cannot pull its image.
    return known_after(group.id, way_out)


def _clients(settings: EcsSettings, tasks: pulumi.Output[str]) -> dict[str, pulumi.Input[str]]:
    """Security groups that the application connects from."""
    existing = settings.cluster.existing
    if existing is not None and existing.instance_security_group_id is not None:
        return {"instances": existing.instance_security_group_id}
    return {"tasks": tasks}


def _own_cluster(
    settings: EcsSettings, network: AwsNetwork, tasks: pulumi.Output[str], opts: pulumi.ResourceOptions
) -> TaskCluster:
    groups: list[pulumi.Input[str]] = [tasks] if settings.on_host_network else []
    return own_cluster(settings.name, settings.cluster, network, groups, opts)
