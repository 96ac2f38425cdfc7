"""Processes of a pod as the node sees them, for what cannot be done to process 1 of a container from inside."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from sandbox import environment


def processes_of(pod: dict[str, Any], command: str) -> list[int]:
    """Numbers of a pod's processes whose command line contains `command`.

    Skips the test where the cluster's node is another machine.
    """
    if environment.chosen_kubeconfig() is not None:
        pytest.skip("not run: the processes of this cluster's nodes are out of reach")
    uid = pod["metadata"]["uid"]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if uid in (folder / "cgroup").read_text() and command in (folder / "cmdline").read_text():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    assert found, f"pod {pod['metadata']['name']} has no process '{command}'"
    return found


def send(number: signal.Signals, pod: dict[str, Any], command: str) -> None:
    """Send a signal to a pod's processes whose command line contains `command`."""
    for process in processes_of(pod, command):
        os.kill(process, number)
