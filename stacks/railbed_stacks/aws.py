"""What the targets on AWS share: settings, provider, image, database and Redis."""

from collections.abc import Collection, Mapping

import pulumi
from pulumi_aws.provider import Provider

from railbed import (
    EcrRepository,
    ElastiCache,
    RdsDatabase,
    ecr_credentials,
)
from railbed.aws.account import check_account
from railbed.aws.configuration import AwsConfiguration, check_provider
from railbed.aws.dns.certificate import check_hosts
from railbed.aws.ecr_repository import EcrRepositoryModel
from railbed.aws.elasticache import ElastiCacheModel
from railbed.aws.identifiers import HostedZoneId
from railbed.aws.names import SECURITY_GROUP, STORE, NameRule, problems_of_name, problems_of_replicas
from railbed.aws.partition import problems_of_partition
from railbed.aws.rds.arguments import RdsDatabaseModel
from railbed.aws.rds.connections import accepted_connections
from railbed.aws.regions import AwsRegion
from railbed.description.app import App
from railbed.stores.further_databases import as_variables, urls_beside
from railbed.validation.arguments import Arguments
from railbed.validation.checks import Checks, check_part
from railbed.validation.host_names import check_domain
from railbed.validation.rules import ProblemsError, rule
from railbed_stacks.aws_balancer import LoadBalancerSection
from railbed_stacks.aws_network import Place
from railbed_stacks.aws_stores import DatabaseSection, FoundStore, RedisSection, check_store, find_stores
from railbed_stacks.cloud_settings import CloudSettings
from railbed_stacks.component_secrets import with_secrets
from railbed_stacks.connections import check_connections
from railbed_stacks.existing import AwsNetworkOptions
from railbed_stacks.image import build_image, build_in_registry
from railbed_stacks.kept_stores import keep_stores
from railbed_stacks.lookups import Lookups


class AwsDns(Arguments):
    """A public zone of Route 53."""

    zone_id: HostedZoneId
    """ID of the zone, in which all of `app.web.hosts` are."""


class AwsSettings(CloudSettings):
    """Settings of a stack on AWS."""

    region: AwsRegion
    """AWS region, such as eu-central-1."""
    network: AwsNetworkOptions = AwsNetworkOptions()
    """A network that exists. Default: none, the stack creates one."""
    database: DatabaseSection = DatabaseSection()
    """What RdsDatabase takes, or `existing`. It is left out where secrets.DATABASE_URL names another database."""
    redis: RedisSection = RedisSection()
    """What ElastiCache takes, or `existing`. It is left out where secrets.REDIS_URL names another one, or no workers need
    one."""
    ecr: EcrRepositoryModel = EcrRepositoryModel()
    """What EcrRepository takes, where no other `registry` is given. Given with `app.image.ref` it keeps the repository that the
    stack made. Default: the component's, where the image is built."""
    load_balancer: LoadBalancerSection = LoadBalancerSection()
    """What ApplicationLoadBalancer takes, or `existing`. Default: the component's."""
    dns: AwsDns | None = None
    """Zone of the application's hosts: gives it records, a certificate and HTTPS. Default: none, it answers by HTTP under the
    load balancer's name."""

    @rule
    def _dns_has_hosts(self) -> None:
        if self.dns is not None and not self.app.web.hosts:
            raise ValueError("dns without app.web.hosts would name nothing: add the application's host names")

    @rule
    def _hosts_can_be_served(self) -> None:
        checks = Checks()
        for position, host in enumerate(self.app.web.hosts):
            checks.check(f"app.web.hosts.{position}", _check_host, host)
        if self.dns is not None:
            checks.check("app.web", check_hosts, self.app.web.hosts)
        checks.refuse()

    @rule
    def _https_has_a_certificate(self) -> None:
        if self.dns is None and self.load_balancer.certificate_arn is None:
            check_part("load_balancer", self.load_balancer.check_without_https, "dns")

    @rule
    def _arns_are_of_the_partition(self) -> None:
        if problems := list(problems_of_partition(self.region, self.model_dump(exclude={"secrets"}, warnings=False))):
            raise ProblemsError(problems)

    @rule
    def _one_certificate(self) -> None:
        if self.dns is not None and self.load_balancer.certificate_arn is not None:
            raise ValueError("load_balancer.certificate_arn and dns, which makes a certificate: remove one of them")

    @rule
    def _database_is_named(self) -> None:
        check_store("database", self.database.existing, self.secrets)

    @rule
    def _redis_is_named(self) -> None:
        check_store("redis", self.redis.existing, self.secrets)

    @rule
    def _load_balancer_has_subnets(self) -> None:
        existing = self.network.existing
        if existing is not None and existing.public_subnet_ids is None and not self.load_balancer_is_inside:
            raise ValueError(
                "network.existing.public_subnet_ids: is required, as the load balancer is reached from the internet: name "
                "public subnets in two zones at least, or set load_balancer.internal to true"
            )

    @rule
    def _subnets_have_addresses(self) -> None:
        if self.load_balancer.ipv6 and self.makes_network:
            raise ValueError("load_balancer.ipv6: the network that the stack makes has IPv4 addresses only: remove it")

    @rule
    def _connections_suffice(self) -> None:
        if not self.own_database or not (accepted := accepted_connections(self.database)):
            return
        chosen = self.database.parameters.get("max_connections")
        decides = f"parameters.max_connections {chosen}" if chosen else f"instance_class {self.database.instance_class}"
        mend = "take a class with memory for {} or more" if chosen is None else "raise it"
        found = f"database.{decides} accepts about {accepted} connections"
        check_connections(self.app_at_most, accepted, found, mend, databases=self.databases_on_server)

    @rule
    def _name_is_free(self) -> None:
        if problems := problems_of_name(self.app.name, self.name_rules):
            raise ProblemsError([f"app.name {problem}" for problem in problems])

    @rule
    def _names_of_copies_fit(self) -> None:
        problems = problems_of_replicas(f"{self.name}-database", self.database.replicas) if self.own_database else []
        if problems:
            raise ProblemsError([f"database.{problem}" for problem in problems])

    @rule
    def _shared_load_balancer_is_in_reach(self) -> None:
        if self.load_balancer.existing is None:
            return
        problems = []
        if not self.app.web.hosts:
            problems.append("load_balancer.existing needs app.web.hosts, by which it tells applications apart: add them")
        if self.network.existing is None:
            problems.append("load_balancer.existing needs network.existing, as it reaches its own VPC only: name that VPC")
        if problems:
            raise ProblemsError(problems)

    @property
    def load_balancer_is_inside(self) -> bool:
        """Whether the stack makes no load balancer that the internet has to reach."""
        return self.load_balancer.internal or self.load_balancer.existing is not None

    @property
    def makes_network(self) -> bool:
        """Whether the stack makes the network that it is in."""
        return self.network.existing is None

    @property
    def existing_stores(self) -> Collection[str]:
        """Sections that name a store which exists, whose address the stack finds out."""
        sections = {"database": self.database.existing, "redis": self.redis.existing}
        return {section for section, existing in sections.items() if existing is not None and existing.identifier is not None}

    @property
    def own_repository(self) -> bool:
        """Whether the stack has a repository of ECR: to push to, or kept while an earlier image of it is deployed."""
        return self.registry is None and (self.app.image.build is not None or "ecr" in self.model_fields_set)

    @property
    def name_rules(self) -> list[NameRule]:
        """What AWS takes as the beginning of the names that the stack creates."""
        return [SECURITY_GROUP, *([STORE] if self.own_database or self.own_redis else [])]

    @property
    def app_at_most(self) -> App:
        """The application with as many containers as there may be."""
        return self.app

    @property
    def idle_seconds(self) -> int:
        """Seconds after which the load balancer closes a silent connection."""
        return self.load_balancer.idle_timeout


def aws_provider(settings: AwsSettings) -> Provider:
    """A provider of the region by the identity of the stack's config, which tags everything with the application and the stack.

    Raises `railbed.InvalidArguments` where that cannot be used, or is of another account than it may be.
    """
    configuration = AwsConfiguration.of_stack()
    tags = {"railbed:app": settings.name, "railbed:stack": pulumi.get_stack()}
    check_provider(configuration, settings.region, tags)
    check_account(configuration, settings.region)
    arguments = configuration.provider_arguments()
    arguments |= {"region": settings.region, "default_tags": {"tags": {**configuration.default_tags.tags, **tags}}}
    return Provider("aws", **arguments)


def secrets_of(
    settings: AwsSettings, place: Place, found: Mapping[str, FoundStore], opts: pulumi.ResourceOptions
) -> tuple[dict[str, pulumi.Input[str]], pulumi.Output[str] | None]:
    """The settings' secrets and the addresses of the stores that the stack creates or finds; the database's certificates."""
    secrets, authorities, further = settings.app_secrets(), None, settings.further_databases
    for section, store in found.items():
        secrets[store.variable] = url = store.reached_by(f"{settings.name}-{section}", place.clients, opts)
        if section == "database":
            secrets |= as_variables(urls_beside(url, further), further)
    inside = {"vpc_id": place.vpc_id, "subnet_ids": place.database_subnet_ids, "clients": dict(place.clients)}
    if settings.own_database:
        of_settings = {"databases": further, **with_secrets("database", settings.secrets)}
        database = settings.database.placed(RdsDatabaseModel, **inside, **of_settings)
        made = RdsDatabase.from_model(f"{settings.name}-database", database, opts)
        secrets |= {"DATABASE_URL": made.url, **as_variables(made.database_urls, further)}
        authorities = made.authorities if settings.database.mounts_authorities else None
    if settings.own_redis:
        cache = settings.redis.placed(ElastiCacheModel, **inside, **with_secrets("redis", settings.secrets))
        secrets["REDIS_URL"] = ElastiCache.from_model(f"{settings.name}-redis", cache, opts).url
    return secrets, authorities


def look_up_stores(settings: AwsSettings, lookups: Lookups) -> dict[str, FoundStore]:
    """The stores that exist, by section; those that cannot be used `lookups` tells."""
    own = {"database": settings.own_database, "redis": settings.own_redis}
    keep_stores({section: getattr(settings, section).protect for section, is_made in own.items() if is_made})
    return find_stores(settings.database.existing, settings.redis.existing, settings.secrets, lookups)


def image_of(settings: AwsSettings, opts: pulumi.ResourceOptions) -> pulumi.Input[str] | None:
    """The image that is built, with a repository of ECR; None where the image exists."""
    if not settings.own_repository:
        return build_in_registry(settings, settings.registry)
    repository = EcrRepository.from_model(settings.name, settings.ecr, opts)
    if settings.app.image.build is None:
        return None
    credentials = ecr_credentials(repository, pulumi.InvokeOutputOptions(provider=opts.provider))
    return build_image(settings, repository.repository_url, credentials["username"], credentials["password"])


def _check_host(host: str) -> None:
    try:
        check_domain(host)
    except ValueError as error:
        raise ValueError(f"found '{host}'; {error}") from None
