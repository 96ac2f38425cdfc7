"""Tells who has the port that the application is to answer on."""

import asyncio
import errno
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from railbed.docker_host.engine import ContainerState, DockerEngine, Engine, EngineError
from railbed.kubernetes.api.ownership import Owner
from railbed.watching.diagnostics import tell

TAKEN = ("port is already allocated", "address already in use")
"""What Docker says of a port that one of its containers has, and that another program has."""


def check_port(engine: DockerEngine, address: str, port: int, *, is_near: bool, is_chosen: bool = True) -> None:
    """Raise `EngineError` if the port is taken by anything but this stack.

    `is_near`: the engine's machine is this one; `is_chosen`: a setting decides which port it is.
    """
    holder = engine.holder_of_port(port)
    if holder is not None and Owner.of_labels(holder.labels) == Owner.of_program():
        return
    if holder is not None or (is_near and _is_taken(address, port)):
        raise EngineError(_taken(address, port, holder, is_chosen=is_chosen))


def _is_taken(address: str, port: int) -> bool:
    with socket.socket() as probe:
        # As Docker itself binds: connections of a server that has ended do not hold its port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _taken(address: str, port: int, holder: ContainerState | None, *, is_chosen: bool) -> str:
    other = f"another program (`ss -ltnp 'sport = :{port}'` names it)"
    whose = other if holder is None else f"the container {holder.name}"
    instead = "set docker.port to another port" if is_chosen else "set docker.address to one of the machine's other addresses"
    return f"Port {port} of {address} is taken by {whose}: stop it, or {instead}"


@dataclass
class TakenPort:
    """An error hook of the container that publishes the port."""

    component: pulumi.Resource
    engine: Engine
    address: str
    ports: Sequence[int]
    """One that a setting chose, or those of TLS."""

    async def on_error(self, args: pulumi.ErrorHookArgs) -> bool:
        """Say whose the port is; trying again would not help."""
        if any(words in error for error in args.errors for words in TAKEN):
            port = next((each for each in self.ports if re.search(rf":{each}\b", " ".join(args.errors))), self.ports[0])
            try:
                engine = await self.engine.connect()
                holder = await asyncio.to_thread(engine.holder_of_port, port)
            except EngineError:
                holder = None
            told = _taken(self.address, port, holder, is_chosen=len(self.ports) == 1)
            await tell(pulumi.log.error, told, self.component)
        return False
