"""Asks AWS again while it does not answer: a lost answer says nothing about what was asked for."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi

AnswerT = TypeVar("AnswerT")

PATIENCE_SECONDS = 600.0
"""How long AWS may not answer before a run is given up, on top of what botocore itself repeats."""
QUIET_SECONDS = 30.0
"""How long it may not answer before the user is informed."""
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 30.0

_THROTTLED = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
}
_OUT_OF_ORDER = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "UpdateInProgressException",
}
_NOT_SIGNED_IN = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


class UnreachableError(Exception):
    """AWS did not answer for long; the message says what it was last."""


def is_lost_sign_in(error: BaseException) -> bool:
    """Whether credentials have expired or are unavailable, so that signing in again mends it."""
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        return _code(error) in _NOT_SIGNED_IN
    lost = (
        exceptions.CredentialRetrievalError,
        exceptions.LoginError,
        exceptions.MetadataRetrievalError,
        exceptions.NoCredentialsError,
        exceptions.SSOError,
        exceptions.TokenRetrievalError,
    )
    return isinstance(error, lost)


def is_lost_answer(error: BaseException) -> bool:
    """Whether a request was throttled, or its answer was lost on the way, so that asking again may well succeed."""
    from botocore import exceptions, parsers

    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return _code(error) in _THROTTLED | _OUT_OF_ORDER or status >= 500 or status == 429
    lost = (
        exceptions.ConnectionError,
        exceptions.HTTPClientError,
        exceptions.IncompleteReadError,
        parsers.ResponseParserError,
        ConnectionError,
        TimeoutError,
    )
    return isinstance(error, lost)


def words_of(error: BaseException) -> str:
    """An error in AWS' own words, short."""
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        message = str(error.response.get("Error", {}).get("Message", ""))
        return f"{_code(error)}: {message}" if message else _code(error)
    return f"{type(error).__name__}: {error}"


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@dataclass
class Patience:
    """Asks until there is an answer.

    An answer that refuses is one: its error is raised at once. So is a missing sign-in, unless something already runs that
    would be left alone.
    """

    component: pulumi.Resource
    redaction: Callable[[str], str]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Any] = asyncio.sleep
    meanwhile: str = ""
    """What goes on although AWS does not answer, as a sentence; empty while nothing does."""

    async def ask(self, question: Callable[..., AnswerT], *arguments: Any) -> AnswerT:
        """The answer. Raises `UnreachableError` when there is none for long."""
        begin, wait, told = self.clock(), FIRST_WAIT_SECONDS, False
        while True:
            try:
                answer = await asyncio.to_thread(question, *arguments)
            except Exception as error:
                if not (is_lost_answer(error) or (self.meanwhile and is_lost_sign_in(error))):
                    raise
                waited, words = self.clock() - begin, self.redaction(words_of(error))
                if waited >= PATIENCE_SECONDS:
                    raise UnreachableError(f"AWS has not answered for {PATIENCE_SECONDS / 60:.0f} minutes ({words})") from None
                if waited >= QUIET_SECONDS and not told:
                    remedy = " Sign in again: the new credentials are taken." if is_lost_sign_in(error) else ""
                    parts = [f"AWS does not answer ({words}): asking again.{remedy}", self.meanwhile]
                    pulumi.log.warn(" ".join(part for part in parts if part), self.component)
                    told = True
            else:
                if told:
                    pulumi.log.info("AWS answers again.", self.component)
                return answer
            await self.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
