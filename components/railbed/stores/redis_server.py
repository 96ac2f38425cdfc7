"""Redis as a container that railbed runs, on a cluster or on one machine, set up for Sidekiq."""

import pulumi

from railbed.description.app import Resources
from railbed.secrets.passwords import in_url
from railbed.validation.arguments import Arguments
from railbed.validation.quantities import mebibytes
from railbed.validation.types import InputImage

PORT = 6379
FOLDER = "/data"
USABLE_MEMORY = 0.75
"""Share of the memory limit that data may fill; the rest is for the copy that Redis makes while it writes to disk."""

# The password comes from the environment: on a command line every process on the node could read it.
READY_COMMAND = ["sh", "-c", "redis-cli ping | grep -q PONG"]


class RedisServer(Arguments):
    """Options of a Redis server."""

    image: InputImage = "docker.io/library/redis:7.4-bookworm"
    """Container image with redis-server and redis-cli, version 7 or later as Sidekiq needs it."""


def address(host: pulumi.Input[str], password: pulumi.Output[str]) -> pulumi.Output[str]:
    """REDIS_URL of the server on a host. Secret."""
    return pulumi.Output.secret(pulumi.Output.concat("redis://:", in_url(password), "@", host, f":{PORT}/0"))


def configuration(resources: Resources, password: pulumi.Output[str]) -> pulumi.Output[str]:
    """The content of redis.conf."""
    usable = int(mebibytes(resources.memory_limit) * USABLE_MEMORY)
    return pulumi.Output.concat(
        f"port {PORT}\nprotected-mode yes\nrequirepass ",
        password.apply(_quoted),
        f"\ndir {FOLDER}\nappendonly yes\nappendfsync everysec\nmaxmemory {usable}mb\nmaxmemory-policy noeviction\n",
    )


def _quoted(text: str) -> str:
    """A string as redis.conf takes it: within quotes it knows bytes as \\xHH, and no escapes of Unicode characters."""
    plain = {byte: chr(byte) for byte in range(0x20, 0x7F)} | {ord('"'): '\\"', ord("\\"): "\\\\"}
    return '"' + "".join(plain.get(byte, f"\\x{byte:02x}") for byte in text.encode()) + '"'
