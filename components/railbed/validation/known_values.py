"""Checks of arguments that may be outputs: what is known is checked at once."""

from collections.abc import Callable
from typing import Any

from pydantic import AfterValidator


def where_known(check: Callable[[str], str]) -> AfterValidator:
    """A validator that checks strings, and lets pass what is known only later."""

    def known(value: Any) -> Any:
        return check(value) if isinstance(value, str) else value

    return AfterValidator(known)
