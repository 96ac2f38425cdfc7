"""Target docker: the application and its data stores on one machine with Docker."""

import re
from functools import cached_property
from pathlib import Path
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
from railbed.stores.further_databases import as_variables
from railbed.validation.arguments import assembled
from railbed.validation.rules import rule
from railbed_stacks.image import build_in_registry, build_on_host
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
    development: bool = False
    """Whether the application runs from the folder of `app.image.build`, in Rails' environment development, with a database
    for tests. Default false."""


class Database(OwnDatabase, DockerPostgresqlOptions):
    """The PostgreSQL that the stack runs on the machine."""


class Cache(OwnRedis, DockerRedisOptions):
    """The Redis that the stack runs on the machine."""


class DockerSettings(OwnStoreSettings):
    """Settings of a stack of target docker."""

    docker: DockerHost = DockerHost()
    """The machine, and where the application answers on it."""
    database: Database = Database()
    """PostgreSQL on the machine. It is left out where secrets.DATABASE_URL names another database."""
    redis: Cache = Cache()
    """Redis on the machine. It is left out where secrets.REDIS_URL names another one, or no workers need one."""

    @rule
    def _development_has_a_folder(self) -> None:
        if self.docker.development and self.app.image.build is None:
            raise ValueError(
                "docker.development runs the application from its folder, and app.image has none: set app.image.build to it, "
                "or remove docker.development"
            )

    @property
    def builds_need_registry(self) -> bool:
        """The machine's own engine builds, and keeps what it has built."""
        return False

    @property
    def puller(self) -> str:
        """What pulls the image, for errors."""
        return "the machine"

    @cached_property
    def described(self) -> DockerAppDescription:
        """The application and each of its parts. Raises `ProblemsError`."""
        chosen = {field: getattr(self.docker, field) for field in self.docker.model_fields_set - {"host", "development"}}
        if self.docker.development and self.app.image.build is not None:
            chosen["source"] = str(Path(self.app.image.build).resolve())
        values = {**chosen, "app": self.app, "secrets": self.variables}
        return assembled(DockerAppDescription, values, beyond=[DockerAppOptions])


SETTINGS = DockerSettings


def deploy(settings: DockerSettings) -> None:
    """Network, database, Redis and application on the machine."""
    platform = _check_engine(settings)
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
        further = settings.further_databases
        placed = settings.database.placed(DockerPostgresqlModel, databases=further, **place)
        database = DockerPostgresql.from_model(f"{settings.name}-database", placed, on_host)
        secrets |= {"DATABASE_URL": database.url, **as_variables(database.database_urls, further)}
        if settings.docker.development:
            # On the same server; Rails empties the database of tests, so it is never that of development.
            secrets.setdefault("TEST_DATABASE_URL", pulumi.Output.concat(database.url, "_test"))
        stores.append(database)
    if settings.makes_redis:
        redis = DockerRedis.from_model(f"{settings.name}-redis", settings.redis.placed(DockerRedisModel, **place), on_host)
        secrets["REDIS_URL"] = redis.url
        stores.append(redis)

    build = {**platform, **({"development": True} if settings.docker.development else {})}
    image = build_in_registry(settings, settings.registry, **build) or build_on_host(settings, on_host, **build)
    arguments = settings.described.placed(DockerAppModel, image=image, secrets=secrets, **place)
    after = pulumi.ResourceOptions(depends_on=stores)
    app = DockerApp.from_model(settings.name, arguments, pulumi.ResourceOptions.merge(on_host, after))
    pulumi.export("url", app.url)
    pulumi.export("image", app.image)
    export_releases(app.image)
    pulumi.export("app", settings.name)
    pulumi.export("console", app.console)
    pulumi.export("exec", app.exec)
    pulumi.export("logs", app.logs)
    if settings.docker.development:
        pulumi.export("tests", app.tests)


def _check_engine(settings: DockerSettings) -> dict[str, ImagePlatform]:
    """See that there is a Docker engine, that it can run what is built, and that the port is free; the platform to build for.

    Before anything is registered. Raises `EngineError`, or `pulumi.RunError`.
    """
    engine, host, image = DockerEngine.connect(settings.docker.host), settings.docker, settings.app.image
    is_near = (host.host or usual_host()).startswith("unix://")
    if host.development and not is_near:
        raise pulumi.RunError(
            "docker.development runs the application from its folder on this machine, and the engine is "
            f"{host.host or usual_host()}: remove docker.development, or docker.host and DOCKER_HOST"
        )
    for port in host.ports:
        check_port(engine, host.published_address, port, is_near=is_near, is_chosen=not host.tls)
    architecture = engine.architecture()
    runs, built, is_chosen = _PLATFORMS.get(architecture), image.platform, "platform" in image.model_fields_set
    if image.build is None or runs is None or runs is built:
        return {}
    if is_chosen:
        raise pulumi.RunError(
            f"app.image.platform is {built.value} and the Docker engine runs on {architecture}: set app.image.platform to "
            f"{runs.value}, or remove it"
        )
    return {"platform": runs}


def _provider(settings: DockerSettings) -> pulumi_docker.Provider:
    logins: list[Any] = []
    if (registry := settings.registry) is not None:
        password = pulumi.Output.secret(settings.secrets[REGISTRY_PASSWORD])
        logins.append({"address": registry.server, "username": registry.username, "password": password})
    return pulumi_docker.Provider("docker", host=settings.docker.host, registry_auth=logins)
