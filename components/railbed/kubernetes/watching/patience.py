"""Reading the cluster again for minutes where it does not answer: one lost answer decides nothing."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

import pulumi

from railbed.kubernetes.api.client import plain_reason

T = TypeVar("T")

PATIENCE_SECONDS = 300
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 15.0
FINAL_ANSWERS = (403, 404)
"""Answers that asking again does not change: not allowed, not there. A login that has run out is renewed by the client."""


LOST_RACE = "the object has been modified; please apply your changes to the latest version"
"""What the API server says where an object has changed since it was read, such as its status in the midst of a rollout."""
MOST_TRIES = 5


async def tries_again(args: pulumi.ErrorHookArgs, component: pulumi.Resource) -> bool:
    """Whether the engine should do an operation again: it only lost a race, and has not lost too many.

    The provider changes the owners of an object's fields with the version that it read, and does not try again by itself
    (fixCSAFieldManagers in pulumi-kubernetes' provider/pkg/await/await.go).
    """
    if LOST_RACE not in "".join(args.errors[:1]) or len(args.errors) >= MOST_TRIES:
        return False
    pulumi.log.info(f"{args.name} has changed while it was updated: trying again.", component)
    await asyncio.sleep(FIRST_PAUSE_SECONDS)
    return True


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
