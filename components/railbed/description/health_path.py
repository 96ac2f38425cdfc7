"""Paths of health checks, as load balancers and kubelets ask for them."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

LONGEST_PATH = 1024
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"""

_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
"""Path and query: https://www.rfc-editor.org/rfc/rfc3986#section-3.3"""


def _check_path(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("start it with a slash, such as /up")
    if not _PATH.fullmatch(value):
        raise ValueError("write a path of a URL, such as /up, other characters percent-encoded and nothing after a #")
    if len(value) > LONGEST_PATH:
        raise ValueError(f"it has {len(value)} characters: specify {LONGEST_PATH} at most")
    return value


HealthPath: TypeAlias = Annotated[str, AfterValidator(_check_path)]
"""The path of a health check."""
