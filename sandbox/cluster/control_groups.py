"""The control groups of the sandbox: what it uses is read from them, and nothing of it is left when they are gone."""

import time
from pathlib import Path

from sandbox.cluster.layout import NAME
from sandbox.progress import StepFailed


def roots() -> list[Path]:
    """The mounted hierarchies: one of version 2, or one for each controller of version 1."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [Path(mount[1]) for mount in mounts if mount[2] in {"cgroup", "cgroup2"}]


def memory_bytes() -> int:
    """Memory that could not be had back at once: all but pages of files that were not used lately."""
    for root in roots():
        for used, inactive in (("memory.current", "inactive_file"), ("memory.usage_in_bytes", "total_inactive_file")):
            if (group := root / NAME / used).exists():
                numbers = dict(line.split() for line in (root / NAME / "memory.stat").read_text().splitlines())
                return int(group.read_text()) - int(numbers[inactive])
    return 0


def processor_seconds() -> float:
    """Processor time used since the groups were made."""
    for root in roots():
        if (usage := root / NAME / "cpuacct.usage").exists():
            return int(usage.read_text()) / 1e9
        if (usage := root / NAME / "cpu.stat").exists() and (counted := usage.read_text()).startswith("usage_usec"):
            return int(counted.split()[1]) / 1e6
    return 0.0


def remove(name: str | None = None) -> None:
    """Remove the groups of a name, the cluster's by default; the killed processes in them may take a moment to go."""
    deadline = time.monotonic() + 20
    while left := [group for root in roots() if (group := root / (name or NAME)).exists()]:
        for top in left:
            for group in sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True):
                _remove(group)
            _remove(top)
        if time.monotonic() > deadline:
            raise StepFailed(
                f"Control groups of the sandbox are still in use: {', '.join(map(str, left))}.",
                "See which processes are in them (cgroup.procs), end those, and run the same command again.",
            )
        time.sleep(0.05)


def _remove(group: Path) -> None:
    try:
        group.rmdir()
    except FileNotFoundError:
        pass
    except OSError:  # still has a process, or a group below it: the next round sees
        return
