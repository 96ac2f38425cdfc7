"""Target docker: the application and its data stores on one machine with Docker."""

import re
from functools import cached_property
from typing import Annotated, Any

import pulumi
import pulumi_docker
from pydantic import AfterValidator

from railbed import DockerApp, DockerPostgresql, DockerRedis
from railbed.docker_host.app_arguments import DockerAppDescription, DockerAppModel, DockerAppOptions
from railbed.docker_host.engine import DockerEngine, usual_host
from railbed.docker_host.names import as_arguments, host_name, labels_of
from railbed.docker_host.port import check_port
from railbed.docker_host.postgresql import DockerPostgresqlModel, DockerPostgresqlOptions
from railbed.docker_host.redis import DockerRedisModel, DockerRedisOptions
from railbed.enums import ImagePlatform
from railbed.validation.arguments import assembled
from railbed.validation.rules import rule
from railbed_stacks.image import build_in_registry
from railbed_stacks.own_stores import OwnDatabase, OwnRedis, OwnStoreSettings
from railbed_stacks.releases import export_releases
from railbed_stacks.settings import REGISTRY_PASSWORD

_HOST = re.compile(r"unix:///\S+|ssh://([^\s@/:]+@)?[^\s@/:]+(:\d{1,5})?/?")
_PLATFORMS = {"x86_64": ImagePlatform.AMD64, "aarch64": ImagePlatform.ARM64}
"""Platforms of images by what an engine calls its processors."""


def _engine_address(value: str) -> str:
    if value.startswith(("tcp://", "http://", "https://")):
        raise ValueError("whoever reaches an engine by TCP has the machine: use ssh://user@host")
    if not _HOST.fullmatch(value):
        raise ValueError("give ssh://user@host, or unix:/// and the path of a socket")
    return value


class DockerHost(DockerAppOptions):
    """The machine, and where the application answers on it."""

    host: Annotated[str, AfterValidator(_engine_address)] | None = None
    """The machine's Docker engine, such as ssh://deploy@shop.example.com. Default: $DOCKER_HOST, or that of this machine."""


class Database(OwnDatabase, DockerPostgresqlOptions):
    """The PostgreSQL that the stack runs on the machine."""


class Cache(OwnRedis, DockerRedisOptions):
    """The Redis that the stack runs on the machine."""


class DockerSettings(OwnStoreSettings):
    """Everything that a stack of target docker is told."""

    docker: DockerHost = DockerHost()
    """The machine, and where the application answers on it."""
    database: Database = Database()
    """PostgreSQL on the machine. It is left out where secrets.DATABASE_URL names another database."""
    redis: Cache = Cache()
    """Redis on the machine. It is left out where secrets.REDIS_URL names another one, or the application has no workers."""

    @rule
    def _sidekiq_has_redis(self) -> None:
        groups = [name for name, group in self.app.workers.items() if group.command is None]
        if groups and not self.redis.enabled and "REDIS_URL" not in self.secrets:
            raise ValueError(
                f"redis.enabled is false and secrets has no REDIS_URL, and Sidekiq needs Redis (workers {', '.join(groups)}): "
                "give one of them, or set a command of workers that do without"
            )

    @property
    def puller(self) -> str:
        """What pulls the image, for errors."""
        return "the machine"

    @cached_property
    def described(self) -> DockerAppDescription:
        """The application and each of its parts. Raises `ProblemsError`."""
        chosen = {field: getattr(self.docker, field) for field in self.docker.model_fields_set - {"host"}}
        values = {**chosen, "app": self.app, "secrets": self.variables}
        return assembled(DockerAppDescription, values, beyond=[DockerAppOptions])


SETTINGS = DockerSettings


def deploy(settings: DockerSettings) -> None:
    """Network, database, Redis and application on the machine."""
    check_engine(settings)
    on_host = pulumi.ResourceOptions(provider=_provider(settings))
    network = pulumi_docker.Network(
        settings.name,
        name=host_name(settings.name),
        labels=as_arguments(labels_of(settings.name, "network")),
        opts=pulumi.ResourceOptions.merge(on_host, pulumi.ResourceOptions(ignore_changes=["labels"])),
    )
    place: dict[str, Any] = {"network": network.name}
    if settings.docker.host is not None:
        place["host"] = settings.docker.host

    secrets, stores = settings.app_secrets(), list[pulumi.Resource]()
    if settings.makes_database:
        database = DockerPostgresql.from_model(
            f"{settings.name}-database", settings.database.placed(DockerPostgresqlModel, **place), on_host
        )
        secrets["DATABASE_URL"] = database.url
        stores.append(database)
    if settings.makes_redis:
        redis = DockerRedis.from_model(f"{settings.name}-redis", settings.redis.placed(DockerRedisModel, **place), on_host)
        secrets["REDIS_URL"] = redis.url
        stores.append(redis)

    image = build_in_registry(settings, settings.registry)
    arguments = settings.described.placed(DockerAppModel, image=image, secrets=secrets, **place)
    after = pulumi.ResourceOptions(depends_on=stores)
    app = DockerApp.from_model(settings.name, arguments, pulumi.ResourceOptions.merge(on_host, after))
    pulumi.export("url", app.url)
    pulumi.export("image", app.image)
    export_releases(app.image)
    pulumi.export("app", settings.name)
    pulumi.export("console", app.console)
    pulumi.export("logs", app.logs)


def check_engine(settings: DockerSettings) -> None:
    """See that there is a Docker engine, that it can run what is built, and that the port is free.

    Before anything is registered. Raises `EngineError`, or `pulumi.RunError`.
    """
    engine, host = DockerEngine.connect(settings.docker.host), settings.docker
    is_near = (host.host or usual_host()).startswith("unix://")
    check_port(engine, host.address, host.port, is_near=is_near)
    architecture = engine.architecture()
    runs, built = _PLATFORMS.get(architecture), settings.app.image.platform
    if settings.app.image.build is not None and runs not in (None, built):
        assert runs is not None
        raise pulumi.RunError(
            f"app.image.platform is {built.value} and the Docker engine runs on {architecture}: set app.image.platform to "
            f"{runs.value}"
        )


def _provider(settings: DockerSettings) -> pulumi_docker.Provider:
    logins: list[Any] = []
    if (registry := settings.registry) is not None:
        password = pulumi.Output.secret(settings.secrets[REGISTRY_PASSWORD])
        logins.append({"address": registry.server, "username": registry.username, "password": password})
    return pulumi_docker.Provider("docker", host=settings.docker.host, registry_auth=logins)
