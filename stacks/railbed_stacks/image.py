"""The application's image, where the stack builds it."""

from typing import Any

import pulumi

from railbed.image.registry import host_of_server
from railbed_stacks.settings import REGISTRY_PASSWORD, Registry, Settings


def image_name(settings: Settings) -> str:
    """Name of the application's images in their registry."""
    return settings.app.image.repository or settings.app.name


def build_image(
    settings: Settings,
    repository: pulumi.Input[str],
    username: pulumi.Input[str],
    password: pulumi.Input[str],
    **options: Any,
) -> pulumi.Input[str] | None:
    """Build the image and push it there; None where the image exists. `options` take the place of the settings'."""
    return _built(settings, None, repository=repository, username=username, password=password, **options)


def build_on_host(settings: Settings, opts: pulumi.ResourceOptions, **options: Any) -> pulumi.Input[str] | None:
    """Build the image with the engine of a provider, which keeps it; None where the image exists."""
    return _built(settings, opts, repository=f"localhost/{image_name(settings)}", push=False, **options)


def _built(settings: Settings, opts: pulumi.ResourceOptions | None, **placement: Any) -> pulumi.Input[str] | None:
    if settings.image_options is None:
        return None
    # Imported by need: an image that exists has no use for Docker's SDK.
    from railbed.image.rails_image import RailsImage
    from railbed.image.rails_image_arguments import RailsImageModel

    image = RailsImage.from_model(settings.name, settings.image_options.placed(RailsImageModel, **placement), opts)
    pulumi.export("image_tag", image.tagged_ref)
    return image.ref


def build_in_registry(settings: Settings, registry: Registry | None, **options: Any) -> pulumi.Input[str] | None:
    """The same, in a registry of the settings."""
    if registry is None:
        return None
    password = pulumi.Output.secret(settings.secrets.get(REGISTRY_PASSWORD, ""))
    repository = f"{host_of_server(registry.server)}/{image_name(settings)}"
    return build_image(settings, repository, registry.username, password, **options)
