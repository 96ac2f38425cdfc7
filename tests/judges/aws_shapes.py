"""The shapes of AWS' own API models, which botocore brings."""

from functools import cache
from typing import Any

import botocore.session

_SESSION = botocore.session.get_session()


@cache
def shape_of(service: str, operation: str) -> Any:
    """The input of an operation."""
    return _SESSION.get_service_model(service).operation_model(operation).input_shape
