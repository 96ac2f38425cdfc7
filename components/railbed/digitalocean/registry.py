"""DigitalOceanRegistry: where the application's container images are kept."""

import base64
import json
import re
from typing import Annotated, Any

import pulumi
from pulumi_digitalocean.container_registry import ContainerRegistry, ContainerRegistryArgs
from pulumi_digitalocean.container_registry_docker_credentials import ContainerRegistryDockerCredentials

from railbed.args import DigitalOceanRegistryArgs
from railbed.component import Component
from railbed.digitalocean.regions import RegistryRegion
from railbed.enums import RegistryTier
from railbed.image.registry import DIGITALOCEAN
from railbed.validation.arguments import Options, Placed
from railbed.validation.known_values import where_known
from railbed.validation.overrides import check_overrides, overridden
from railbed.validation.rules import rule
from railbed.validation.types import InputText, matching

SERVER = DIGITALOCEAN


def _name(value: str) -> str:
    # registry_create in DigitalOcean's OpenAPI description.
    if not re.fullmatch("[a-z0-9-]{1,63}", value):
        raise ValueError("specify the registry's name: lower case letters, digits and dashes, 63 characters at most")
    return value


class DigitalOceanRegistryOptions(Options):
    """Options of DigitalOceanRegistry."""

    existing: Annotated[InputText, where_known(_name)] | None = None
    """Name of a registry that the account has already; most accounts can have only one, for all applications. A change
    creates new credentials. Default: none, a registry is created."""
    tier: RegistryTier = RegistryTier.BASIC
    """Subscription: starter, basic or professional; a change updates it. Default basic, as one image of a Rails application may
    fill starter."""
    region: RegistryRegion | None = None
    """Region where images are kept: ams3, fra1, nyc3, sfo3 or sgp1. A change would replace the registry, which `protect`
    refuses. Default: chosen by DigitalOcean."""
    push: bool = True
    """Whether there are credentials to push with. Default true; false where images come from elsewhere and are only pulled."""
    protect: bool = True
    """Whether Pulumi refuses to delete the registry with all its images: set to false and update before you destroy. Default
    true."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the resources that the component creates, by child: registry."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        given = sorted({"tier", "region", "protect", "overrides"} & self.model_fields_set)
        if self.existing is not None and given:
            have, them = ("has", "it") if len(given) == 1 else ("have", "them")
            raise ValueError(
                f"{' and '.join(given)} {have} no effect with existing: that registry is not managed here; remove {them}"
            )

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, {"registry": ContainerRegistryArgs})


class DigitalOceanRegistryModel(DigitalOceanRegistryOptions, Placed):
    """Arguments of DigitalOceanRegistry."""

    repository: (
        Annotated[
            str,
            matching(
                "[a-z0-9]+([._/-][a-z0-9]+)*",
                "use lower case letters and digits, with single dots, dashes, underscores or slashes between",
            ),
        ]
        | None
    ) = None
    """Name of the application's repository in the registry; the first push makes it. Default: the component's name."""


class DigitalOceanRegistry(Component[DigitalOceanRegistryModel]):
    """A container registry, with one pair of credentials to push and one that can only pull.

    The credentials do not expire; they are revoked when the component is destroyed.

    Raises `InvalidArguments` before anything is registered.
    """

    server: pulumi.Output[str]
    """Host of the registry."""
    repository_url: pulumi.Output[str]
    """The application's repository, to which an image's tag or digest is added."""
    username: pulumi.Output[str]
    """User name to push with; empty without `push`. Secret."""
    password: pulumi.Output[str]
    """Password to push with; empty without `push`. Secret."""
    pull_username: pulumi.Output[str]
    """User name to pull with, for RegistryCredentials. Secret."""
    pull_password: pulumi.Output[str]
    """Password to pull with, for RegistryCredentials. Secret."""

    def __init__(self, name: str, args: DigitalOceanRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DigitalOceanRegistryModel, opts)
        wanted = self._arguments

        registry_name = (
            self._registry(name, wanted).name if wanted.existing is None else pulumi.Output.from_input(wanted.existing)
        )
        pull = self._credentials(f"{name}-pull", registry_name, write=False)

        self.server = pulumi.Output.from_input(SERVER)
        self.repository_url = pulumi.Output.concat(f"{SERVER}/", registry_name, f"/{wanted.repository or name}")
        nobody: pulumi.Output[str] = pulumi.Output.secret("")
        self.username, self.password = (
            _pair(self._credentials(f"{name}-push", registry_name, write=True)) if wanted.push else (nobody, nobody)
        )
        self.pull_username, self.pull_password = _pair(pull)
        self._register_outputs()

    def _registry(self, name: str, wanted: DigitalOceanRegistryModel) -> ContainerRegistry:
        inputs: dict[str, Any] = {"subscription_tier_slug": wanted.tier.value}
        if wanted.region is not None:
            inputs["region"] = wanted.region
        return ContainerRegistry(
            name,
            **overridden(inputs, wanted.overrides, "registry"),
            opts=pulumi.ResourceOptions(parent=self, protect=wanted.protect),
        )

    def _credentials(self, name: str, registry_name: pulumi.Output[str], *, write: bool) -> ContainerRegistryDockerCredentials:
        return ContainerRegistryDockerCredentials(
            name, registry_name=registry_name, write=write, opts=pulumi.ResourceOptions(parent=self)
        )


def _pair(credentials: ContainerRegistryDockerCredentials) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
    hidden: pulumi.Output[str] = pulumi.Output.secret(credentials.docker_credentials)
    return hidden.apply(lambda text: _user_and_password(text)[0]), hidden.apply(lambda text: _user_and_password(text)[1])


def _user_and_password(docker_configuration: str) -> tuple[str, str]:
    """User name and password in a Docker configuration, which keeps them as base64 of both."""
    entry = json.loads(docker_configuration)["auths"][SERVER]
    username, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
    return username, password
