"""The release of Debian that the images are built from, with what names of images and files say of its versions."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.progress import StepFailed

VARIABLE = "RAILBED_SANDBOX_SUITE"


@dataclass(frozen=True)
class Suite:
    """A release of Debian."""

    name: str
    ruby: str
    postgresql: int
    redis: int
    has_updates: bool = True
    """Whether updates and security fixes come by parts of their own, and the Release file never expires. sid's is valid for a
    week, and mirrors that keep a copy of one day serve it longer."""


TRIXIE = Suite("trixie", ruby="3.3", postgresql=17, redis=8)
SID = Suite("sid", ruby="3.3", postgresql=18, redis=8, has_updates=False)
_SUITES = {suite.name: suite for suite in (TRIXIE, SID)}


def chosen_suite(variables: Mapping[str, str] = os.environ) -> Suite:
    """Debian's stable release with a Rails that is supported, or the one that RAILBED_SANDBOX_SUITE names."""
    name = variables.get(VARIABLE) or TRIXIE.name
    if name not in _SUITES:
        raise StepFailed(f"{VARIABLE} is {name!r}.", f"Set it to one of these, or leave it out: {', '.join(_SUITES)}.")
    return _SUITES[name]
