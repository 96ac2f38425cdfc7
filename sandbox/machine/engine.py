"""Brings the machine's engine up, and takes it down with all that it runs."""

import hashlib
import json
import os
import shlex
import shutil
import sys
import time
from pathlib import Path
from string import Template

import docker
from docker.errors import DockerException

from sandbox import debian
from sandbox.builds import exclusive
from sandbox.cluster import control_groups
from sandbox.namespaced import NamespacedProcess
from sandbox.paths import STATE_DIRECTORY
from sandbox.progress import StepFailed, step

DIRECTORY = STATE_DIRECTORY / "machine"
SOCKET = DIRECTORY / "docker.sock"
START_SECONDS = 60
ANSWER_SECONDS = 600
PACKAGES = ("containerd", "iproute2", "iptables", "mount", "runc", "util-linux")
NAME = f"railbed-docker-{hashlib.sha256(str(DIRECTORY).encode()).hexdigest()[:6]}"
"""Of its control groups; another sandbox beside this one has others."""

_HERE = Path(__file__).parent
_INSIDE = Path("/run/railbed")
_LOCK = STATE_DIRECTORY / "machine.lock"
_FINGERPRINT = DIRECTORY / "fingerprint"
_PROCESS = NamespacedProcess(DIRECTORY, ["uts", "ipc"])


def up() -> None:
    """Make the engine run and answer: start it, repair it, or find it well."""
    require()
    # A Docker engine that is there already, of whatever origin, is not put out by Debian's.
    debian.install([*PACKAGES, *([] if shutil.which("dockerd") else ["docker.io"])])
    files = _files()
    fingerprint = hashlib.sha256("\0".join(files.values()).encode()).hexdigest()
    with step("Starting Docker") as starting, exclusive(_LOCK, starting):
        if running() and _FINGERPRINT.exists() and _FINGERPRINT.read_text() == fingerprint and version() is not None:
            return
        _clear()
        DIRECTORY.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (DIRECTORY / name).write_text(content)
            (DIRECTORY / name).chmod(0o755)
        _FINGERPRINT.write_text(fingerprint)
        _PROCESS.start(DIRECTORY / "plan.toml")
        deadline = time.monotonic() + START_SECONDS
        while version() is None:
            if time.monotonic() > deadline or not running():
                raise StepFailed(f"The Docker engine does not start: {_end_of_log()}", "Run the same command again.")
            time.sleep(0.1)


def down() -> None:
    """End the engine with its containers, and remove its images, volumes and files."""
    if not DIRECTORY.exists():
        return
    with step("Removing Docker") as removing, exclusive(_LOCK, removing):
        _clear()
        shutil.rmtree(DIRECTORY)
    _LOCK.unlink(missing_ok=True)


def running() -> bool:
    """Whether the machine runs; its engine may still be starting."""
    return _PROCESS.running() is not None


def version() -> str | None:
    """The engine's version; None if it does not answer."""
    if not SOCKET.exists():
        return None
    try:
        return str(docker.DockerClient(base_url=f"unix://{SOCKET}", timeout=10).version()["Version"])
    except (DockerException, OSError):
        return None


def docker_environment() -> dict[str, str]:
    """What leads Docker's clients to the engine, with none of the user's logins."""
    return {"DOCKER_HOST": f"unix://{SOCKET}", "DOCKER_CONFIG": str(DIRECTORY / "logins")}


def client() -> docker.DockerClient:
    """A client of the engine, which has to run."""
    return docker.DockerClient(base_url=f"unix://{SOCKET}", timeout=ANSWER_SECONDS)


def _files() -> dict[str, str]:
    """Programs and configuration by the names of their files."""
    publish = shlex.join([sys.executable, "-I", str(_INSIDE / "publish_port.py")])
    names = {
        "control_groups": json.dumps([str(root / NAME / "daemons") for root in control_groups.roots()]),
        "inside": _INSIDE,
        "name": NAME,
    }
    return {
        "plan.toml": Template((_HERE / "plan.toml").read_text()).substitute(names),
        "publish_port.py": (_HERE / "publish_port.py").read_text(),
        "publish-port": f'#!/bin/sh\nexec {publish} "$@"\n',
    }


def _clear() -> None:
    _PROCESS.end()
    control_groups.remove(NAME)


def _end_of_log() -> str:
    logs = [DIRECTORY / "log" / name for name in ("supervisor.log", "docker.log")]
    return "\n".join(log.read_text(errors="replace")[-1500:] for log in logs if log.exists())


def require() -> None:
    """Raise `StepFailed` where it cannot run."""
    instead = "Use the Docker that you have: docs/docker.md tells how."
    if sys.platform != "linux":
        raise StepFailed(f"The sandbox's own Docker engine needs Linux, and this is {sys.platform}.", instead)
    if os.geteuid() != 0:
        raise StepFailed("The sandbox's own Docker engine needs root, for namespaces and control groups.", instead)
