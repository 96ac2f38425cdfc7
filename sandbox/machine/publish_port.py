"""Publishes a port of a container on this machine's own network, in place of Docker's proxy of the same command line.

The engine waits for one line on descriptor 3: 0, or 1 and then the reason
(https://github.com/moby/moby/blob/v20.10.24/cmd/docker-proxy/main.go). It is started as a script and needs Python's library
alone.
"""

import argparse
import asyncio
import ctypes
import os
import socket

TOLD = 3
CLONE_NEWNET = 0x40000000
CHUNK_BYTES = 1 << 16


def listening(network: str, host: str, port: int) -> socket.socket:
    """A socket in another network namespace. Raises `OSError` where the port is taken."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    outside = os.open(network, os.O_RDONLY)
    _enter(outside)
    try:
        return socket.create_server((host, port), backlog=512)
    finally:
        _enter(own)


def _enter(network: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(network, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


async def forward(server: socket.socket, host: str, port: int) -> None:
    """Connect whoever comes with the container, for ever."""

    async def serve(near: asyncio.StreamReader, near_writer: asyncio.StreamWriter) -> None:
        try:
            far, far_writer = await asyncio.open_connection(host, port)
        except OSError:
            near_writer.transport.abort()
            return
        await asyncio.gather(_copy(near, far_writer), _copy(far, near_writer))
        for writer in (near_writer, far_writer):
            writer.close()

    async with await asyncio.start_server(serve, sock=server) as running:
        await running.serve_forever()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copy until the source ends, and tell the target that it has."""
    try:
        while chunk := await source.read(CHUNK_BYTES):
            target.write(chunk)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()
    except OSError:
        target.transport.abort()


def main() -> None:
    """Listen, tell the engine, and forward."""
    parser = argparse.ArgumentParser(prefix_chars="-")
    parser.add_argument("-proto", choices=["tcp"])
    parser.add_argument("-network", default="/proc/1/ns/net", help="where to listen: where the machine's first process is")
    for option in ("host-ip", "container-ip"):
        parser.add_argument(f"-{option}")
    for option in ("host-port", "container-port"):
        parser.add_argument(f"-{option}", type=int)
    given, _ = parser.parse_known_args()
    with os.fdopen(TOLD, "w") as told:
        try:
            server = listening(given.network, given.host_ip, given.host_port)
        except OSError as error:
            told.write(f"1\nlisten tcp4 {given.host_ip}:{given.host_port}: bind: {_words(error)}")
            raise SystemExit(1) from None
        told.write("0\n")
    asyncio.run(forward(server, given.container_ip, given.container_port))


def _words(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else str(error)


if __name__ == "__main__":
    main()
