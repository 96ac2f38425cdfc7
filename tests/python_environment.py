"""Virtual environments for what does not agree with railbed's own dependencies: made once, kept in the sandbox's cache."""

import hashlib
import subprocess
import sys
from pathlib import Path

from sandbox.builds import exclusive
from sandbox.paths import CACHE_DIRECTORY
from sandbox.progress import StepFailed, step


def python_environment(requirements: Path, what: str) -> Path:
    """The environment in which these requirements are installed. `what` they are is shown while that takes its time."""
    content = requirements.read_bytes() + sys.version.encode()
    folder = CACHE_DIRECTORY / "environments" / hashlib.sha256(content).hexdigest()[:12]
    finished = folder / "finished"
    if not finished.exists():
        with step(f"Installing {what}, once") as installing, exclusive(folder.with_suffix(".lock"), installing):
            if not finished.exists():  # the one we waited for may have installed them
                _install(folder, requirements)
                finished.touch()
    return folder


def _install(folder: Path, requirements: Path) -> None:
    pip = [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", "--requirement", str(requirements)]
    for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], pip):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise StepFailed(f"`{' '.join(command)}` failed: {run.stderr[-2000:]}", "Check the network, then run it again.")
