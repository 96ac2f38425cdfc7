"""Target doks: everything on DigitalOcean, from the cluster to the DNS record."""

from collections.abc import Iterator
from typing import Any, Self

import pulumi
from pydantic import model_validator

from railbed import (
    DigitalOceanCache,
    DigitalOceanCertificate,
    DigitalOceanDatabase,
    DigitalOceanDnsRecords,
    DigitalOceanDnsZone,
    DigitalOceanRegistry,
    EksOrDoksCluster,
    RegistryCredentials,
)
from railbed.arguments import Arguments
from railbed.cluster_check import EksOrDoksClusterModel
from railbed.digitalocean.cache import DigitalOceanCacheModel
from railbed.digitalocean.database import DigitalOceanDatabaseModel
from railbed.digitalocean.registry import SERVER, DigitalOceanRegistryModel
from railbed.host_names import Zone, relative_name
from railbed.image_registry import registry_of
from stacks.cloud_settings import CloudSettings
from stacks.cluster_state import own_namespace
from stacks.component_secrets import with_secrets
from stacks.connections import check_connections
from stacks.image import build_image, build_in_registry, image_name
from stacks.kubernetes_app import deploy_app, described_app, pull_secrets, restricted_namespace
from stacks.pulling import digitalocean_registry
from stacks.settings import Part


class DigitalOceanDns(Arguments):
    """A domain whose DNS is DigitalOcean's."""

    zone: Zone
    """The domain, such as example.com, in which all of `app.web.hosts` are."""
    create: bool = False
    """Whether the stack adds the domain to DigitalOcean; it stays when the stack is destroyed. Default false."""


class DoksSettings(CloudSettings):
    """Everything that a stack of target doks is told."""

    dns: DigitalOceanDns | None = None
    """Domain of the application: gives it records, a certificate and HTTPS. Default: none, it answers by HTTP under the load
    balancer's address."""
    container_registry: dict[str, Any] = {}
    """Arguments of DigitalOceanRegistry, where no other `registry` is given: {existing: acme} if the account has one already.
    Given with `app.image.ref` it keeps the registry that the stack made. Default: the component's, where the image is built."""

    @property
    def own_registry(self) -> bool:
        """Whether the stack has a registry of DigitalOcean's: to push to, or kept while an earlier image of it is deployed."""
        return self.registry is None and (self.app.image.build is not None or "container_registry" in self.model_fields_set)

    @property
    def pulls_from_existing(self) -> bool:
        """Whether the image is in a registry of the account that is not the stack's, and nothing else gives access to it."""
        reference = self.app.image.ref
        integrated = self.cluster.get("registry_integration") is True
        with_credentials = self.registry is not None and self.registry.server == SERVER
        return (
            reference is not None
            and registry_of(reference) == SERVER
            and not (self.own_registry or integrated or with_credentials)
        )

    @property
    def place(self) -> dict[str, Any]:
        """What the stack gives its data stores."""
        return {"region": self.region, "vpc_id": "", "cluster_id": ""}

    @model_validator(mode="after")
    def _image_is_named_in_full(self) -> Self:
        if self.app.image.ref is not None and registry_of(self.app.image.ref) == SERVER:
            named, _ = digitalocean_registry(self.app.image.ref)
            existing = self.container_registry.get("existing")
            if isinstance(existing, str) and existing != named:
                raise ValueError(
                    f"app.image.ref is in registry {named} and container_registry.existing is {existing}: "
                    f"set existing to {named}"
                )
        return self

    @model_validator(mode="after")
    def _hosts_are_in_the_zone(self) -> Self:
        if self.dns is not None and not self.app.web.hosts:
            raise ValueError("dns without app.web.hosts would name nothing: add the application's host names")
        for host in self.app.web.hosts if self.dns else []:
            relative_name(host, self.dns.zone if self.dns else "")
        return self

    @model_validator(mode="after")
    def _connections_suffice(self) -> Self:
        database = self.checked("database", DigitalOceanDatabaseModel, self.place) if self.own_database else None
        # The clients of a pool share its connections, however many they are.
        if database is not None and database.pool_size is None and (accepted := database.accepted_connections()):
            found = f"database.size {database.size} accepts {accepted} connections"
            check_connections(self.app, accepted, found, "take a size for {} or more, set database.pool_size")
        return self

    def parts(self) -> Iterator[Part]:
        """The sections that components check."""
        yield from super().parts()
        yield self.part("cluster", EksOrDoksClusterModel, {"platform": "doks", "region": self.region})
        if self.own_registry:
            yield self.part("container_registry", DigitalOceanRegistryModel, {"repository": image_name(self)})
        if self.own_database:
            yield self.part("database", DigitalOceanDatabaseModel, self.place)
        if self.own_redis:
            yield self.part("redis", DigitalOceanCacheModel, self.place)


SETTINGS = DoksSettings


def deploy(settings: DoksSettings) -> None:
    """Cluster, database, Redis, certificate, application and DNS records."""
    described = described_app(settings, settings.names_of_secrets, web=_exposure(settings, ""))

    given = with_secrets("cluster", settings.cluster, settings.secrets)
    of_cluster: Any = {**given, "platform": "doks", "region": settings.region}
    cluster = EksOrDoksCluster(settings.name, of_cluster)
    secrets, for_migrations = _secrets(settings, cluster)
    zone = _zone(settings)
    certificate = _certificate(settings, zone)

    on_cluster = pulumi.ResourceOptions(provider=cluster.provider)
    namespace = restricted_namespace(own_namespace(settings.app, cluster.kubeconfig), False, on_cluster)
    image, credentials = _image(settings, namespace, on_cluster)
    arguments = {
        **described,
        **image,
        "web": _exposure(settings, certificate),
        "secrets": secrets,
        "migration_secrets": for_migrations,
        "pull_secrets": credentials,
        "kubeconfig": cluster.kubeconfig,
    }
    app = deploy_app(settings, arguments, namespace, on_cluster)
    if zone is not None:
        DigitalOceanDnsRecords(settings.name, {"zone": zone, "hosts": settings.app.web.hosts, "address": app.address})
    pulumi.export("address", app.address)
    pulumi.export("cluster_name", cluster.cluster_name)
    pulumi.export("kubeconfig", cluster.kubeconfig)


def _secrets(
    settings: DoksSettings, cluster: EksOrDoksCluster
) -> tuple[dict[str, pulumi.Input[str]], dict[str, pulumi.Input[str]]]:
    """Secret variables of the application, and those that its migrations have otherwise."""
    secrets = settings.app_secrets()
    for_migrations: dict[str, pulumi.Input[str]] = {}
    place: Any = {"region": settings.region, "vpc_id": cluster.vpc_id, "cluster_id": cluster.cluster_id}
    of_database: Any = {**settings.database, **place}
    of_redis: Any = {**settings.redis, **place}
    if settings.own_database:
        database = DigitalOceanDatabase(f"{settings.name}-database", of_database)
        secrets["DATABASE_URL"] = database.url
        if "pool_size" in settings.database:
            for_migrations["DATABASE_URL"] = database.direct_url
    if settings.own_redis:
        secrets["REDIS_URL"] = DigitalOceanCache(f"{settings.name}-redis", of_redis).url
    return secrets, for_migrations


def _image(
    settings: DoksSettings, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> tuple[dict[str, Any], list[pulumi.Input[str]]]:
    """The image that is built, if one is, and the Secrets with which the cluster pulls it from wherever it is."""
    given = pull_secrets(settings, settings.registry, namespace, opts)
    if not settings.own_registry and not settings.pulls_from_existing:
        return build_in_registry(settings, settings.registry), given
    arguments: Any = {**settings.container_registry, "repository": image_name(settings)}
    if settings.pulls_from_existing:
        existing, repository = digitalocean_registry(settings.app.image.ref or "")
        arguments = {"existing": existing, "repository": repository, "push": False}
    registry = DigitalOceanRegistry(settings.name, arguments)
    image = {}
    if settings.app.image.build is not None and settings.registry is None:
        image = build_image(settings, registry.repository_url, registry.username, registry.password)
    credentials: Any = {
        "server": SERVER,
        "username": registry.pull_username,
        "password": registry.pull_password,
        "namespace": namespace,
    }
    name = f"{settings.name}-digitalocean" if given else f"{settings.name}-registry"
    return image, [*given, RegistryCredentials(name, credentials, opts).secret_name]


def _zone(settings: DoksSettings) -> pulumi.Input[str] | None:
    if settings.dns is None:
        return None
    return DigitalOceanDnsZone(settings.name, {"zone": settings.dns.zone}).zone if settings.dns.create else settings.dns.zone


def _certificate(settings: DoksSettings, zone: pulumi.Input[str] | None) -> pulumi.Input[str]:
    """Name of the certificate; empty without a domain."""
    if zone is None:
        return ""
    return DigitalOceanCertificate(settings.name, {"hosts": settings.app.web.hosts, "zone": zone}).certificate_name


def _exposure(settings: DoksSettings, certificate: pulumi.Input[str]) -> dict[str, Any]:
    """DigitalOcean's load balancer, made by its controller in the cluster.

    https://docs.digitalocean.com/products/kubernetes/how-to/configure-load-balancers/
    """
    prefix = "service.beta.kubernetes.io/do-loadbalancer"
    annotations: dict[str, pulumi.Input[str]] = {
        f"{prefix}-name": f"{settings.name}-{pulumi.get_stack()}",
        # HTTP, not TCP, so that Rails learns the client's address (X-Forwarded-For) and scheme (X-Forwarded-Proto).
        f"{prefix}-protocol": "http",
        f"{prefix}-http-idle-timeout-seconds": str(settings.idle_seconds),
        f"{prefix}-enable-backend-keepalive": "true",
    }
    if settings.dns is None:
        return {"exposure": "load_balancer", "annotations": annotations}
    annotations |= {
        f"{prefix}-tls-ports": "443",
        # The certificate's ID changes whenever it is renewed, its name does not.
        f"{prefix}-certificate-name": certificate,
        f"{prefix}-redirect-http-to-https": "true",
        # The records are the stack's own.
        f"{prefix}-disable-lets-encrypt-dns-records": "true",
    }
    return {"exposure": "load_balancer", "https": True, "annotations": annotations}
