"""Real parts that the stand-ins of clouds lend: databases, caches and addresses, as pods of the sandbox's own cluster.

They live in a namespace of their own, each under the name that its cloud resource has, and are there until they are taken back.
"""

from sandbox.lending.addresses import address, forward
from sandbox.lending.cluster import Lent, possible, take_back
from sandbox.lending.postgresql import add_database, add_user, postgresql
from sandbox.lending.redis import redis

__all__ = [
    "Lent", "add_database", "add_user", "address", "forward", "possible", "postgresql", "redis", "take_back",
]  # fmt: skip
