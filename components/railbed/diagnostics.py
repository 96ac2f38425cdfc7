"""Telling the user why something failed, before the failure ends the program."""

import asyncio
from collections.abc import Callable

import pulumi


async def tell(log: Callable[..., None], text: str, resource: pulumi.Resource) -> None:
    """Log a text, `log` being one of `pulumi.log`, and return once the engine has it.

    Pulumi sends what belongs to a resource in a task of its own. Without waiting for it, a hook that fails can end the
    program first, and the text is lost.
    """
    earlier = asyncio.all_tasks()
    log(text, resource)
    await asyncio.gather(*(asyncio.all_tasks() - earlier), return_exceptions=True)
