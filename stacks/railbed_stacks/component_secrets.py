"""Secret arguments of components: they come from `secrets`, where their names are RAILBED_SECTION_ARGUMENT, and nowhere else.

Those names cannot be the application's own, which are refused with that prefix, and never reach it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import pulumi
from pydantic.fields import FieldInfo

from railbed.description.decided_variables import OWN_PREFIX
from railbed.secrets.clear_text import form_of_secret, has_secret_name, secret_in_clear_text

ARGUMENTS = {"database": ("password",), "redis": ("auth_token",), "cluster": ("api_token",)}
"""Secret arguments by the section of the settings that is handed to their component."""

_REFERENCES = ("tls_secret", "pull_secrets", "secret_references", "manage_master_user_password")
"""Arguments with the name of a secret that only say where one is."""


def name_of(section: str, argument: str) -> str:
    """The name in `secrets` of a component's argument: RAILBED_DATABASE_PASSWORD."""
    return f"{OWN_PREFIX}{section}_{argument}".upper()


NAMES = {name_of(section, argument): section for section, arguments in ARGUMENTS.items() for argument in arguments}
"""All names in `secrets` that are for components, and the sections that get them."""


def _taken_by(fields: Mapping[str, FieldInfo]) -> dict[str, tuple[str, str]]:
    """The names in `secrets` that sections of these settings take, each with its section and argument."""
    sections = {section: getattr(fields[section].annotation, "model_fields", {}) for section in ARGUMENTS if section in fields}
    return {
        name_of(section, argument): (section, argument)
        for section, arguments in sections.items()
        for argument in ARGUMENTS[section]
        if argument in arguments
    }


def in_sections(settings: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Settings of these fields, in which each section holds the secret arguments that it takes."""
    secrets, filled = settings.get("secrets"), dict(settings)
    for name, (section, argument) in _taken_by(fields).items():
        given = filled.get(section) or {}
        if isinstance(secrets, Mapping) and name in secrets and isinstance(given, Mapping):
            filled[section] = {**given, argument: secrets[name]}
    return filled


def as_given(problems: Iterable[str], settings: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    """Problems of settings, each named after the secret that it is of instead of the section that holds it."""
    given = settings.get("secrets")
    places = {
        f"{section}.{argument}: ": f"secrets.{name}: "
        for name, (section, argument) in _taken_by(fields).items()
        if isinstance(given, Mapping) and name in given
    }
    for problem in problems:
        place = next((place for place in places if problem.startswith(place)), "")
        yield places.get(place, "") + problem.removeprefix(place)


def with_secrets(section: str, secrets: Mapping[str, str]) -> dict[str, pulumi.Output[str]]:
    """The secret arguments of a section as its component gets them."""
    named = {argument: name_of(section, argument) for argument in ARGUMENTS.get(section, ())}
    return {argument: pulumi.Output.secret(secrets[name]) for argument, name in named.items() if name in secrets}


def unread(secrets: Iterable[str], fields: Mapping[str, FieldInfo], in_use: Collection[str]) -> Iterator[str]:
    """A problem for each secret of a component that this stack does not make."""
    read = {name for name, (section, _) in _taken_by(fields).items() if section in in_use}
    for name in sorted(set(secrets) & set(NAMES) - read):
        yield (
            f"secrets.{name}: this stack makes no {NAMES[name]} that would take it; remove it "
            f"(`pulumi config rm --path railbed:secrets.{name}`)"
        )


def problems_in_clear_text(section: str, arguments: object, path: str = "") -> Iterator[str]:
    """A problem for each secret in a section of the settings, at any depth, without its value."""
    if isinstance(arguments, Mapping):
        for key, value in arguments.items():
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield from _problem(section, f"{path}{key}", str(key), str(value))
            else:
                yield from problems_in_clear_text(section, value, f"{path}{key}.")
    elif isinstance(arguments, list | tuple):
        for position, value in enumerate(arguments):
            if isinstance(value, str):
                yield from _problem(section, f"{path}{position}", "", value)
            else:
                yield from problems_in_clear_text(section, value, f"{path}{position}.")


def place_of(section: str, arguments: object) -> str:
    """Where in `secrets` the secret of a section belongs, as far as the section tells."""
    named = [argument for argument in ARGUMENTS.get(section, ()) if isinstance(arguments, Mapping) and argument in arguments]
    return f" as {name_of(section, named[0])}" if named else ""


def _problem(section: str, path: str, name: str, value: str) -> Iterator[str]:
    own = path in ARGUMENTS.get(section, ())
    references = name in _REFERENCES or any(each in path.split(".") for each in _REFERENCES)
    reason = secret_in_clear_text(name, value) if has_secret_name(name) and not references else form_of_secret(value)
    if own:
        yield (
            f"{section}.{path}: is a secret: run `pulumi config set --secret --path railbed:secrets.{name_of(section, path)}`, "
            "and remove it here"
        )
    elif reason is not None:
        yield (
            f"{section}.{path}: {reason}, and anyone who can read the settings could read it: remove it; "
            f"secrets of components are {', '.join(sorted(NAMES))}"
        )
