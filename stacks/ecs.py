"""Target ecs: everything on AWS, with ECS."""

from collections.abc import Iterator
from typing import Any, Self

import pulumi
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.vpc import SecurityGroupEgressRule
from pydantic import model_validator

from railbed import EcsApp, EcsCluster, Network
from railbed.app import App
from railbed.aws.ecs.app import check_ecs_app
from railbed.aws.ecs.cluster import EcsClusterModel
from railbed.aws.ecs.secrets import check_secrets
from railbed.aws.network_arguments import NetworkModel, zones_of
from railbed.store_url import example_of
from stacks.aws import AwsSettings, Place, aws_provider, each_of, image_of, load_balancer_of, secrets_of
from stacks.image import image_to_come
from stacks.settings import Part


class EcsSettings(AwsSettings):
    """Everything that a stack of target ecs is told."""

    network: dict[str, Any] = {}
    """Arguments of Network besides the region. Default: the component's."""
    ecs: dict[str, Any] = {}
    """Arguments of EcsApp that only ECS knows: capacity, network_mode, architecture, services, task_policy... Default: the
    component's."""

    @model_validator(mode="after")
    def _registry_is_of_aws(self) -> Self:
        if self.registry is not None:
            raise ValueError("registry: tasks pull from ECR or public registries: remove it, and keep the image in ECR")
        return self

    @model_validator(mode="after")
    def _secrets_fit_in_one(self) -> Self:
        check_secrets({name: self.secrets[name] for name in self.names_for_app})
        return self

    def parts(self) -> Iterator[Part]:
        """The sections that components check."""
        yield self.part("network", NetworkModel, {"region": self.region})
        yield self.part("cluster", EcsClusterModel, {"vpc_id": "vpc", "subnet_ids": ["subnet"]})
        yield from super().parts()

    @property
    def app_at_most(self) -> App:
        """The application with as many containers as autoscaling may start."""
        web, workers = self.app.web, dict(self.app.workers)
        if maximum := self._autoscaled("web"):
            web = web.model_copy(update={"replicas": maximum})
        for name, group in workers.items():
            if maximum := self._autoscaled(name):
                workers[name] = group.model_copy(update={"replicas": maximum})
        return self.app.model_copy(update={"web": web, "workers": workers})

    def _autoscaled(self, part: str) -> int | None:
        try:
            maximum = self.ecs["services"][part]["autoscaling"]["maximum"]
        except (KeyError, TypeError):  # not given, or in another form, which EcsApp refuses
            return None
        return maximum if isinstance(maximum, int) else None

    @property
    def on_host_network(self) -> bool:
        """Whether containers share the network of their instance."""
        return self.ecs.get("network_mode") == "bridge"

    def targets(self) -> dict[str, Any]:
        """Addresses of tasks, or ports of the instances that they run on."""
        web = self.app.web
        kind = {"target_type": "instance"} if self.on_host_network else {"target_type": "ip"}
        return {**kind, "port": web.port, "health_path": web.health_path, "deregistration_delay": web.request_seconds}


SETTINGS = EcsSettings


def deploy(settings: EcsSettings) -> None:
    """Network, cluster, database, Redis, load balancer, application and DNS records."""
    secrets_to_come = {name: example_of(name) for name in settings.names_of_secrets}
    check_ecs_app(
        settings.name,
        _app(settings, capacity_provider="", secrets=secrets_to_come, **image_to_come(settings), **_PLACEHOLDERS),
    )

    on_aws = pulumi.ResourceOptions(provider=aws_provider(settings))
    zones = len(settings.network.get("zones") or zones_of(settings.region))
    of_network: Any = {**settings.network, "region": settings.region}
    network = Network(settings.name, of_network, on_aws)
    tasks = _security_group(settings, network, on_aws)
    private = each_of(network.private_subnet_ids, zones)
    cluster = _cluster(settings, network, private, tasks, on_aws)
    place = Place(
        vpc_id=network.vpc_id,
        public_subnet_ids=each_of(network.public_subnet_ids, zones),
        database_subnet_ids=each_of(network.database_subnet_ids, zones),
        clients={"tasks": tasks},
    )
    secrets = secrets_of(settings, place, on_aws)
    balancer = load_balancer_of(settings, place, settings.targets(), on_aws)

    arguments = _app(
        settings,
        **image_of(settings, on_aws),
        cluster_arn=cluster.arn,
        capacity_provider=cluster.capacity_provider,
        secrets=secrets,
        subnet_ids=private,
        security_group_ids=[tasks],
        vpc_id=network.vpc_id,
        instance_security_group_id=cluster.instance_security_group_id,
        target_group_arn=balancer.target_group_arn,
        load_balancer_security_group_id=balancer.security_group_id,
    )
    app = EcsApp(settings.name, arguments, on_aws)
    pulumi.export("url", balancer.url)
    pulumi.export("address", balancer.dns_name)
    pulumi.export("image", app.image)
    pulumi.export("console", app.console)
    pulumi.export("cluster_name", cluster.cluster_name)


_PLACEHOLDERS: dict[str, Any] = {
    "cluster_arn": "",
    "subnet_ids": ["", ""],
    "security_group_ids": [""],
    "vpc_id": "",
    "instance_security_group_id": "",
    "target_group_arn": "",
    "load_balancer_security_group_id": "",
}
"""What is made by the stack, while arguments are checked."""


def _app(settings: EcsSettings, *, capacity_provider: pulumi.Input[str], **made: Any) -> Any:
    """Arguments of EcsApp; those that its network mode or capacity has no use for are left out."""
    app: Any = {"app": settings.app.model_dump(exclude_unset=True), "region": settings.region, **settings.ecs, **made}
    if settings.ecs.get("capacity") == "ec2":
        app["capacity_provider"] = capacity_provider
    for unused in (
        ("subnet_ids", "security_group_ids", "vpc_id") if settings.on_host_network else ("instance_security_group_id",)
    ):
        del app[unused]
    return app


def _security_group(settings: EcsSettings, network: Network, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
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
    return pulumi.Output.all(group.id, way_out.urn).apply(lambda known: str(known[0]))


def _cluster(
    settings: EcsSettings,
    network: Network,
    subnets: list[pulumi.Output[str]],
    tasks: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> EcsCluster:
    arguments: Any = dict(settings.cluster)
    if "instances" in arguments:
        place = {"vpc_id": network.vpc_id, "subnet_ids": subnets}
        instances = arguments["instances"] | ({"security_group_ids": [tasks]} if settings.on_host_network else {})
        arguments |= {"instances": instances, **place}
    return EcsCluster(settings.name, arguments, opts)
