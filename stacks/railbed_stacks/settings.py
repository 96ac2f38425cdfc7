"""What the settings of every stack have in common: everything under `railbed:` in Pulumi.<stack>.yaml."""

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret
from pydantic import ValidationError, model_validator

from railbed.description.app import App
from railbed.description.decided_variables import problems_of_names, refuse
from railbed.description.one_place import problems_of_places
from railbed.image.registry import RegistryServer, RegistryUser
from railbed.stores.further_databases import url_beside, variable_of
from railbed.stores.variables import SecretVariables
from railbed.validation.arguments import Arguments, Options
from railbed.validation.checks import Checks, InvalidArguments
from railbed.validation.problems import problems_of
from railbed.validation.rules import last_rule, rule
from railbed.validation.types import FROM_FILE
from railbed_stacks import component_secrets
from railbed_stacks.clear_text import problems_in_clear_text
from railbed_stacks.written_values import dates, numbers, written

if TYPE_CHECKING:
    from railbed.image.rails_image_arguments import RailsImageOptions

REGISTRY_PASSWORD = "REGISTRY_PASSWORD"


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
    DOCKER = "docker"
    """One machine with Docker."""


class Registry(Arguments):
    """Credentials of a private image registry; its password is in `secrets` as REGISTRY_PASSWORD."""

    server: RegistryServer
    """Host of the registry, as image references name it: registry.example.com. For Docker Hub: https://index.docker.io/v1/."""
    username: RegistryUser
    """User name or name of a token."""


def check_password(registry: Registry | None, secrets: Mapping[str, object]) -> None:
    """Raise `ValueError` for a registry whose password is not among the secrets."""
    if registry is not None and REGISTRY_PASSWORD not in secrets:
        raise ValueError(
            "registry is given without its password: run "
            f"`pulumi config set --secret --path railbed:secrets.{REGISTRY_PASSWORD}`"
        )


class Settings(Arguments):
    """Settings of a stack of any target."""

    target: Target
    """Where the application runs: cluster, doks, eks, ecs or docker."""
    app: App
    """The application."""
    secrets: SecretVariables = {}
    """Secret environment variables; set them with `pulumi config set --secret --path railbed:secrets.NAME`."""

    @property
    def name(self) -> str:
        """Name of the application, which the names of everything start with."""
        return self.app.name

    @property
    def variables(self) -> Mapping[str, str]:
        """The secret variables that every container of the application gets."""
        others = {REGISTRY_PASSWORD, *component_secrets.NAMES}
        return {**self.addresses_beside, **{name: value for name, value in self.secrets.items() if name not in others}}

    @property
    def further_databases(self) -> list[str]:
        """Those of the application's further databases that are on the primary's server."""
        return [name for name in self.app.databases if variable_of(name) not in self.secrets]

    @property
    def databases_on_server(self) -> int:
        """How many databases the application has on the primary's server."""
        return 1 + len(self.further_databases)

    @cached_property
    def addresses_beside(self) -> Mapping[str, str]:
        """Addresses of further databases on the server that secrets.DATABASE_URL names. Raises `ValueError`."""
        primary = self.secrets.get("DATABASE_URL")
        return {variable_of(name): url_beside(primary, name) for name in self.further_databases} if primary else {}

    @property
    @abstractmethod
    def described(self) -> Options:
        """The application and each of its parts, checked before anything is registered. Raises `ProblemsError`."""

    @property
    def made_variables(self) -> Sequence[str]:
        """Names of further ones, which the stack makes: addresses of its data stores."""
        return ()

    @property
    def sections_in_use(self) -> set[str]:
        """Sections whose components this stack makes."""
        return set()

    @cached_property
    def image_options(self) -> "RailsImageOptions | None":
        """How the image is built, where the stack builds it. Raises `ProblemsError`."""
        if self.app.image.build is None:
            return None
        # Imported by need: an image that exists has no use for Docker's SDK.
        from railbed.image.rails_image_arguments import RailsImageOptions

        checks, web = Checks(), self.app.web
        of_app = {"app_server": web.server, "port": web.port, "user": self.app.user, "workdir": self.app.workdir}
        options = checks.checked("app.image", RailsImageOptions, {**self.app.image.build_settings(), **of_app})
        checks.refuse()
        assert isinstance(options, RailsImageOptions)
        return options

    @model_validator(mode="before")
    @classmethod
    def _secrets_reach_their_sections(cls, given: Any) -> Any:
        return component_secrets.in_sections(given, cls.model_fields) if isinstance(given, Mapping) else given

    @rule
    def _image_can_be_built(self) -> None:
        _ = self.image_options

    @rule
    def _one_place_for_each_variable(self) -> None:
        refuse(problems_of_places({"app.env": self.app.env, "secrets": self.secrets}))

    @rule
    def _further_databases_have_addresses(self) -> None:
        try:
            _ = self.addresses_beside
        except ValueError as error:
            raise ValueError(f"app.databases: {error}") from None

    @rule
    def _made_variables_are_not_given(self) -> None:
        made_by_stack = {*self.made_variables, *map(variable_of, self.further_databases)}
        for place, env in self.app.variables.items():
            if made := sorted(set(env) & made_by_stack):
                raise ValueError(
                    f"app.{place}.{made[0]}: is set by the stack; remove it, or move your own to secrets.{made[0]}"
                )

    @rule
    def _settings_decide_their_variables(self) -> None:
        refuse(problems_of_names("secrets", set(self.secrets) - set(component_secrets.NAMES), self.app.deciding("app.")))

    @last_rule
    def _application_is_right(self) -> None:
        _ = self.described

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
        for section in sorted(set(values) - {"app", "secrets"}):
            problems += component_secrets.problems_in_clear_text(section, values[section])
        try:
            settings = cls.model_validate(values, context=FROM_FILE)
        except ValidationError as error:
            found = component_secrets.as_given(problems_of(error, cls), values, cls.model_fields)
            raise InvalidArguments(subject, [*found, *problems]) from None
        problems += component_secrets.unread(settings.secrets, cls.model_fields, settings.sections_in_use)
        problems += problems_in_clear_text(settings.secrets)
        problems = problems or list(settings._bent_numbers(values))
        if problems:
            raise InvalidArguments(subject, problems)
        return settings

    def _bent_numbers(self, values: Mapping[str, Any]) -> Iterator[str]:
        """A problem for each string that YAML took for a number and changed, as far as the stack's file tells it."""
        found = written(Path(pulumi.runtime.get_root_directory() or ".") / f"Pulumi.{pulumi.get_stack()}.yaml")
        for section, node in found.items():
            yield from numbers(node, values.get(section), getattr(self, section, None), section)

    def app_secrets(self) -> dict[str, pulumi.Input[str]]:
        """The secret variables that every container of the application gets, as secrets of Pulumi."""
        return {key: pulumi.Output.secret(value) for key, value in self.variables.items()}


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
