"""Documents of IAM policies, as JSON."""

import json
from collections.abc import Sequence
from typing import Any


def policy_document(statements: Sequence[Any]) -> str:
    """A policy with these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust_policy(service: str, actions: str | Sequence[str] = "sts:AssumeRole") -> str:
    """The policy of a role that a service assumes."""
    return policy_document([{"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}])
