"""The section `aws:` of a stack's config, as tests write and read it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pulumi

from railbed.aws.configuration import AwsConfiguration

REGION = "eu-central-1"
SECRET = "hunter2-secret-key"
DEPLOY, AUDIT = "arn:aws:iam::111111111111:role/deploy", "arn:aws:iam::222222222222:role/audit"


@contextmanager
def configured(*secret: str, **values: Any) -> Iterator[None]:
    """The stack's config with these keys under `aws:`, as Pulumi gives it; those of `secret` are encrypted."""
    given = {f"aws:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    pulumi.runtime.set_all_config(given, [f"aws:{key}" for key in secret])
    try:
        yield
    finally:
        pulumi.runtime.set_all_config({})


def read(*secret: str, **values: Any) -> AwsConfiguration:
    with configured(*secret, **values):
        return AwsConfiguration.of_stack()
