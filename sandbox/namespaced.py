"""Processes in namespaces of their own, by their first one: to start, find and end."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.progress import StepFailed

_SUPERVISOR = Path(__file__).parent / "cluster" / "supervisor.py"


@dataclass(frozen=True)
class NamespacedProcess:
    """A supervisor with everything that it keeps running; what it writes is in its directory."""

    directory: Path
    namespaces: Sequence[str]
    """Kinds of namespaces that it gets beside those of mounts and processes: net, uts, ipc."""

    @property
    def record(self) -> Path:
        """Where the supervisor writes down which process it is."""
        return self.directory / "node.json"

    def running(self) -> int | None:
        """Its process identifier, if it runs; never that of another which got its number."""
        try:
            recorded = json.loads(self.record.read_text())
            stat = Path("/proc", str(recorded["pid"]), "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError, KeyError):
            return None
        return int(recorded["pid"]) if int(stat[19]) == recorded["started"] and stat[0] not in "ZX" else None

    def start(self, plan: Path) -> int:
        """Start it with a plan and return its process identifier."""
        self.record.unlink(missing_ok=True)
        written = self.directory / "log" / "supervisor.log"
        written.parent.mkdir(parents=True, exist_ok=True)
        kinds = [f"--{kind}" for kind in ("mount", "pid", *self.namespaces)]
        with written.open("wb") as log:
            starting = subprocess.Popen(
                ["unshare", *kinds, "--fork", sys.executable, "-I", str(_SUPERVISOR), str(plan)],
                cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 10
        while (pid := self.running()) is None:
            if starting.poll() is not None or time.monotonic() > deadline:
                starting.kill()
                raise StepFailed(
                    f"The node's namespaces could not be made:\n{written.read_text()[-2000:]}",
                    "A container needs to be privileged for this. With a cluster of your own: "
                    "python -m sandbox up --kubeconfig FILE",
                )
            time.sleep(0.02)
        return pid

    def end(self) -> None:
        """End it with everything in it; the kernel has removed its processes and mounts when this returns."""
        if (pid := self.running()) is None:
            return
        try:
            handle = os.pidfd_open(pid)
            if self.running() == pid:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        except ProcessLookupError:
            return
        if not select.select([handle], [], [], 30)[0]:
            raise StepFailed(
                f"The node (process {pid}) does not end.", "A disk may hang: see `dmesg`, or restart this machine."
            )
        os.close(handle)
        self.record.unlink(missing_ok=True)
