"""How many connections DigitalOcean's managed databases accept."""

import re

_PER_GIBIBYTE = {"postgresql": 25, "mysql": 75}
_RESERVED = {"postgresql": 3, "mysql": 0}
_MOST = {"postgresql": 1000, "mysql": 75_000}


def accepted_connections(engine: str, size: str) -> int | None:
    """Connections that clients can open to a database of a size; None if the size does not tell its memory.

    https://docs.digitalocean.com/products/databases/postgresql/details/limits and .../mysql/details/limits
    """
    memory = re.search(r"-(\d+)gb$", size)
    return min(int(memory[1]) * _PER_GIBIBYTE[engine], _MOST[engine]) - _RESERVED[engine] if memory else None
