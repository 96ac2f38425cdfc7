"""The node's first process: it sets up its namespaces, keeps the daemons running, and takes everything along when it ends.

It is started as a script and needs nothing but Python's own library, so that it stays small.
Its one argument is the plan (configuration/plan.toml), its working directory the cluster's.
"""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETTLED = 60.0
HOSTS_THAT_REFUSE = """Inside a container, this needs one that is privileged, with the control groups of its host
(docker run --privileged --cgroupns=host), and with the sandbox's state on a volume: RAILBED_SANDBOX_STATE."""
_LONGEST_PAUSE = 20.0
_LOG_LIMIT = 8 * 2**20
_LOG_KEPT = 2**20
_HOUSEKEEPING = 60.0


@dataclass
class Daemon:
    """A process that has to run all the time."""

    name: str
    command: str
    needs: Sequence[str] = ()
    """Addresses (host:port, or the path of a socket) that answer before it starts."""
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    started: float = 0.0
    due: float = 0.0
    pause: float = 0.5

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return Path("log", f"{self.name}.log")

    def start(self, environment: dict[str, str]) -> None:
        """Start it, unless what it needs is not there yet."""
        if not all(answers(address) for address in self.needs):
            self.due = time.monotonic() + 0.1
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                shlex.split(self.command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                preexec_fn=_hear_of_children,  # noqa: PLW1509 - there are no threads here
            )  # fmt: skip
        self.starts += 1
        self.started = time.monotonic()

    def ended(self, code: int) -> None:
        """Note its end, and when to start it again: later each time, while it keeps ending."""
        now = time.monotonic()
        self.pause = 0.5 if now - self.started > SETTLED else min(self.pause * 2, _LONGEST_PAUSE)
        self.process, self.due = None, now + self.pause
        with self.log.open("a") as log:
            log.write(f"[supervisor] {self.name} ended with {code}; it starts again in {self.pause:.0f} s\n")


def _hear_of_children() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})  # or every container would inherit that it is blocked


def answers(address: str) -> bool:
    """Whether something listens at the address."""
    host, _, port = address.rpartition(":")
    family, target = (socket.AF_INET, (host, int(port))) if host else (socket.AF_UNIX, address)
    with socket.socket(family) as connection:
        connection.settimeout(1)
        return connection.connect_ex(target) == 0


def supervise(daemons: Sequence[Daemon], environment: dict[str, str]) -> None:
    """Keep the daemons running, for ever."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    housekeeping = time.monotonic() + _HOUSEKEEPING
    while True:
        now = time.monotonic()
        for daemon in daemons:
            if daemon.process is None and daemon.due <= now:
                daemon.start(environment)
        report(daemons)
        wake = min([housekeeping, *(daemon.due for daemon in daemons if daemon.process is None)])
        signal.sigtimedwait({signal.SIGCHLD}, max(wake - time.monotonic(), 0.01))
        reap(daemons)
        if time.monotonic() >= housekeeping:
            housekeeping = time.monotonic() + _HOUSEKEEPING
            for daemon in daemons:
                bound(daemon.log)


def reap(daemons: Sequence[Daemon]) -> None:
    """Collect what has ended: daemons, and also orphans of theirs, which come to the first process of a node."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        for daemon in daemons:
            if daemon.process and daemon.process.pid == pid:
                daemon.process.returncode = os.waitstatus_to_exitcode(status)
                daemon.ended(daemon.process.returncode)


def report(daemons: Sequence[Daemon], file: Path = Path("daemons.json")) -> None:
    """Tell other processes how often each daemon was started and whether it runs."""
    text = json.dumps({daemon.name: {"running": daemon.process is not None, "starts": daemon.starts} for daemon in daemons})
    if not file.exists() or file.read_text() != text:
        partial = file.with_suffix(".new")
        partial.write_text(text)
        partial.replace(file)


def bound(log: Path) -> None:
    """Keep the end of a log that has grown too long; its writer appends, and so goes on where the file then ends."""
    if not log.exists() or log.stat().st_size <= _LOG_LIMIT:
        return
    with log.open("rb+") as file:
        file.seek(-_LOG_KEPT, os.SEEK_END)
        end = file.read()
        log.with_suffix(".log.1").write_bytes(end)
        file.truncate(0)


def record() -> None:
    """Write down which process this is, as the machine counts: /proc is still the machine's."""
    pid = int(Path("/proc/self").readlink().name)
    started = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    partial = Path("node.json.new")
    partial.write_text(json.dumps({"pid": pid, "started": int(started)}))
    partial.replace("node.json")


def join(groups: Sequence[str]) -> None:
    """Make the control groups and enter them."""
    for group in map(Path, groups):
        root = group.parent.parent
        if (controllers := root / "cgroup.controllers").exists():  # version 2: a group has what its parent passes on
            for controller in controllers.read_text().split():
                (root / "cgroup.subtree_control").write_text(f"+{controller}")
        group.mkdir(parents=True, exist_ok=True)
        for setting in ("cpuset.cpus", "cpuset.mems"):  # version 1: a new group has no processor and no memory to use
            for part in (group.parent, group):
                if (part / setting).exists() and (part / "cpuset.cpu_exclusive").exists():
                    (part / setting).write_text((part.parent / setting).read_text())
        (group / "cgroup.procs").write_text("0")


def _isolate(plan: dict[str, Any]) -> None:
    """Give the node its own view of files: whatever the daemons write outside their folder is not seen by the machine."""

    def mount(*arguments: str | Path) -> None:
        subprocess.run(["mount", *arguments], check=True)

    mount("--make-rshared", "/")
    mount("-t", "proc", "proc", "/proc")
    for folder in plan["overlaid"]:
        written = Path.cwd() / "overlay" / folder.strip("/").replace("/", "-")
        for layer in ("upper", "work"):
            (written / layer).mkdir(parents=True, exist_ok=True)
        layers = f"lowerdir={folder},upperdir={written / 'upper'},workdir={written / 'work'}"
        mount("-t", "overlay", "overlay", "-o", layers, folder)
    mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run")
    inside = Path(plan["inside"])
    inside.mkdir()
    mount("--bind", ".", inside)  # the working directory was opened before anything was mounted over it
    os.chdir(inside)
    for setting, value in plan["pretended"].items():
        if (kernel := Path("/proc/sys", setting)).exists() and kernel.read_text().strip() != value:
            pretended = Path("/run/pretended", setting.replace("/", "-"))
            pretended.parent.mkdir(exist_ok=True)
            pretended.write_text(f"{value}\n")
            mount("--bind", pretended, kernel)


def main() -> None:
    """Set up the node and supervise it."""
    plan = tomllib.loads(Path(sys.argv[1]).read_text())
    record()
    environment: dict[str, str] = plan["environment"]
    try:
        join(plan["control_groups"])
        _isolate(plan)
        for command in plan["preparations"]:
            subprocess.run(shlex.split(command), env=environment, check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        sys.exit(f"The node cannot be set up: {problem}\n{HOSTS_THAT_REFUSE}")
    supervise([Daemon(**daemon) for daemon in plan["daemons"]], environment)


if __name__ == "__main__":
    main()
