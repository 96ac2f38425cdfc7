"""How many connections databases of RDS accept."""

import re

from railbed.aws.rds.arguments import RdsDatabaseOptions
from railbed.enums import RdsEngine

_GIBIBYTE = 1024**3
_BYTES_PER_CONNECTION = {RdsEngine.POSTGRESQL: 9_531_392, RdsEngine.MYSQL: 12_582_880}
_MOST = {RdsEngine.POSTGRESQL: 5000, RdsEngine.MYSQL: 16_000}
_RESERVED = {RdsEngine.POSTGRESQL: 5, RdsEngine.MYSQL: 1}
_BURSTABLE = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_GIBIBYTES_OF_LARGE = {"m": 8, "r": 16}


def accepted_connections(database: RdsDatabaseOptions) -> int | None:
    """Connections that clients can open to a database, about; None if its class is not known here.

    The default of RDS is a share of what the system leaves of the memory
    (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html, MaxConnections); parameters.max_connections overrides it.
    """
    chosen = database.parameters.get("max_connections", "")
    if chosen:
        return int(chosen) - _RESERVED[database.engine] if chosen.isdigit() else None
    memory = _gibibytes(database.instance_class)
    if memory is None:
        return None
    # What users measured: 198 connections with 2 GiB, 413 with 4, 856 with 8, where the whole memory would allow 225, 450, 901.
    left = min(memory - 0.25, memory * 0.92) * _GIBIBYTE
    engine = database.engine
    return int(min(left / _BYTES_PER_CONNECTION[engine], _MOST[engine])) - _RESERVED[engine]


def _gibibytes(instance_class: str) -> float | None:
    _, family, size = instance_class.split(".")
    if re.fullmatch(r"t\d+g?", family):
        return _BURSTABLE.get(size)
    of_large = _GIBIBYTES_OF_LARGE.get(family[0]) if re.fullmatch(r"[mr]\d+[a-z]*", family) else None
    times = re.fullmatch(r"(\d*)x?large", size)
    if of_large is None or times is None:
        return None
    return of_large * (int(times[1] or 1) * 2 if "xlarge" in size else 1)
