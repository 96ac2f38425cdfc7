"""What the targets on AWS share: settings, network, database, Redis, load balancer, certificate and DNS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pulumi
from pulumi_aws.provider import Provider
from pydantic import model_validator

from railbed import (
    ApplicationLoadBalancer,
    AwsCertificate,
    AwsDnsRecords,
    EcrRepository,
    ElastiCache,
    RdsDatabase,
    ecr_credentials,
)
from railbed.app import App
from railbed.arguments import Arguments
from railbed.aws.certificate import AwsCertificateModel
from railbed.aws.ecr_repository import EcrRepositoryModel
from railbed.aws.elasticache import ElastiCacheModel
from railbed.aws.load_balancer_arguments import ApplicationLoadBalancerModel
from railbed.aws.network_arguments import AwsRegion
from railbed.aws.rds_arguments import RdsDatabaseModel
from railbed.aws.rds_connections import accepted_connections
from railbed.image_registry import ecr_repository
from stacks.cloud_settings import CloudSettings
from stacks.component_secrets import with_secrets
from stacks.connections import check_connections
from stacks.image import build_image, build_in_registry
from stacks.settings import Part

PLACE: dict[str, Any] = {"vpc_id": "", "subnet_ids": ["", ""]}
"""Where the parts of a stack are, while settings are checked."""


class AwsDns(Arguments):
    """A public zone of Route 53."""

    zone_id: str
    """ID of the zone, in which all of `app.web.hosts` are."""


class AwsSettings(CloudSettings):
    """What a stack on AWS is told."""

    region: AwsRegion
    """Region of AWS, such as eu-central-1."""
    ecr: dict[str, Any] = {}
    """Arguments of EcrRepository, where no other `registry` is given. Given with `app.image.ref` it keeps the repository that
    the stack made. Default: the component's, where the image is built."""
    load_balancer: dict[str, Any] = {}
    """Arguments of ApplicationLoadBalancer besides those that the stack gives. Default: the component's."""
    dns: AwsDns | None = None
    """Zone of the application's hosts: gives it records, a certificate and HTTPS. Default: none, it answers by HTTP under the
    load balancer's name."""

    @model_validator(mode="after")
    def _dns_has_hosts(self) -> Self:
        if self.dns is not None and not self.app.web.hosts:
            raise ValueError("dns without app.web.hosts would name nothing: add the application's host names")
        return self

    @model_validator(mode="after")
    def _connections_suffice(self) -> Self:
        database = self.checked("database", RdsDatabaseModel, {**PLACE, "clients": {}}) if self.own_database else None
        if database is not None and (accepted := accepted_connections(database)):
            chosen = database.parameters.get("max_connections")
            decides = f"parameters.max_connections {chosen}" if chosen else f"instance_class {database.instance_class}"
            mend = "take a class with memory for {} or more" if chosen is None else "raise it"
            check_connections(self.app_at_most, accepted, f"database.{decides} accepts about {accepted} connections", mend)
        return self

    @property
    def own_repository(self) -> bool:
        """Whether the stack has a repository of ECR: to push to, or kept while an earlier image of it is deployed."""
        return self.registry is None and (self.app.image.build is not None or "ecr" in self.model_fields_set)

    @property
    def app_at_most(self) -> App:
        """The application with as many containers as there may be."""
        return self.app

    @property
    def idle_seconds(self) -> int:
        """Seconds after which the load balancer closes a silent connection."""
        given = self.load_balancer.get("idle_timeout")
        return given if isinstance(given, int) else super().idle_seconds

    def parts(self) -> Iterator[Part]:
        """The sections that components check."""
        yield from super().parts()
        if self.own_repository:
            yield self.part("ecr", EcrRepositoryModel, {})
        yield self.part("load_balancer", ApplicationLoadBalancerModel, {**PLACE, **self.targets()})
        hosts = {"hosts": self.app.web.hosts}
        if self.dns is not None:
            yield Part("app.web", AwsCertificateModel, hosts, {"zone_id": self.dns.zone_id})
        else:
            yield Part("app.web", ApplicationLoadBalancerModel, hosts, PLACE)
        if self.own_database:
            yield self.part("database", RdsDatabaseModel, {**PLACE, "clients": {}})
        if self.own_redis:
            yield self.part("redis", ElastiCacheModel, {**PLACE, "clients": {}})

    def targets(self) -> dict[str, Any]:
        """What the load balancer sends requests to, as far as the settings tell it."""
        return {}


@dataclass(frozen=True)
class Place:
    """Where the parts of a stack are, and who its application is among them."""

    vpc_id: pulumi.Input[str]
    public_subnet_ids: list[pulumi.Output[str]]
    database_subnet_ids: list[pulumi.Output[str]]
    clients: Mapping[str, pulumi.Input[str]]
    """Security groups of what runs the application, by name."""


def aws_provider(settings: AwsSettings) -> Provider:
    """A provider of the region, which tags everything with the application and the stack."""
    tags = {"railbed:app": settings.name, "railbed:stack": pulumi.get_stack()}
    return Provider("aws", region=settings.region, default_tags={"tags": tags})


def each_of(ids: pulumi.Output[list[str]], count: int) -> list[pulumi.Output[str]]:
    """The items of a list that is known later, whose length is known now."""

    def item(position: int) -> pulumi.Output[str]:
        return ids.apply(lambda found: found[position])

    return [item(position) for position in range(count)]


def secrets_of(settings: AwsSettings, place: Place, opts: pulumi.ResourceOptions) -> dict[str, pulumi.Input[str]]:
    """The settings' secrets, and the addresses of the stores that the stack makes."""
    secrets = settings.app_secrets()
    inside: Any = {"vpc_id": place.vpc_id, "subnet_ids": place.database_subnet_ids, "clients": dict(place.clients)}
    database: Any = {**with_secrets("database", settings.database, settings.secrets), **inside}
    redis: Any = {**with_secrets("redis", settings.redis, settings.secrets), **inside}
    if settings.own_database:
        secrets["DATABASE_URL"] = RdsDatabase(f"{settings.name}-database", database, opts).url
    if settings.own_redis:
        secrets["REDIS_URL"] = ElastiCache(f"{settings.name}-redis", redis, opts).url
    return secrets


def image_of(settings: AwsSettings, opts: pulumi.ResourceOptions) -> dict[str, Any]:
    """The argument of the application for the image that is built, with a repository of ECR; nothing where the image exists."""
    if not settings.own_repository:
        return build_in_registry(settings, settings.registry)
    arguments: Any = settings.ecr
    repository = EcrRepository(settings.name, arguments, opts)
    if settings.app.image.build is None:
        return {}
    credentials = ecr_credentials(repository, pulumi.InvokeOutputOptions(provider=opts.provider))
    return build_image(settings, repository.repository_url, credentials["username"], credentials["password"])


def load_balancer_of(
    settings: AwsSettings, place: Place, targets: Mapping[str, Any], opts: pulumi.ResourceOptions
) -> ApplicationLoadBalancer:
    """The load balancer, with HTTPS and DNS records if there is a zone."""
    hosts = settings.app.web.hosts
    inside = {"vpc_id": place.vpc_id, "subnet_ids": place.public_subnet_ids, "hosts": hosts}
    arguments: Any = {**settings.load_balancer, **inside, **targets}
    if settings.dns is not None:
        certificate = AwsCertificate(settings.name, {"hosts": hosts, "zone_id": settings.dns.zone_id}, opts)
        arguments["certificate_arn"] = certificate.arn
    balancer = ApplicationLoadBalancer(settings.name, arguments, opts)
    _warn_of_another_account(settings.app.image.ref, balancer.target_group_arn)
    if settings.dns is not None:
        records: Any = {
            "hosts": hosts,
            "zone_id": settings.dns.zone_id,
            "load_balancer_dns_name": balancer.dns_name,
            "load_balancer_zone_id": balancer.zone_id,
            "ipv6": settings.load_balancer.get("ipv6", False),
        }
        AwsDnsRecords(settings.name, records, opts)
    return balancer


def _warn_of_another_account(reference: str | None, arn: pulumi.Output[str]) -> None:
    """Tell whose permission is needed where the image is in the ECR of another account than the stack."""
    repository = ecr_repository(reference or "")
    if repository is None:
        return

    def warn(found: str) -> None:
        account = found.split(":")[4] if found.count(":") >= 5 else repository.account
        if account != repository.account:
            pulumi.log.warn(
                f"app.image.ref is in ECR of account {repository.account}, and the stack is in account {account}: it can be "
                f"pulled only if the policy of repository {repository.repository} allows account {account} to."
            )

    arn.apply(warn)
