"""Who a program is at AWS: profile, keys and roles, as the AWS provider reads them.

https://www.pulumi.com/registry/packages/aws/api-docs/provider/ and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration
"""

import re
from datetime import timedelta
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from railbed.aws.regions import ROLE_ARN
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import matching

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
"""Units of a duration as Go reads it: https://pkg.go.dev/time#ParseDuration"""


def duration_of(text: str) -> timedelta:
    """A duration such as 1h30m. Raises `ValueError`."""
    found = re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", text)
    if not found or "".join(number + unit for number, unit in found) != text:
        raise ValueError("specify a duration such as 1h or 30m")
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in found))


def _duration(text: str) -> str:
    if not timedelta(minutes=15) <= duration_of(text) <= timedelta(hours=12):
        raise ValueError("specify a duration between 15m and 12h, as STS takes it")
    return text


RoleArn: TypeAlias = Annotated[
    str,
    matching(ROLE_ARN, "specify the ARN of an IAM role, such as arn:aws:iam::123456789012:role/deploy"),
]
"""ARN of a role of IAM."""

SessionName: TypeAlias = Annotated[
    str, matching(r"[\w+=,.@-]{2,64}", "use 2 to 64 letters, digits and the characters _ + = , . @ -")
]
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""

ExternalId: TypeAlias = Annotated[
    str, matching(r"[\w+=,.@:/-]{2,1224}", "use 2 to 1224 letters, digits and the characters _ + = , . @ : / -")
]
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""

Duration: TypeAlias = Annotated[str, AfterValidator(_duration)]
"""How long the session of a role lasts."""


class AwsRole(Arguments):
    """A role that is assumed."""

    role_arn: RoleArn
    """ARN of the role."""
    session_name: SessionName | None = None
    """Name of the session, which CloudTrail shows. Default: one that AWS' SDK makes up."""
    external_id: ExternalId | None = None
    """External ID that the role's trust policy asks for. Default: none."""
    duration: Duration | None = None
    """How long a session lasts before it is renewed, such as 1h. Default: an hour."""
    policy: str | None = None
    """IAM policy, as JSON, that restricts the session. Default: none."""
    policy_arns: list[str] = []
    """ARNs of IAM policies that restrict the session. Default: none."""
    source_identity: SessionName | None = None
    """Source identity of the session. Default: none."""
    tags: dict[str, str] = {}
    """Tags of the session. Default: none."""
    transitive_tag_keys: list[str] = []
    """Keys of tags that sessions of further roles keep. Default: none."""


class AwsWebIdentity(Arguments):
    """A role that is assumed with a token of an identity provider, as in jobs of CI."""

    role_arn: RoleArn
    """ARN of the role."""
    session_name: SessionName | None = None
    """Name of the session, which CloudTrail shows. Default: one that AWS' SDK makes up."""
    duration: Duration | None = None
    """How long a session lasts before it is renewed, such as 1h. Default: an hour."""
    policy: str | None = None
    """IAM policy, as JSON, that restricts the session. Default: none."""
    policy_arns: list[str] = []
    """ARNs of IAM policies that restrict the session. Default: none."""
    web_identity_token: str | None = None
    """The token. Give it as a secret, or give `web_identity_token_file`."""
    web_identity_token_file: str | None = None
    """File of the token, read again for each session."""

    @rule
    def _there_is_one_token(self) -> None:
        if (self.web_identity_token is None) == (self.web_identity_token_file is None):
            raise ValueError("specify either web_identity_token_file or web_identity_token")


class AwsIdentity(Arguments):
    """Who calls AWS. What is not given is looked up as AWS' tools do: environment, files in ~/.aws, the machine's role."""

    profile: str | None = None
    """Profile in the files of AWS' tools. It wins over keys in the environment. Default: AWS_PROFILE, or the default one."""
    shared_config_files: list[str] = Field([], max_length=1)
    """File with the profiles' configuration, in a list of one. Default: ~/.aws/config."""
    shared_credentials_files: list[str] = Field([], max_length=1)
    """File with the profiles' credentials, in a list of one. Default: ~/.aws/credentials."""
    assume_role_with_web_identity: AwsWebIdentity | None = None
    """Role that is assumed first, with a token of an identity provider. Default: none."""
    assume_roles: list[AwsRole] = []
    """Roles that are assumed, each with the session of the one before. Default: none."""
