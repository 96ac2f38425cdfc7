"""Waiting for what takes a while, with a deadline that only a broken system misses."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(found: Callable[[], T | None], what: str, seconds: float = 120) -> T:
    """The first result that is not false.

    Raises `AssertionError` with `what` did not happen.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")
