"""Whether pods and tasks can pull the image that the settings name, as far as its reference tells."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from railbed.description.image_source import ImageSource
from railbed.image.registry import (
    DIGITALOCEAN,
    DOCKER_HUB,
    DOCKER_HUB_SERVERS,
    ecr_repository,
    host_of_server,
    registry_of,
    repository_path,
)
from railbed_stacks.settings import Target

_SELDOM_PUBLIC = re.compile(r".*\.azurecr\.io|(.*\.)?gcr\.io|.*-docker\.pkg\.dev|.*\.ocir\.io")
"""Registries of clouds where an application's image is hardly ever public."""


def check_registry(server: str, source: ImageSource, settings: Mapping[str, Any], more: tuple[str, ...] = ()) -> None:
    """Raise where no image of the settings, foremost the application's, and none of `more` is in that registry."""
    if source.ref is None:
        return  # it is built, and pushed there
    if host_of_server(server) not in map(registry_of, [*_images(settings), *more]):
        host = registry_of(source.ref)
        raise ValueError(
            f"registry.server is {server} and app.image.ref is in {host}, so the image would be pulled without credentials: "
            f"set registry.server to {_server_of(host)}, or remove registry if the image is public"
        )


def check_without_credentials(reference: str, target: Target) -> None:
    """Raise where the image is in a registry without public images to which the target has no access of its own."""
    host = registry_of(reference)
    if target is Target.DOKS and ecr_repository(reference):
        mend = f"push the image to {DIGITALOCEAN}, as passwords of ECR expire after 12 hours"
    elif target is Target.EKS and host == DIGITALOCEAN:
        mend = f"push the image to ECR, or {_set_registry(host)}"
    elif target is Target.ECS and host == DIGITALOCEAN:
        mend = "push the image to ECR, as tasks pull from ECR and public registries only"
    else:
        return
    raise ValueError(
        f"app.image.ref is in {host}, a private registry, and target {target.value} has no credentials for it: {mend}"
    )


def _set_registry(host: str) -> str:
    """How to give the credentials of a registry."""
    return (
        f"set `railbed:registry` to {{server: {_server_of(host)}, username: ...}} and run "
        "`pulumi config set --secret --path railbed:secrets.REGISTRY_PASSWORD`"
    )


def digitalocean_registry(reference: str) -> tuple[str, str]:
    """Name of the account's registry that an image is in, and of its repository there."""
    registry, slash, repository = repository_path(reference).partition("/")
    if not slash or not repository:
        raise ValueError(
            f"app.image.ref: found '{reference}'; images of DigitalOcean are named {DIGITALOCEAN}/REGISTRY/REPOSITORY:TAG"
        )
    return registry, repository


def doubt_about(reference: str, target: Target) -> str | None:
    """What to warn of where an image that is likely private is pulled without credentials in the settings."""
    host = registry_of(reference)
    always_private = host == DIGITALOCEAN or ecr_repository(reference) is not None
    if (always_private and target in (Target.CLUSTER, Target.DOCKER)) or _SELDOM_PUBLIC.fullmatch(host):
        has_none = (
            "Docker cannot pull the image unless the machine has it"
            if target is Target.DOCKER
            else "Unless the nodes have credentials of their own, no pod can pull the image"
        )
        return (
            f"app.image.ref is in {host}, which is usually private, and railbed:registry is not set. {has_none}: "
            f"{_set_registry(host)}."
        )
    return None


def _server_of(host: str) -> str:
    return DOCKER_HUB_SERVERS[0] if host == DOCKER_HUB else host


def _images(settings: Any) -> Iterator[str]:
    """Every reference of an image in the settings, the overrides of Kubernetes objects included."""
    if isinstance(settings, Mapping):
        for key, value in settings.items():
            if isinstance(value, str) and (key in ("image", "ref") or key.endswith("_image")):
                yield value
            else:
                yield from _images(value)
    elif isinstance(settings, list | tuple):
        for item in settings:
            yield from _images(item)
