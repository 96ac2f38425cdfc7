"""Reading the cluster again for minutes where it does not answer: one lost answer decides nothing."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

import pulumi

from railbed.kubernetes.cluster_client import plain_reason

T = TypeVar("T")

PATIENCE_SECONDS = 300
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 15.0
FINAL_ANSWERS = (403, 404)
"""Answers that asking again does not change: not allowed, not there. A login that has run out is renewed by the client."""


class ClusterUnreadable(pulumi.RunError):
    """The cluster did not tell, for minutes, what must be known before the program goes on."""

    def __init__(self, subject: str, reason: str, *, final: bool) -> None:
        self.final = final
        """Whether it answered that it will not tell: not to this user, or because it has no such object."""
        super().__init__(f"{subject} could not be read: {reason}.")


async def read_patiently(
    read: Callable[[], T],
    subject: str,
    component: pulumi.Resource | None = None,
    redaction: Callable[[str], str] = str,
    seconds: int | None = None,
) -> T:
    """The result of `read`, which is called again while it fails, for minutes or so many seconds; `subject` says what.

    `redaction` hides secrets in what is told of a failure.

    Raises `ClusterUnreadable` after that, or at once where the answer is final.
    """
    seconds = PATIENCE_SECONDS if seconds is None else seconds
    give_up = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    told = False
    while True:
        try:
            return await asyncio.to_thread(read)
        except Exception as error:  # (whatever the client raises: the server or the way to it is away)
            reason = redaction(plain_reason(error))
            final = getattr(error, "status", None) in FINAL_ANSWERS
            if final or time.monotonic() >= give_up:
                raise ClusterUnreadable(subject, reason, final=final) from None
            if not told:
                told = True
                period = f"{seconds // 60} minutes" if seconds > 60 else f"{seconds} seconds"
                pulumi.log.warn(f"{subject} could not be read, trying again for {period}: {reason}", component)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
