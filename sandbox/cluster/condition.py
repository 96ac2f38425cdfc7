"""What the cluster is doing, and what it costs."""

import json
import time
from dataclasses import dataclass

from sandbox.cluster import control_groups, health, node, plan
from sandbox.cluster.layout import DIRECTORY, NODE_ADDRESS

_SAMPLE = 1.0


@dataclass(frozen=True)
class Status:
    """The cluster at one moment."""

    running: bool
    node_ready: bool = False
    version: str = ""
    address: str = NODE_ADDRESS
    memory_bytes: int = 0
    processor_share: float = 0.0
    """Of one processor, over the last second."""
    restarts: tuple[tuple[str, int], ...] = ()
    """Daemons that had to be started again, and how often."""


def status() -> Status:
    """Measure for a second."""
    if node.running() is None:
        return Status(running=False)
    used, since = control_groups.processor_seconds(), time.monotonic()
    time.sleep(_SAMPLE)
    share = (control_groups.processor_seconds() - used) / (time.monotonic() - since)
    daemons = DIRECTORY / "daemons.json"
    counted = json.loads(daemons.read_text()) if daemons.exists() else {}
    return Status(
        running=True,
        node_ready=health.node_ready(),
        version=plan.KUBERNETES_VERSION,
        memory_bytes=control_groups.memory_bytes(),
        processor_share=round(share, 3),
        restarts=tuple((name, daemon["starts"] - 1) for name, daemon in counted.items() if daemon["starts"] > 1),
    )
