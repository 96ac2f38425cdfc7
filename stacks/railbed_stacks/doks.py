"""Target doks: everything on DigitalOcean, from the cluster to the DNS record."""

from collections.abc import Collection
from functools import cached_property

import pulumi

from railbed import (
    DigitalOceanCache,
    DigitalOceanDatabase,
    DigitalOceanDnsRecords,
    DigitalOceanDnsZone,
    DigitalOceanRegistry,
    EksOrDoksCluster,
    RegistryCredentials,
)
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.digitalocean.databases.cache import DigitalOceanCacheModel
from railbed.digitalocean.databases.database import DigitalOceanDatabaseModel
from railbed.digitalocean.dns.certificate import check_hosts
from railbed.digitalocean.regions import Region
from railbed.digitalocean.registry import SERVER, DigitalOceanRegistryModel, DigitalOceanRegistryOptions
from railbed.enums import Platform, PoolMode, WorkerBackend
from railbed.image.registry import registry_of
from railbed.kubernetes.app_arguments import KubernetesAppDescription
from railbed.stores.further_databases import as_variables, check_lengths, database_beside
from railbed.validation.checks import Checks, check_part
from railbed.validation.host_names import relative_name
from railbed.validation.rules import ProblemsError, rule
from railbed_stacks.cloud_settings import CloudSettings
from railbed_stacks.cluster_state import own_namespace
from railbed_stacks.component_secrets import with_secrets
from railbed_stacks.connections import check_connections
from railbed_stacks.doks_cluster import DigitalOceanNetworkOptions, DoksClusterSection, DropletCluster, find_cluster, find_vpc
from railbed_stacks.doks_exposure import CertificateSection, DigitalOceanDns, certificate_of, check_certificate, exposed
from railbed_stacks.doks_stores import DatabaseSection, FoundStores, RedisSection, addresses_of, find_stores
from railbed_stacks.existing import check_cluster_network
from railbed_stacks.image import build_image, build_in_registry, image_name
from railbed_stacks.kept_stores import keep_stores
from railbed_stacks.kubernetes_app import deploy_app, describe_app, pull_secrets, restricted_namespace
from railbed_stacks.lookups import Lookups
from railbed_stacks.machines import check_room
from railbed_stacks.processors import check_nodes
from railbed_stacks.pulling import digitalocean_registry


class DoksSettings(CloudSettings):
    """Settings of a stack of target doks."""

    region: Region
    """Region of DigitalOcean, such as fra1."""
    network: DigitalOceanNetworkOptions = DigitalOceanNetworkOptions()
    """A VPC that exists. Default: none, the stack creates one."""
    cluster: DoksClusterSection = DoksClusterSection()
    """What EksOrDoksCluster takes on doks, or `existing`. Default: the component's."""
    database: DatabaseSection = DatabaseSection()
    """What DigitalOceanDatabase takes, or `existing`. It is left out where secrets.DATABASE_URL names another database."""
    redis: RedisSection = RedisSection()
    """What DigitalOceanCache takes, or `existing`. It is left out where secrets.REDIS_URL names another one, or no workers
    need one."""
    dns: DigitalOceanDns | None = None
    """Domain of the application: gives it records, a certificate and HTTPS. Default: none, it answers by HTTP under the load
    balancer's address."""
    certificate: CertificateSection = CertificateSection()
    """A certificate that exists. Default: none; with `dns` the stack creates one."""
    container_registry: DigitalOceanRegistryOptions = DigitalOceanRegistryOptions()
    """What DigitalOceanRegistry takes, where no other `registry` is given: {existing: acme} if the account has one already.
    Given with `app.image.ref` it keeps the registry that the stack made. Default: the component's, where the image is built."""

    @property
    def existing_stores(self) -> Collection[str]:
        """Sections that name a store which exists, whose address the stack finds out."""
        sections = {"database": self.database.existing, "redis": self.redis.existing}
        return {section for section, existing in sections.items() if existing is not None}

    @property
    def https(self) -> bool:
        """Whether the application is served by HTTPS."""
        return self.dns is not None or self.certificate.existing is not None

    @property
    def own_registry(self) -> bool:
        """Whether the stack has a registry of DigitalOcean's: to push to, or kept while an earlier image of it is deployed."""
        return self.registry is None and (self.app.image.build is not None or "container_registry" in self.model_fields_set)

    @property
    def pulls_from_existing(self) -> bool:
        """Whether the image is in a registry of the account that is not the stack's, and nothing else gives access to it."""
        reference = self.app.image.ref
        integrated = self.cluster.registry_integration
        with_credentials = self.registry is not None and self.registry.server == SERVER
        return (
            reference is not None
            and registry_of(reference) == SERVER
            and not (self.own_registry or integrated or with_credentials)
        )

    @cached_property
    def described(self) -> KubernetesAppDescription:
        """The application and each of its parts. Raises `ProblemsError`."""
        return describe_app(self, exposed(self.idle_seconds, https=self.https))

    @rule
    def _image_is_named_in_full(self) -> None:
        if self.app.image.ref is not None and registry_of(self.app.image.ref) == SERVER:
            named, _ = digitalocean_registry(self.app.image.ref)
            existing = self.container_registry.existing
            if isinstance(existing, str) and existing != named:
                raise ValueError(
                    f"app.image.ref is in registry {named} and container_registry.existing is {existing}: "
                    f"set existing to {named}"
                )

    @rule
    def _hosts_are_in_the_zone(self) -> None:
        if self.dns is not None and not self.app.web.hosts:
            raise ValueError("dns without app.web.hosts would name nothing: add the application's host names")
        checks = Checks()
        for host in self.app.web.hosts if self.dns else []:
            checks.check("app.web", relative_name, host, self.dns.zone if self.dns else "")
        checks.refuse()

    @rule
    def _hosts_can_be_certified(self) -> None:
        if self.certificate.existing is not None and not self.app.web.hosts:
            raise ValueError("certificate.existing without app.web.hosts is for nothing: add the application's host names")
        if self.dns is not None and self.certificate.existing is None:
            check_part("app.web", check_hosts, self.app.web.hosts)

    @rule
    def _network_has_its_section(self) -> None:
        check_cluster_network(self.cluster, self.network.existing, own=("vpc_cidr",))
        if self.cluster.existing is not None and self.network.existing is not None:
            raise ValueError("network.existing: has no effect with cluster.existing, which is in its VPC: remove it")

    @rule
    def _stores_that_exist_are_in_reach(self) -> None:
        variables = {"database": "DATABASE_URL", "redis": "REDIS_URL"}
        problems = [
            f"{section}.existing and secrets.{variables[section]} both say where it is: remove one of them"
            for section in sorted(self.existing_stores)
            if variables[section] in self.secrets
        ]
        if self.existing_stores and self.cluster.existing is None and self.network.existing is None:
            first = min(self.existing_stores)
            problems.append(
                f"{first}.existing cannot be reached from a VPC that the stack makes: set network.existing or cluster.existing"
            )
        if problems:
            raise ProblemsError(problems)

    @rule
    def _nodes_can_run_the_image(self) -> None:
        if self.cluster.existing is None:
            check_nodes(self.app, self.cluster)

    @rule
    def _nodes_have_room(self) -> None:
        if self.cluster.existing is None:
            check_room(self.app, self.cluster)

    @rule
    def _connections_suffice(self) -> None:
        # The clients of a pool share its connections, however many they are.
        if not self.own_database or self.database.pool_size is not None:
            return
        if accepted := self.database.accepted_connections():
            found = f"database.size {self.database.size} accepts {accepted} connections"
            mend = "take a size for {} or more, set database.pool_size"
            check_connections(self.app, accepted, found, mend, databases=self.databases_on_server)

    @rule
    def _jobs_keep_their_sessions(self) -> None:
        # https://github.com/bensheldon/good_job/blob/main/README.md#pgbouncer-compatibility
        groups = [name for name, group in self.app.workers.items() if group.backend is WorkerBackend.GOOD_JOB]
        pooled = "DATABASE_URL" not in self.secrets and self.database.pool_size is not None
        if groups and pooled and self.database.pool_mode is PoolMode.TRANSACTION:
            raise ValueError(
                f"database.pool_mode is transaction, and GoodJob (workers {', '.join(groups)}) keeps its locks in sessions: "
                "set pool_mode to session"
            )

    @rule
    def _databases_can_be_made(self) -> None:
        if "DATABASE_URL" not in self.secrets:
            check_part("database", check_lengths, self.database.database, self.further_databases)
        if self.own_database and self.further_databases:
            check_part("database", self.database.check_pools, self.databases_on_server)


SETTINGS = DoksSettings


def deploy(settings: DoksSettings) -> None:
    """Cluster, database, Redis, certificate, application and DNS records."""
    cluster, stores = _cluster(settings, Lookups())
    secrets, for_migrations, authorities = _secrets(settings, cluster, stores)
    zone = _zone(settings)
    certificate = certificate_of(settings.name, settings.certificate, settings.app.web.hosts, zone)

    on_cluster = pulumi.ResourceOptions(provider=cluster.provider)
    namespace = restricted_namespace(own_namespace(settings.app, cluster.provider_kubeconfig), False, on_cluster)
    image, credentials = _image(settings, namespace, on_cluster)
    app = deploy_app(
        settings.described,
        on_cluster,
        image=image,
        web=exposed(settings.idle_seconds, https=settings.https, certificate=certificate),
        secrets=secrets,
        migration_secrets=for_migrations,
        pull_secrets=credentials,
        kubeconfig=cluster.provider_kubeconfig,
        namespace=namespace,
        network_policy=settings.cluster.network_policy,
        database_authorities=authorities,
    )
    if zone is not None:
        DigitalOceanDnsRecords(settings.name, {"zone": zone, "hosts": settings.app.web.hosts, "address": app.address})
    pulumi.export("address", app.address)
    pulumi.export("cluster_name", cluster.name)
    pulumi.export("kubeconfig", cluster.kubeconfig)


def _cluster(settings: DoksSettings, lookups: Lookups) -> tuple[DropletCluster, FoundStores]:
    """A cluster that exists or one of the stack's own, and stores that exist.

    Raises `InvalidArguments` where what exists cannot be used.
    """
    existing, network = settings.cluster.existing, settings.network.existing
    found = find_cluster(existing, settings.region, lookups) if existing is not None else None
    vpc_id = find_vpc(network, settings.region, lookups) if network is not None else None
    stores = find_stores(settings.database, settings.redis, found.described.vpc_uuid if found else vpc_id, lookups)
    if settings.certificate.existing is not None:
        check_certificate(settings.certificate.existing, settings.app.web.hosts, lookups)
    lookups.refuse()
    keep_stores(_made_stores(settings))
    secrets = with_secrets("cluster", settings.secrets)
    if found is not None:
        return found.ready(settings.name, secrets), stores
    place = {"vpc_id": vpc_id} if vpc_id is not None else {}
    of_cluster = settings.cluster.placed(
        EksOrDoksClusterModel, platform=Platform.DOKS, region=settings.region, **place, **secrets
    )
    return DropletCluster.of(EksOrDoksCluster.from_model(settings.name, of_cluster)), stores


def _made_stores(settings: DoksSettings) -> dict[str, bool]:
    """The stores with data that the stack creates, each with whether it is protected."""
    wanted = settings.database
    further = [database_beside(wanted.database, name) for name in settings.further_databases]
    made = {"database": wanted.protect} if settings.own_database else {}
    if settings.own_database and wanted.restore_from is None:
        made |= {f"database {name}": wanted.protect for name in further}
    if wanted.existing is not None:
        made |= {f"database {name} in {wanted.existing.name}": wanted.protect for name in [wanted.database, *further]}
    return made | ({"redis": settings.redis.protect} if settings.own_redis else {})


def _secrets(
    settings: DoksSettings, cluster: DropletCluster, stores: FoundStores
) -> tuple[dict[str, pulumi.Input[str]], dict[str, pulumi.Input[str]], pulumi.Output[str] | None]:
    """Secret variables of the application, those that its migrations have otherwise, and certificates that they name."""
    further = settings.further_databases
    found = addresses_of(settings.name, stores, settings.database, settings.redis, further)
    secrets, for_migrations, authorities = settings.app_secrets() | found.secrets, found.for_migrations, None
    place = {"region": settings.region, "vpc_id": cluster.vpc_id, "cluster_id": cluster.cluster_id}
    if settings.own_database:
        placed = settings.database.placed(DigitalOceanDatabaseModel, databases=further, **place)
        database = DigitalOceanDatabase.from_model(f"{settings.name}-database", placed)
        secrets |= {"DATABASE_URL": database.url, **as_variables(database.database_urls, further)}
        authorities = database.authorities if settings.database.verify_certificate else None
        if settings.database.pool_size is not None:
            direct = as_variables(database.direct_database_urls, further)
            for_migrations |= {"DATABASE_URL": database.direct_url, **direct}
    if settings.own_redis:
        cache = settings.redis.placed(DigitalOceanCacheModel, **place)
        secrets["REDIS_URL"] = DigitalOceanCache.from_model(f"{settings.name}-redis", cache).url
    return secrets, for_migrations, authorities


def _image(
    settings: DoksSettings, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> tuple[pulumi.Input[str] | None, list[pulumi.Input[str]]]:
    """The image that is built, if one is, and the Secrets with which the cluster pulls it from wherever it is."""
    given = pull_secrets(settings, settings.registry, namespace, opts)
    if not settings.own_registry and not settings.pulls_from_existing:
        return build_in_registry(settings, settings.registry), given
    registry = _registry(settings)
    image = None
    if settings.registry is None:
        image = build_image(settings, registry.repository_url, registry.username, registry.password)
    credentials = RegistryCredentials(
        f"{settings.name}-digitalocean" if given else f"{settings.name}-registry",
        {
            "server": SERVER,
            "username": registry.pull_username,
            "password": registry.pull_password,
            "namespace": namespace,
        },
        opts,
    )
    return image, [*given, credentials.secret_name]


def _registry(settings: DoksSettings) -> DigitalOceanRegistry:
    """The stack's registry, or the one of the account that the image is in."""
    if settings.pulls_from_existing:
        existing, repository = digitalocean_registry(settings.app.image.ref or "")
        return DigitalOceanRegistry(settings.name, {"existing": existing, "repository": repository, "push": False})
    placed = settings.container_registry.placed(DigitalOceanRegistryModel, repository=image_name(settings))
    return DigitalOceanRegistry.from_model(settings.name, placed)


def _zone(settings: DoksSettings) -> pulumi.Input[str] | None:
    if settings.dns is None:
        return None
    return DigitalOceanDnsZone(settings.name, {"zone": settings.dns.zone}).zone if settings.dns.create else settings.dns.zone
