"""Commands that use this terminal: run by the platform's own program, which knows terminals."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from railbed_stacks.operations.errors import OperationError


def is_interactive() -> bool:
    """Whether a person sits at this terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def installed(program: str, remedy: str) -> str:
    """The path of a program. Raises `OperationError` with the remedy where it is not installed."""
    if (path := shutil.which(program)) is None:
        raise OperationError(f"{program} is not installed, and a terminal needs it: {remedy}")
    return path


def run_with_terminal(program: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a program with this terminal, and give its exit code."""
    with subprocess.Popen(program, env={**os.environ, **(environment or {})}) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the program got it too: it says what that means
                continue
