"""Installs what the sandbox takes from Debian (or Ubuntu), without letting a package start a service on this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

from sandbox.progress import StepFailed, step

_POLICY = Path("/usr/sbin/policy-rc.d")
_START_NOTHING = "#!/bin/sh\n# Made by railbed's sandbox while it installs packages; safe to remove.\nexit 101\n"
_OPTIONS = ("-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3")


def install(packages: Sequence[str]) -> None:
    """Install those of `packages` that are missing."""
    missing = [package for package in packages if not _installed(package)]
    if not missing:
        return
    by_hand = f"Install them by hand, then run the same command again: {' '.join(missing)}"
    if not shutil.which("apt-get"):
        raise StepFailed(f"This machine lacks {', '.join(missing)}, and has no apt-get to install them with.", by_hand)
    with step(f"Installing {', '.join(missing)}") as installing, _no_services():
        if _apt_get("install", *_OPTIONS, *missing).returncode != 0:
            installing.note("the package lists may be old: apt-get update")
            _apt_get("update")
            again = _apt_get("install", *_OPTIONS, *missing)
            if again.returncode != 0:
                last_lines = "\n".join(again.stdout.splitlines()[-12:])
                raise StepFailed(f"apt-get could not install {', '.join(missing)}:\n{last_lines}", by_hand)


def _installed(package: str) -> bool:
    status = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return bool(shutil.which("dpkg-query")) and _run(status).stdout == "installed"


def _apt_get(*arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(["apt-get", *arguments])


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    return subprocess.run(
        command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, text=True, errors="replace", env=environment, check=False
    )


@contextmanager
def _no_services() -> Iterator[None]:
    """Debian asks this program whether a package may start its service: say no, unless the machine has its own rule."""
    ours = not _POLICY.exists() or _POLICY.read_text() == _START_NOTHING
    if ours:
        _POLICY.write_text(_START_NOTHING)
        _POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            _POLICY.unlink(missing_ok=True)
