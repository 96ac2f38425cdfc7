"""Telling the user why something failed, before the failure ends the program."""

import asyncio
from collections.abc import Callable
from typing import NoReturn

import pulumi

HOOKS_START_SECONDS = 0.5


async def tell(log: Callable[..., None], text: str, resource: pulumi.Resource) -> None:
    """Log a message, `log` being one of `pulumi.log`, and return once the engine has it.

    Pulumi sends what belongs to a resource in a task of its own. Without waiting for it, a hook that fails can end the
    program first, and the text is lost.
    """
    earlier = asyncio.all_tasks()
    log(text, resource)
    await asyncio.gather(*(asyncio.all_tasks() - earlier), return_exceptions=True)


async def refuse(text: str) -> NoReturn:
    """Fail the program because of a value that is known only while it runs. Raises `pulumi.RunError`.

    Not at once: a program that fails while Pulumi starts the server of its hooks crashes, and the text is lost.
    """
    await asyncio.sleep(HOOKS_START_SECONDS)
    raise pulumi.RunError(text)
