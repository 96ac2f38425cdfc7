import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import foreground
from sandbox.paths import REPOSITORY
from sandbox.progress import StepFailed

_RUN = "import os, sys; from sandbox import foreground; sys.exit(foreground.run(sys.argv[1:], dict(os.environ)))"
# Counts interruptions as pulumi does, and ends some time after the first.
_COUNTING = """
import signal, sys, time
seen = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda n, _: seen.append(signal.Signals(n).name))
print("ready", flush=True)
while not seen:
    time.sleep(0.02)
time.sleep(0.5)
print(*seen, flush=True)
sys.exit(7)
"""


def _start(*shell: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _RUN, *shell, sys.executable, "-c", _COUNTING]
    started = subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert started.stdout
    assert started.stdout.readline() == "ready\n"
    return started


@pytest.mark.parametrize(("script", "status"), [("exit 0", 0), ("exit 42", 42), ("kill -9 $$", 137), ("kill -2 $$", 130)])
def test_the_exit_code_is_passed_on_as_a_shell_would(script: str, status: int) -> None:
    assert foreground.run(["sh", "-c", script], dict(os.environ)) == status


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(StepFailed, match="There is no program named no-such-program"):
        foreground.run(["no-such-program"], dict(os.environ))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_us_reaches_the_command_once_and_we_wait_for_it(number: signal.Signals) -> None:
    with _start() as running:
        running.send_signal(number)
        output, _ = running.communicate(timeout=60)
    assert (output, running.returncode) == (f"{number.name}\n", 7)


def test_a_signal_to_our_whole_group_reaches_the_command_once() -> None:
    with _start() as running:
        os.killpg(running.pid, signal.SIGINT)
        output, _ = running.communicate(timeout=60)
    assert (output, running.returncode) == ("SIGINT\n", 7)


def test_a_signal_reaches_a_command_that_a_shell_runs() -> None:
    with _start("sh", "-c", '"$0" "$@"; echo shell goes on') as running:
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=60)
    assert "SIGTERM\n" in output


def test_ctrl_c_at_a_terminal_reaches_the_command_once() -> None:
    pid, terminal = os.forkpty()
    if pid == 0:
        os.chdir(REPOSITORY)
        os.execv(sys.executable, [sys.executable, "-c", _RUN, sys.executable, "-c", _COUNTING])
    said = b""
    while b"ready" not in said:
        said += os.read(terminal, 1000)
    time.sleep(0.1)
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    said += os.read(terminal, 1000)
    os.close(terminal)
    assert said.count(b"SIGINT") == 1
    assert os.waitstatus_to_exitcode(status) == 7


def test_the_environment_and_its_path_are_the_commands(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text('#!/bin/sh\nexit "$CODE"\n')
    tool.chmod(0o755)
    assert foreground.run(["tool"], {"PATH": f"{tmp_path}:/bin", "CODE": "9"}) == 9
