"""The types that are made in moto, by the operations that the real provider calls.

Not here, because moto lacks them or railbed needs nothing of them: EKS and its parts, instances and their groups, parameter
groups of ElastiCache, access entries. They are written down.
"""

from collections.abc import Mapping

from ..api import Api
from . import access, containers, data_stores, delivery, network

APIS: Mapping[str, Api] = {**network.APIS, **access.APIS, **delivery.APIS, **containers.APIS, **data_stores.APIS}
