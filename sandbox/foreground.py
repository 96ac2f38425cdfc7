"""Runs a command in this process's place: its terminal, its signals, its exit code."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType

from sandbox.progress import StepFailed


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run to the end; every interruption reaches the command once, and we wait until it has dealt with it."""
    # At a terminal, Ctrl-C goes to the whole process group: to the command and to us. Elsewhere only we are signalled,
    # or our group is: with a group of its own the command gets what we forward, and pulumi never counts one as two.
    at_terminal = sys.stdin.isatty()
    forwarded = [signal.SIGTERM, signal.SIGHUP, *([] if at_terminal else [signal.SIGINT])]
    program = shutil.which(command[0], path=environment["PATH"])
    if not program:
        raise StepFailed(f"There is no program named {command[0]}.", "Check its name, or give its path.")
    child = subprocess.Popen([program, *command[1:]], env=environment, process_group=None if at_terminal else 0)

    def forward(number: int, _: FrameType | None) -> None:
        if at_terminal:
            child.send_signal(number)
        else:
            os.killpg(child.pid, number)

    before = {number: signal.signal(number, forward) for number in forwarded}
    if at_terminal:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status  # as a shell reports the end by a signal
