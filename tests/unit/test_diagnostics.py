"""What a user is told before a failure ends the program."""

import asyncio
from typing import Any

from railbed.watching.diagnostics import tell

RESOURCE: Any = object()


def test_a_text_has_been_sent_when_the_failure_goes_on() -> None:
    sent: list[str] = []

    def log(text: str, resource: Any) -> None:
        async def send() -> None:
            await asyncio.sleep(0.01)
            sent.append(text)

        sending.append(asyncio.ensure_future(send()))

    sending: list[asyncio.Future[None]] = []
    asyncio.run(tell(log, "why it failed", object()))  # type: ignore[arg-type]
    assert sent == ["why it failed"], "the program ends before the engine has the reason"


def test_an_engine_that_is_gone_does_not_hide_the_failure() -> None:
    def log(text: str, resource: Any) -> None:
        async def send() -> None:
            raise ConnectionError

        sending.append(asyncio.ensure_future(send()))

    sending: list[asyncio.Future[None]] = []
    asyncio.run(tell(log, "why it failed", object()))  # type: ignore[arg-type]
