"""Names and documents that AWS takes from the user, checked as far as they are known."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator

from railbed.aws.regions import ARN, check_region
from railbed.validation.known_values import where_known
from railbed.validation.types import InputText

LARGEST_ROLE_POLICY = 10240
"""Characters besides white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def _zone_id(value: str) -> str:
    if not re.fullmatch("[A-Z0-9]{1,32}", value):
        raise ValueError(
            "specify the ID of a Route 53 hosted zone, such as Z0123456789EXAMPLE, not its domain: "
            "`aws route53 list-hosted-zones` lists them"
        )
    return value


def _policy_as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        raise ValueError("specify the policy as JSON in one string; in YAML put it behind a | or in single quotes")
    return value


def _policy(value: str) -> str:
    """An IAM policy of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""
    try:
        document = json.loads(value)
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error}): specify the policy as JSON, in one string") from None
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    statements = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(statements, list) or not statements:
        raise ValueError('it has no statements: specify {"Version": "2012-10-17", "Statement": [...]}')
    for statement in statements:
        _check_statement(statement)
    if (size := len(re.sub(r"\s", "", value))) > LARGEST_ROLE_POLICY:
        raise ValueError(f"it has {size} characters, more than the {LARGEST_ROLE_POLICY} that IAM allows: shorten it")
    return value


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
        raise ValueError("each statement needs an Effect, Allow or Deny")
    for element in ("Action", "Resource"):
        if not (statement.get(element) or statement.get(f"Not{element}")):
            raise ValueError(f"each statement needs {element} or Not{element}")
    if "Principal" in statement or "NotPrincipal" in statement:
        raise ValueError("a policy of a role has no Principal, as it is the role that may: remove it")


def _form(pattern: str, allowed: str) -> AfterValidator:
    """A validator for identifiers that are known and match the whole of a regular expression."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(allowed)
        return value

    return where_known(check)


_KEY_ARN = rf"{ARN}:kms:[a-z0-9-]+:\d{{12}}:(key|alias)/.+"
_KEY_ID = "(mrk-)?[0-9a-f-]{32,36}"

KmsKeyArn: TypeAlias = Annotated[
    InputText,
    _form(_KEY_ARN, "specify the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/..."),
]
"""ARN of a key of KMS."""

KmsKey: TypeAlias = Annotated[
    InputText,
    _form(f"{_KEY_ARN}|{_KEY_ID}", "specify the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/..."),
]
"""ARN or ID of a key of KMS."""

TopicArn: TypeAlias = Annotated[
    InputText,
    _form(
        rf"{ARN}:sns:[a-z0-9-]+:\d{{12}}:.+",
        "specify the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:alarms",
    ),
]
"""ARN of a topic of SNS."""

CertificateArn: TypeAlias = Annotated[
    InputText,
    _form(
        rf"{ARN}:(acm:[a-z0-9-]+:\d{{12}}:certificate|iam::\d{{12}}:server-certificate)/.+",
        "specify the ARN of a certificate, such as arn:aws:acm:eu-central-1:123456789012:certificate/...",
    ),
]
"""ARN of a certificate of ACM or IAM."""

BucketName: TypeAlias = Annotated[
    InputText,
    _form(
        r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "specify the name of an S3 bucket: 3 to 63 lower case letters, digits, dots and dashes",
    ),
]
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

ImageId: TypeAlias = Annotated[
    InputText,
    _form(
        r"ami-[0-9a-z]+|resolve:ssm:\S+", "specify the ID of a machine image, such as ami-0123456789abcdef0, or resolve:ssm:..."
    ),
]
"""A machine image of EC2, as launch templates take it."""

KeyName: TypeAlias = Annotated[InputText, _form(r"[ -~]{1,255}", "specify the name of an EC2 key pair, or omit it")]
"""Name of a key pair."""

SecretReference: TypeAlias = Annotated[
    InputText,
    _form(
        rf"{ARN}:secretsmanager:[a-z0-9-]*:\d*:secret:[^:]+(:[^:]*:[^:]*:[^:]*)?|{ARN}:ssm:[a-z0-9-]+:\d{{12}}:parameter/.+",
        "specify the ARN of a Secrets Manager secret (a key in it as ARN:KEY::, with both colons behind it) or of an SSM "
        "parameter, or put the value itself in secrets",
    ),
]
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"""

KnownRegion: TypeAlias = Annotated[InputText, where_known(check_region)]
"""A region of AWS, or an output of one."""

HostedZoneId: TypeAlias = Annotated[InputText, where_known(_zone_id)]
"""ID of a hosted zone of Route 53."""

PolicyDocument: TypeAlias = Annotated[InputText, BeforeValidator(_policy_as_text), where_known(_policy)]
"""An IAM policy as JSON."""
