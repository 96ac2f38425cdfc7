"""What the settings of every stack have in common: everything under `railbed:` in Pulumi.<stack>.yaml."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret
from pydantic import BaseModel, Field, ValidationError, model_validator

from railbed.app import App
from railbed.arguments import FROM_FILE, Arguments, InvalidArguments, problems_of
from railbed.decided_variables import problems_of_names, refuse
from railbed.image_registry import RegistryServer
from railbed.store_variables import SecretVariables
from stacks import component_secrets
from stacks.clear_text import problems_in_clear_text
from stacks.written_values import dates, numbers, written

SettingsT = TypeVar("SettingsT", bound="Settings")

REGISTRY_PASSWORD = "REGISTRY_PASSWORD"

PLACEHOLDER = "registry.example.com/app"
"""Stands for the repository of an image that is not built yet, while settings are checked."""


class Target(str, Enum):
    """Where the application runs."""

    CLUSTER = "cluster"
    """Any Kubernetes cluster that a kubeconfig names."""
    DOKS = "doks"
    """DigitalOcean Kubernetes, with managed databases."""
    EKS = "eks"
    """Amazon EKS, with RDS and ElastiCache."""
    ECS = "ecs"
    """Amazon ECS, with RDS and ElastiCache."""


class Registry(Arguments):
    """Credentials of a private image registry; its password is in `secrets` as REGISTRY_PASSWORD."""

    server: RegistryServer
    """Host of the registry, as image references name it: registry.example.com. For Docker Hub: https://index.docker.io/v1/."""
    username: Annotated[str, Field(min_length=1)]
    """User name or name of a token."""


@dataclass(frozen=True)
class Part:
    """A section of the settings that is handed to a component, with the model that the component checks it with."""

    section: str
    """Name of the setting."""
    model: type[BaseModel]
    """The component's arguments."""
    arguments: Mapping[str, Any]
    """The section."""
    given: Mapping[str, Any]
    """What the stack adds, in anything of the right form."""

    def checked(self) -> BaseModel:
        """The section as the component reads it.

        Raises `pydantic.ValidationError`.
        """
        return self.model.model_validate({**self.arguments, **self.given}, context=FROM_FILE)

    def problems(self) -> Iterator[str]:
        """What the component would refuse, as the user wrote it."""
        yield from component_secrets.problems_in_clear_text(self.section, self.arguments)
        secret = component_secrets.ARGUMENTS.get(self.section, ())
        for taken in sorted(set(self.arguments) & set(self.given) - set(secret)):
            yield f"{self.section}.{taken}: is what the stack gives by itself: remove it"
        try:
            self.checked()
        except ValidationError as error:
            for problem in problems_of(error, self.model):
                path, colon, _ = problem.partition(":")
                yield f"{self.section}.{problem}" if colon and " " not in path else f"{self.section}: {problem}"


class Settings(Arguments):
    """What a stack of any target is told."""

    target: Target
    """Where the application runs: cluster, doks, eks or ecs."""
    app: App
    """The application."""
    secrets: SecretVariables = {}
    """Secret environment variables; set them with `pulumi config set --secret --path railbed:secrets.NAME`."""

    @property
    def name(self) -> str:
        """Name of the application, which the names of everything start with."""
        return self.app.name

    @classmethod
    def from_config(cls) -> Self:
        """Read the stack's config.

        Raises `railbed.InvalidArguments` with every problem found.
        """
        subject = f"The settings of stack '{pulumi.get_stack()}' (Pulumi.{pulumi.get_stack()}.yaml)"
        values = _values(cls)
        shown = [field for field in cls.model_fields if field != "secrets" and is_config_secret(f"railbed:{field}")]
        if shown:
            raise InvalidArguments(
                subject,
                [
                    f"{field}: holds a secure value, which would not stay secret there: move it to secrets"
                    f"{component_secrets.place_of(field, values[field])}"
                    for field in shown
                ],
            )
        problems = [problem for section, value in values.items() for problem in dates(value, section)]
        try:
            settings = cls.model_validate(values, context=FROM_FILE)
        except ValidationError as error:
            raise InvalidArguments(subject, [*problems_of(error, cls), *problems]) from None
        problems += [problem for part in settings.parts() for problem in part.problems()]
        others = set(values) - {"app", "secrets", *(part.section for part in settings.parts())}
        for section in sorted(others):
            problems += component_secrets.problems_in_clear_text(section, values[section])
        problems += component_secrets.unread(settings.secrets, settings.read_by_components)
        problems += problems_in_clear_text(settings.secrets)
        problems = problems or list(settings.bent_numbers(values))
        if problems:
            raise InvalidArguments(subject, problems)
        return settings

    def bent_numbers(self, values: Mapping[str, Any]) -> Iterator[str]:
        """A problem for each text that YAML took for a number and changed, as far as the stack's file tells it."""
        found = written(Path(pulumi.runtime.get_root_directory() or ".") / f"Pulumi.{pulumi.get_stack()}.yaml")
        checked = {part.section: part.checked() for part in self.parts()}
        for section, node in found.items():
            yield from numbers(node, values.get(section), checked.get(section, getattr(self, section, None)), section)

    def parts(self) -> Iterator[Part]:
        """The sections that components check."""
        if self.app.image.build is not None:
            # Imported by need: an image that exists has no use for Docker's SDK.
            from railbed.docker.rails_image_arguments import RailsImageModel

            yield Part("app.image", RailsImageModel, self.app.image.build_settings(), self.of_image(PLACEHOLDER))

    def of_image(self, repository: pulumi.Input[str]) -> dict[str, Any]:
        """Arguments of RailsImage that follow from other settings."""
        server = {"app_server": self.app.web.server, "port": self.app.web.port}
        return {"repository": repository, **server, "user": self.app.user, "workdir": self.app.workdir}

    @model_validator(mode="after")
    def _one_place_for_each_variable(self) -> Self:
        both = sorted(set(self.app.env) & set(self.secrets))
        if both:
            raise ValueError(f"{', '.join(both)} in both app.env and secrets: keep each in one of them")
        return self

    @model_validator(mode="after")
    def _settings_decide_their_variables(self) -> Self:
        refuse(problems_of_names("secrets", set(self.secrets) - set(component_secrets.NAMES), self.app.deciding("app.")))
        return self

    @property
    def read_by_components(self) -> set[str]:
        """Names in `secrets` that components of this stack read."""
        return {
            component_secrets.name_of(part.section, argument)
            for part in self.parts()
            for argument in component_secrets.arguments_of(part.section, part.model, self.secrets)
        }

    @property
    def names_for_app(self) -> list[str]:
        """Names in `secrets` that the application gets."""
        return [name for name in self.secrets if name != REGISTRY_PASSWORD and name not in component_secrets.NAMES]

    def app_secrets(self) -> dict[str, pulumi.Input[str]]:
        """The secret variables that every container of the application gets."""
        return {name: pulumi.Output.secret(self.secrets[name]) for name in self.names_for_app}


def target_in_config() -> str | None:
    """The target that the stack's config names, unchecked."""
    return pulumi.Config("railbed").get("target")


def _values(model: type[Settings]) -> dict[str, Any]:
    """All values of the stack's config under `railbed:`, also those that no setting has the name of."""
    given = {**get_config_env(), **CONFIG.get()}
    named = [key.removeprefix("railbed:") for key in given if key.startswith("railbed:")]
    config = pulumi.Config("railbed")
    return {field: _value(config.get(field)) for field in dict.fromkeys([*model.model_fields, *named])}


def _value(text: str | None) -> Any:
    # Pulumi gives mappings and lists as JSON, everything else as its text, and a key without a value as an empty one.
    if not text or not text.lstrip().startswith(("{", "[")):
        return text or None
    try:
        return json.loads(text)
    except ValueError:
        return text
