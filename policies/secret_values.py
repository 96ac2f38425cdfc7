"""Secrets are read by whoever needs them, and by nobody else."""

import base64
import re
from collections.abc import Iterator
from typing import Any

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from clear_text import form_of_secret, secret_in_clear_text, secrets_in_words
from containers import JSON_OF_CONTAINERS, containers
from known import known, mappings, mappings_within

Found = Iterator[tuple[str, str]]
"""Names of secrets, and the places where everyone can read them."""

_SETTING = re.compile(r"""^[\s-]*(?:export\s+)?["']?([A-Za-z][\w.-]*)["']?[ \t]*[=:][ \t]*(\S.*?),?[ \t\r]*$""", re.MULTILINE)
_COMMANDS = ("command", "args", "entryPoint")


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    for name, place in dict.fromkeys(_secrets(args)):
        # The value is never told: the policy's output is in the log of whoever runs the preview.
        report_violation(
            f"{args.name}: {name} in {place} can be read by everybody who can read the configuration: move it to secrets",
            None,
        )


def _secrets(args: ResourceValidationArgs) -> Found:
    kind, props = args.resource_type, known(args.props)
    if kind.startswith("kubernetes:"):
        yield from _of_kubernetes(kind.rsplit(":", 1)[-1].removesuffix("Patch"), props)
    elif kind in _OTHERS:
        yield from _OTHERS[kind](props)
    place = "a task definition" if kind in JSON_OF_CONTAINERS else "a pod"
    for container in containers(kind, args.props):
        yield from ((name, place) for name in _of_container(container))


def _of_kubernetes(kind: str, props: dict[str, Any]) -> Found:
    if kind == "ConfigMap":
        yield from ((name, "a ConfigMap") for name in _of_files(_texts_of(props.get("data"))))
        yield from ((name, "a ConfigMap") for name in _of_files(_decoded(_texts_of(props.get("binaryData")))))
    for metadata in (each["metadata"] for each in mappings_within(props) if isinstance(each.get("metadata"), dict)):
        for marks in ("annotations", "labels"):
            for name, value in _texts_of(metadata.get(marks)).items():
                if form_of_secret(value):
                    yield name, marks


def _of_container(container: dict[str, Any]) -> Iterator[str]:
    for entry in (*mappings(container.get("environment")), *mappings(container.get("env"))):
        yield from _of_variables({str(entry.get("name")): entry.get("value")})
    yield from _of_variables(container.get("dockerLabels"))
    for options in mappings_within([container.get("logConfiguration"), container.get("firelensConfiguration")]):
        yield from _of_variables(options.get("options"))
    for each in mappings_within(container):
        for key in _COMMANDS:
            words = each.get(key)
            if isinstance(words, list):
                known_words = [word if isinstance(word, str) else "" for word in words]
                yield from (f"word {position + 1} of {key}" for position, _ in secrets_in_words(known_words))
        for header in mappings(each.get("httpHeaders")):
            yield from _of_variables({str(header.get("name")): header.get("value")})
            if str(header.get("name")).lower() == "authorization" and header.get("value"):
                yield str(header.get("name"))


def _of_variables(variables: Any) -> Iterator[str]:
    for name, value in _texts_of(variables).items():
        if secret_in_clear_text(name, value):
            yield name


def _of_files(files: dict[str, str]) -> Iterator[str]:
    """Variables, and files with settings in them, one a line."""
    for name, content in files.items():
        is_file = "\n" in content.strip() or "." in name
        settings = _SETTING.findall(content) if is_file else []
        within = [setting for setting, value in settings if secret_in_clear_text(setting, value.strip("\"'"))]
        yield from (f"{setting} of {name}" for setting in within)
        if not within and secret_in_clear_text(name, content):
            yield name


def _texts_of(values: Any) -> dict[str, str]:
    return {str(name): value for name, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}


def _decoded(values: dict[str, str]) -> dict[str, str]:
    return {name: _of_base64(value) for name, value in values.items()}


def _of_base64(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return value


def _of_parameter(props: dict[str, Any]) -> Found:
    name = str(props.get("name") or "").rsplit("/", 1)[-1]
    if props.get("type") in ("String", "StringList"):
        for field in ("value", "insecureValue"):
            if isinstance(props.get(field), str) and secret_in_clear_text(name, props[field]):
                yield name or field, "a parameter of SSM that is not encrypted (type: SecureString)"


def _of_build(props: dict[str, Any]) -> Found:
    for each in mappings_within(props.get("environment")):
        for variable in mappings(each.get("environmentVariables")):
            if variable.get("type") in (None, "PLAINTEXT"):
                yield from ((name, "a build") for name in _of_variables({str(variable.get("name")): variable.get("value")}))


def _of_platform(props: dict[str, Any]) -> Found:
    for each in mappings_within(props.get("spec")):
        for variable in mappings(each.get("envs")):
            if variable.get("type") != "SECRET":
                yield from ((name, "an app") for name in _of_variables({str(variable.get("key")): variable.get("value")}))


def _of_user_data(props: dict[str, Any]) -> Found:
    for field in ("userData", "userDataBase64"):
        if isinstance(props.get(field), str):
            yield from ((name, "user data") for name in _of_files({field: _of_base64(props[field]) + "\n"}))


_OTHERS = {
    "aws:ssm/parameter:Parameter": _of_parameter,
    "aws:codebuild/project:Project": _of_build,
    "aws:ec2/instance:Instance": _of_user_data,
    "aws:ec2/launchTemplate:LaunchTemplate": _of_user_data,
    "digitalocean:index/app:App": _of_platform,
    "digitalocean:index/droplet:Droplet": _of_user_data,
}


SECRETS_ARE_NOT_IN_CLEAR_TEXT = ResourceValidationPolicy(
    name="secrets-are-not-in-clear-text",
    description="No password, token or key where everybody reads it: variables, files, commands, labels, plain parameters.",
    validate=_check,
)
