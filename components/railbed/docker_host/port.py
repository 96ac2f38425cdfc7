"""Tells who has the port that the application is to answer on."""

import asyncio
from dataclasses import dataclass

import pulumi

from railbed.diagnostics import tell
from railbed.docker_host.engine import Engine, EngineError

TAKEN = ("port is already allocated", "address already in use")
"""What Docker says of a port that one of its containers has, and that another program has."""


@dataclass
class TakenPort:
    """An error hook of the container that publishes the port."""

    component: pulumi.Resource
    engine: Engine
    address: str
    port: int

    async def on_error(self, args: pulumi.ErrorHookArgs) -> bool:
        """Say whose the port is; trying again would not help."""
        if any(words in error for error in args.errors for words in TAKEN):
            try:
                engine = await self.engine.connect()
                holder = await asyncio.to_thread(engine.holder_of_port, self.port)
            except EngineError:
                holder = None
            whose = f"the container {holder}" if holder else f"another program (`ss -ltnp 'sport = :{self.port}'` names it)"
            text = f"Port {self.port} of {self.address} is taken by {whose}: stop it, or set docker.port to another port"
            await tell(pulumi.log.error, text, self.component)
        return False
