"""A data store on a Docker host: one container with a volume that outlives it."""

import asyncio
from typing import Any

import pulumi
from pulumi_docker import Container, ContainerArgs, Volume
from pydantic import Field

from railbed.description.app import Resources
from railbed.description.health_checks import STORE_INTERVAL_SECONDS, STORE_START_SECONDS, TIMEOUT_SECONDS
from railbed.docker_host.container import Properties, container, limits, on_network, security, temporary
from railbed.docker_host.engine import Engine
from railbed.docker_host.names import as_arguments, host_name, labels_of
from railbed.kubernetes.api.ownership import Owner
from railbed.validation.arguments import Options, Placed
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import InputImage, InputText

STOP_SECONDS = 60


class DockerStoreOptions(Options):
    """What a user chooses of every data store on a Docker host."""

    image: InputImage
    """Container image. A new major version cannot read the old one's files: dump and restore instead."""
    keep_data: bool = True
    """Whether the volume stays when the component is destroyed; the next one of the same name in the same stack takes it up
    again. Default true."""
    resources: Resources = Resources()
    """CPU and memory."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the container that the component creates: container."""

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, {"container": ContainerArgs})


class DockerStore(DockerStoreOptions, Placed):
    """Arguments that every data store on a Docker host takes."""

    network: InputText
    """Name of the Docker network that the store and its clients share."""
    user: int = Field(999, ge=1, le=65535)
    """Number of the user that the container runs as, never 0. Default 999, as in the official images."""
    password: InputText | None = None
    """Password. A change replaces the container and everything that uses its `url`. Default: generated."""
    host: InputText | None = None
    """The provider's Docker host. Default: the one that the docker command would use."""


class StoreVolume:
    """Keeps a volume of somebody else's from being taken for the store's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def before_create(self, args: pulumi.ResourceHookArgs) -> None:
        """Fail if there is a volume of this name that this stack did not make: Docker would hand it out without a word."""
        name = str((args.new_inputs or {})["name"])
        engine = await self._engine.connect()
        labels = await asyncio.to_thread(engine.volume_labels, name)
        owner = Owner.of_program()
        if labels is not None and Owner.of_labels(labels) != owner:
            whose = Owner.of_labels(labels) or "nobody that railbed knows"
            raise pulumi.RunError(
                f"There is a Docker volume {name} already, and it is of {whose}, not of {owner}: rename it or the application; "
                f"`docker volume inspect {name}` tells of it"
            )


def store_volume(name: str, store: DockerStore, component: str, parent: pulumi.Resource) -> Volume:
    """The volume of a store. No change of settings replaces it."""
    return kept_volume(name, component, Engine.of(store.host), parent, keep=store.keep_data)


def kept_volume(name: str, component: str, engine: Engine, parent: pulumi.Resource, *, keep: bool) -> Volume:
    """A volume of the stack's own, which is never taken from somebody else."""
    hook = pulumi.ResourceHook(f"railbed:{type(parent).__name__}:{name}:volume", StoreVolume(engine).before_create)
    return Volume(
        name,
        name=host_name(name),
        labels=as_arguments(labels_of(name, component)),
        opts=pulumi.ResourceOptions(
            parent=parent,
            retain_on_delete=keep,
            ignore_changes=["labels"],
            hooks=pulumi.ResourceHookBinding(before_create=[hook]),
        ),
    )


def store_container(
    name: str,
    store: DockerStore,
    component: str,
    alias: str,
    volume: pulumi.Input[str],
    folder: str,
    ready: list[str],
    parent: pulumi.Resource,
    **fields: Any,
) -> Container:
    """The container of a store. It goes before another one takes its place: two servers would ruin the files of one volume."""
    mounts: list[Properties] = [{"target": folder, "type": "volume", "source": volume}, *temporary(["/tmp"])]
    inputs: Properties = {
        **limits(store.resources),
        **security(store.user),
        "networks_advanced": on_network(store.network, alias),
        "mounts": mounts,
        "healthcheck": {
            "tests": ["CMD", *ready],
            "interval": f"{STORE_INTERVAL_SECONDS}s",
            "timeout": f"{TIMEOUT_SECONDS}s",
            "start_period": f"{STORE_START_SECONDS}s",
            "retries": 3,
        },
        **fields,
    }
    return container(
        name,
        parent,
        inputs,
        labels_of(name, component),
        stop_seconds=STOP_SECONDS,
        overrides=store.overrides,
        opts=pulumi.ResourceOptions(delete_before_replace=True),
    )
