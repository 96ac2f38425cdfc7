"""The `aws:` section of a stack's config: who everything in a program is at AWS, provider and hooks alike.

Pulumi itself reads it for its default provider only, so that a provider which a program makes would be somebody else.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Self, TypeAlias

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret
from pydantic import BeforeValidator, Field, ValidationError

from railbed.aws.identity import AwsIdentity
from railbed.aws.regions import AwsRegion
from railbed.validation.arguments import Arguments
from railbed.validation.checks import InvalidArguments
from railbed.validation.problems import problems_of
from railbed.validation.rules import ProblemsError, rule
from railbed.validation.types import FROM_FILE, matching

RENAMED = {
    "assumeRole": "assumeRoles, a list of roles",
    "sharedCredentialsFile": "sharedCredentialsFiles, a list of one file",
    "skipGetEc2Platforms": "",
    "s3ForcePathStyle": "s3UsePathStyle",
}
"""Keys of earlier versions of Pulumi's AWS provider, and what they are called since."""

FREE_KEYS = ("tags", "endpoints")
"""Mappings whose keys are names of their own."""

PROVIDERS_OWN = ("version", "pluginDownloadUrl", "pluginDownloadURL")
"""Keys that Pulumi's engine reads, for its default provider alone."""


def _account_id(value: Any) -> Any:
    # YAML takes an ID without quotes for a number.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


AccountId: TypeAlias = Annotated[
    str,
    matching(r"\d{12}", "specify the 12 digits of the account's ID, in quotes"),
    BeforeValidator(_account_id),
]
"""ID of an account of AWS."""


class DefaultTags(Arguments):
    """Tags of everything."""

    tags: dict[str, str] = {}
    """Tags by key."""


class IgnoredTags(Arguments):
    """Tags that others set, and that are left as they are."""

    keys: list[str] = []
    """Keys of tags."""
    key_prefixes: list[str] = []
    """Beginnings of keys."""


class AwsConfiguration(AwsIdentity):
    """All that Pulumi's AWS provider takes, https://www.pulumi.com/registry/packages/aws/installation-configuration/."""

    access_key: str | None = None
    """Access key. Set it with `pulumi config set --secret aws:accessKey`."""
    secret_key: str | None = None
    """Secret key. Set it with `pulumi config set --secret aws:secretKey`."""
    token: str | None = None
    """Session token of temporary keys. Set it with `pulumi config set --secret aws:token`."""
    allowed_account_ids: list[AccountId] = []
    """IDs of the accounts that may be deployed to."""
    forbidden_account_ids: list[AccountId] = []
    """IDs of accounts that are never deployed to."""
    region: AwsRegion | None = None
    """AWS region."""
    sts_region: AwsRegion | None = None
    """Region in which roles are assumed."""
    default_tags: DefaultTags = DefaultTags()
    """Tags of everything."""
    ignore_tags: IgnoredTags | None = None
    """Tags that others set, and that are left as they are."""
    endpoints: list[dict[str, str]] = []
    """URLs of AWS' APIs, by service."""
    http_proxy: str | None = None
    """URL of a proxy for HTTP."""
    https_proxy: str | None = None
    """URL of a proxy for HTTPS."""
    no_proxy: str | None = None
    """Hosts that are reached without the proxy, with commas between them."""
    custom_ca_bundle: str | None = None
    """File with certificates of authorities."""
    insecure: bool | None = None
    """Whether certificates are not verified."""
    use_fips_endpoint: bool | None = None
    """Whether endpoints are those that meet FIPS 140."""
    use_dualstack_endpoint: bool | None = None
    """Whether endpoints answer by IPv6 too."""
    ec2_metadata_service_endpoint: str | None = None
    """URL of the metadata service of EC2."""
    ec2_metadata_service_endpoint_mode: str | None = None
    """IPv4 or IPv6."""
    skip_metadata_api_check: bool | None = None
    """Whether the metadata service of EC2 is not asked for credentials."""
    skip_credentials_validation: bool | None = None
    """Whether the provider does not check its credentials."""
    skip_region_validation: bool | None = None
    """Whether the provider takes regions that it does not know."""
    skip_requesting_account_id: bool | None = None
    """Whether the provider does not ask for the account's ID."""
    max_retries: int | None = Field(None, ge=0)
    """How often the provider sends a request at most."""
    retry_mode: str | None = None
    """How the provider sends requests again: standard or adaptive."""
    token_bucket_rate_limiter_capacity: int | None = Field(None, ge=0)
    """How many requests the provider may send again."""
    s3_us_east1_regional_endpoint: str | None = None
    """Endpoint of S3 in us-east-1: legacy or regional."""
    s3_use_path_style: bool | None = None
    """Whether buckets are in the paths of URLs."""
    tag_policy_compliance: str | None = None
    """What the provider does about tags that a policy requires: error, warning or disabled."""
    user_agents: list[str] = []
    """What the provider adds to its User-Agent."""

    @rule
    def _keys_are_whole(self) -> None:
        given = {"access_key": self.access_key, "secret_key": self.secret_key}
        missing = [name for name, value in given.items() if not value]
        if len(missing) == 1 or (self.token and missing):
            raise ValueError(f"access_key, secret_key and token belong together: specify {' and '.join(missing)}")

    @rule
    def _accounts_are_allowed_or_forbidden(self) -> None:
        if self.allowed_account_ids and self.forbidden_account_ids:
            raise ValueError("allowed_account_ids and forbidden_account_ids: the provider takes one of them: remove the other")
        listed = self.allowed_account_ids or self.forbidden_account_ids
        if listed and self.skip_requesting_account_id:
            name = "allowed_account_ids" if self.allowed_account_ids else "forbidden_account_ids"
            raise ValueError(f"skip_requesting_account_id: {name} could not be checked: remove it")

    @classmethod
    def of_stack(cls) -> "AwsConfiguration":
        """The `aws:` section of the stack's config.

        Raises `railbed.InvalidArguments` with every problem found.
        """
        given = {**get_config_env(), **CONFIG.get()}
        named = sorted((key.removeprefix("aws:"), value) for key, value in given.items() if key.startswith("aws:"))
        return _configuration_of(tuple(named)) if named else cls.model_construct()

    def signed_in_as(self, identity: AwsIdentity | None) -> Self:
        """The same network and endpoints for somebody else, where one is named."""
        if identity is None:
            return self
        nobody = dict.fromkeys(("access_key", "secret_key", "token"))
        return self.model_copy(update={**nobody, **{name: getattr(identity, name) for name in AwsIdentity.model_fields}})

    def provider_arguments(self) -> dict[str, Any]:
        """What Pulumi's AWS provider is given; what is secret in the config stays it."""
        given = self.model_dump(exclude_unset=True)
        # The SDK sends what is inside as it is, and the provider reads the names of its schema there.
        return {name: _kept_secret(name, _renamed(value, _camel)) for name, value in given.items()}


def check_configuration() -> None:
    """Raise `ProblemsError` where the stack's `aws:` section cannot be used."""
    try:
        AwsConfiguration.of_stack()
    except InvalidArguments as error:
        raise ProblemsError(error.problems) from None


def check_provider(configuration: AwsConfiguration, region: str, tags: Iterable[str]) -> None:
    """Raise `InvalidArguments` for what a stack's own provider cannot take: another region, or tags that are the stack's."""
    problems = [
        f"aws:defaultTags.tags.{key}: is set by the stack: remove it" for key in tags if key in configuration.default_tags.tags
    ]
    if configuration.region not in (None, region):
        problems.append(f"aws:region: is {configuration.region}, and railbed:region is {region}: remove aws:region")
    if problems:
        raise InvalidArguments(subject(), problems)


def subject() -> str:
    """What is wrong, for an error about it."""
    return f"The section `aws:` of stack '{pulumi.get_stack()}'"


@lru_cache(maxsize=1)
def _configuration_of(named: tuple[tuple[str, str], ...]) -> AwsConfiguration:
    """The section of these keys and values. Provider, hooks and builds of a program ask for the same."""
    problems, values = list[str](), dict[str, Any]()
    for key, value in named:
        field = _snake(key)
        if key in PROVIDERS_OWN:
            problems.append(f"aws:{key}: is read for Pulumi's default provider alone: remove it")
        elif key in RENAMED:
            now = f"use aws:{RENAMED[key]}" if RENAMED[key] else "remove it"
            problems.append(f"aws:{key}: Pulumi's AWS provider takes it no more: {now}")
        else:
            values[field if field in AwsConfiguration.model_fields else key] = _value(value)
    try:
        found = AwsConfiguration.model_validate(values, context=FROM_FILE)
    except ValidationError as error:
        problems += [_as_in_config(_without_secret(problem)) for problem in problems_of(error, AwsConfiguration)]
    if problems:
        raise InvalidArguments(subject(), problems)
    return found


def _kept_secret(field: str, value: Any) -> Any:
    secret = is_config_secret(f"aws:{_camel(field)}") or field in ("access_key", "secret_key", "token")
    inner = isinstance(value, Mapping) and value.get("webIdentityToken") is not None
    return pulumi.Output.secret(value) if secret or inner else value


def _value(text: str | None) -> Any:
    # Pulumi gives mappings and lists as JSON, everything else as its text.
    if not text or not text.lstrip().startswith(("{", "[")):
        return text or None
    try:
        return _renamed(json.loads(text), _snake)
    except ValueError:
        return text


def _renamed(value: Any, rename: Callable[[str], str], free: bool = False) -> Any:
    if isinstance(value, list):
        return [_renamed(each, rename, free) for each in value]
    if isinstance(value, dict):
        return {key if free else rename(key): _renamed(inner, rename, key in FREE_KEYS) for key, inner in value.items()}
    return value


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda letter: letter[1].upper(), name)


def _without_secret(problem: str) -> str:
    field = re.match(r"\w*", problem)
    if field is None or not is_config_secret(f"aws:{_camel(field[0])}"):
        return problem
    return re.sub(r"found .*?;", "found a value (not shown, it is secret);", problem)


def _as_in_config(problem: str) -> str:
    """A problem with the names that the stack's file has."""
    return "aws:" + re.sub(r"\b[a-z0-9]+(_[a-z0-9]+)+\b", lambda name: _camel(name[0]), problem)
