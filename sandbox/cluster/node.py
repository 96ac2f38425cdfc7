"""The node as this machine sees it: one process, to start, find, connect and end."""

import json
import subprocess
from ipaddress import IPv4Network
from pathlib import Path

from sandbox.cluster.layout import DIRECTORY, HOST_ADDRESS, LOAD_BALANCER_NETWORK, NAME, NETWORK, NODE_ADDRESS
from sandbox.namespaced import NamespacedProcess
from sandbox.progress import StepFailed

_PROCESS = NamespacedProcess(DIRECTORY, ["net", "uts", "ipc"])


def running() -> int | None:
    """The process identifier of the node's first process, if it runs."""
    return _PROCESS.running()


def start(plan: Path) -> int:
    """Start the node with a plan and return its process identifier."""
    return _PROCESS.start(plan)


def end() -> None:
    """End the node with everything in it; the kernel has removed its processes and mounts when this returns."""
    _PROCESS.end()


def connect(pid: int) -> None:
    """Join the node to this machine by a pair of interfaces, unless it is joined already."""

    def inside(*command: str) -> None:
        _run("nsenter", "--target", str(pid), "--net", *command)

    if not Path("/sys/class/net", NAME).exists():
        _refuse_used_network()
        _run("ip", "link", "add", NAME, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
    _run("ip", "address", "replace", f"{HOST_ADDRESS}/24", "dev", NAME)
    _run("ip", "link", "set", NAME, "up")
    inside("ip", "link", "set", "lo", "up")
    inside("ip", "address", "replace", f"{NODE_ADDRESS}/24", "dev", "eth0")
    inside("ip", "link", "set", "eth0", "up")
    inside("ip", "route", "replace", "local", LOAD_BALANCER_NETWORK, "dev", "lo")


def disconnect() -> None:
    """Remove the interface; it ends with the node, only a moment later."""
    subprocess.run(["ip", "link", "delete", NAME], capture_output=True, check=False)


def _refuse_used_network() -> None:
    for route in json.loads(_run("ip", "-json", "-4", "route", "show", "table", "all")):
        if route["dst"] == "default" or route.get("dev") == NAME:
            continue
        if IPv4Network(route["dst"], strict=False).overlaps(NETWORK):
            raise StepFailed(
                f"The network {NETWORK} is in use on this machine ({route['dst']} by {route.get('dev', 'a route')}).",
                "Choose another for the sandbox, say: export RAILBED_SANDBOX_NETWORK=10.249.7.0/24",
            )


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepFailed(f"`{' '.join(command)}` failed: {done.stderr.strip()}", "Run as root on Linux, with iproute2.")
    return done.stdout
