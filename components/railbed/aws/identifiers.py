"""Names and documents that AWS takes from the user, checked as far as they are known."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator

from railbed.arguments import InputText
from railbed.aws.regions import check_region
from railbed.known_values import where_known

LARGEST_ROLE_POLICY = 10240
"""Characters besides white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def _zone_id(value: str) -> str:
    if not re.fullmatch("Z[A-Z0-9]{1,31}", value):
        raise ValueError(
            "give the ID of a hosted zone of Route 53, such as Z0123456789EXAMPLE, not its domain: "
            "`aws route53 list-hosted-zones` lists them"
        )
    return value


def _policy_as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        raise ValueError("give the policy as JSON in one string; in YAML put it behind a | or in single quotes")
    return value


def _policy(value: str) -> str:
    """An IAM policy of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""
    try:
        document = json.loads(value)
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error}): give the policy as JSON, in one string") from None
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    statements = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(statements, list) or not statements:
        raise ValueError('it has no statements: give {"Version": "2012-10-17", "Statement": [...]}')
    for statement in statements:
        _check_statement(statement)
    if (size := len(re.sub(r"\s", "", value))) > LARGEST_ROLE_POLICY:
        raise ValueError(f"it has {size} characters, more than the {LARGEST_ROLE_POLICY} that IAM takes: shorten it")
    return value


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
        raise ValueError("each statement needs an Effect, Allow or Deny")
    for element in ("Action", "Resource"):
        if not (statement.get(element) or statement.get(f"Not{element}")):
            raise ValueError(f"each statement needs {element} or Not{element}")
    if "Principal" in statement or "NotPrincipal" in statement:
        raise ValueError("a policy of a role has no Principal, as it is the role that may: remove it")


KnownRegion: TypeAlias = Annotated[InputText, where_known(check_region)]
"""A region of AWS, or an output of one."""

HostedZoneId: TypeAlias = Annotated[InputText, where_known(_zone_id)]
"""ID of a hosted zone of Route 53."""

PolicyDocument: TypeAlias = Annotated[InputText, BeforeValidator(_policy_as_text), where_known(_policy)]
"""An IAM policy as JSON."""
