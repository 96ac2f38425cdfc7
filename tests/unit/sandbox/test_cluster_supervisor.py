"""The supervisor keeps real processes running."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.cluster import supervisor
from sandbox.cluster.supervisor import Daemon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "log").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_ends_starts_again_and_later_each_time() -> None:
    daemon = Daemon("failing", "sh -c 'echo tried; exit 3'")
    pauses = []
    for _ in range(8):
        daemon.start(ENVIRONMENT)
        assert daemon.process
        daemon.ended(daemon.process.wait())
        pauses.append(daemon.pause)
    assert pauses == [1, 2, 4, 8, 16, 20, 20, 20]
    assert daemon.starts == 8
    assert daemon.log.read_text().count("tried") == 8
    assert "failing ended with 3" in daemon.log.read_text()


def test_what_ran_for_long_starts_again_soon() -> None:
    daemon = Daemon("settled", "true", pause=16, started=time.monotonic() - supervisor.SETTLED - 1)
    daemon.ended(-9)
    assert daemon.pause == 0.5


def test_a_daemon_waits_for_what_it_needs(directory: Path) -> None:
    with socket.socket() as port, socket.socket(socket.AF_UNIX) as path:
        port.bind(("127.0.0.1", 0))
        path.bind("needed.sock")
        daemon = Daemon("waiting", "sleep 60", needs=[f"127.0.0.1:{port.getsockname()[1]}", str(directory / "needed.sock")])
        daemon.start(ENVIRONMENT)
        assert daemon.process is None
        port.listen()
        path.listen()
        daemon.start(ENVIRONMENT)
    assert daemon.process
    daemon.process.kill()
    daemon.process.wait()


def test_it_restarts_killed_daemons_and_collects_orphans(directory: Path) -> None:
    program = directory / "supervise.py"
    program.write_text(
        f"import sys; sys.path.insert(0, {str(Path(supervisor.__file__).parent)!r}); import supervisor\n"
        "supervisor.supervise([supervisor.Daemon('sleeper', 'sleep 600'), supervisor.Daemon('shell', "
        f"\"sh -c 'cat /proc/self/status > mask; sleep 900'\")], {ENVIRONMENT!r})\n"
    )
    running = subprocess.Popen([sys.executable, program], cwd=directory)
    try:
        first = _sleeper(running.pid)
        os.kill(first, signal.SIGKILL)
        assert _sleeper(running.pid, besides=first) != first
        time.sleep(0.2)
        assert json.loads((directory / "daemons.json").read_text())["sleeper"] == {"running": True, "starts": 2}
        blocked = next(line for line in (directory / "mask").read_text().splitlines() if line.startswith("SigBlk"))
        assert int(blocked.split()[1], 16) == 0, "containers would inherit blocked signals"
    finally:
        for child in _children(running.pid):
            os.kill(child, signal.SIGKILL)
        running.kill()
        running.wait()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _sleeper(pid: int, besides: int = 0) -> int:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for child in _children(pid):
            if child != besides and Path(f"/proc/{child}/cmdline").read_bytes().startswith(b"sleep\x00600"):
                return child
        time.sleep(0.02)
    raise AssertionError("it does not run")


def test_a_long_log_keeps_its_end_and_its_writer() -> None:
    log = Path("log", "long.log")
    with log.open("ab") as writer:
        writer.write(b"x" * 9 * 2**20 + b"the end\n")
        writer.flush()
        supervisor.bound(log)
        writer.write(b"goes on\n")
    assert log.read_bytes() == b"goes on\n"
    assert log.with_suffix(".log.1").read_bytes().endswith(b"the end\n")
    assert log.with_suffix(".log.1").stat().st_size == 2**20
