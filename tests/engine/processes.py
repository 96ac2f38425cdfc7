"""Processes that a test has started, and those that they started in turn (Linux)."""

from collections.abc import Collection
from pathlib import Path

from tests.cluster.waiting import eventually


def children(process: int, name: str = "") -> list[int]:
    """Those that a process has started and that still run, of a name that begins like this."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found if Path(f"/proc/{child}/comm").read_text().strip().startswith(name)]


def family(process: int) -> list[int]:
    """A process, those that it has started, and so on."""
    return [process, *(member for child in children(process) for member in family(child))]


def wait_for_the_end_of(processes: Collection[int], seconds: float = 120) -> None:
    """Wait until none of them runs; fail when one stays."""
    eventually(lambda: not any(Path(f"/proc/{process}/exe").exists() for process in processes), "they all end", seconds)
