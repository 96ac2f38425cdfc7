"""The application's image, where the stack builds it."""

from typing import Any

import pulumi

from railbed.image_registry import host_of_server
from stacks.settings import PLACEHOLDER, REGISTRY_PASSWORD, Registry, Settings


def image_to_come(settings: Settings) -> dict[str, Any]:
    """The argument of an application whose image is not built yet, while it is checked; none where the image exists."""
    return {} if settings.app.image.build is None else {"image": f"{PLACEHOLDER}:to-come"}


def image_name(settings: Settings) -> str:
    """Name of the application's images in their registry."""
    return settings.app.image.repository or settings.app.name


def build_image(
    settings: Settings,
    repository: pulumi.Input[str],
    username: pulumi.Input[str],
    password: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None = None,
) -> dict[str, Any]:
    """Build the image and push it there; the argument of the application that gets it."""
    from railbed import RailsImage  # an image that exists has no use for the SDKs of Docker

    credentials = {"username": username, "password": password}
    arguments: Any = {**settings.app.image.build_settings(), **settings.of_image(repository), **credentials}
    image = RailsImage(settings.name, arguments, opts)
    pulumi.export("image_tag", image.tagged_ref)
    return {"image": image.ref}


def build_in_registry(settings: Settings, registry: Registry | None) -> dict[str, Any]:
    """The same, in a registry of the settings; nothing where the image exists."""
    if settings.app.image.build is None or registry is None:
        return {}
    password = pulumi.Output.secret(settings.secrets[REGISTRY_PASSWORD])
    return build_image(settings, f"{host_of_server(registry.server)}/{image_name(settings)}", registry.username, password)
