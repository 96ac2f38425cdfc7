"""Whether each part of the cluster does its work."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from sandbox.cluster import node, supervisor
from sandbox.cluster.layout import DIRECTORY, NODE_ADDRESS, NODE_NAME
from sandbox.progress import Step, StepFailed

KUBECONFIG = DIRECTORY / "certificates" / "admin.kubeconfig"


@dataclass(frozen=True)
class Check:
    """What has to be true, and the daemon whose log tells why it is not."""

    what: str
    daemon: str
    passes: Callable[[], bool]


def kubectl(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the cluster's own kubectl as its administrator."""
    command = [str(DIRECTORY / "bin" / "kubectl"), f"--kubeconfig={KUBECONFIG}", "--request-timeout=10s", *arguments]
    direct = os.environ | {"NO_PROXY": NODE_ADDRESS, "no_proxy": NODE_ADDRESS}
    return subprocess.run(command, env=direct, capture_output=True, text=True, check=False)


def _api_ready() -> bool:
    return kubectl("get", "--raw", "/readyz").stdout == "ok"


def node_ready() -> bool:
    """Whether the node takes pods."""
    condition = "jsonpath={.status.conditions[?(@.type=='Ready')].status}"
    return kubectl("get", "node", NODE_NAME, "-o", condition).stdout == "True"


def _names_resolve() -> bool:
    connection = HTTPConnection(NODE_ADDRESS, 8181, timeout=2)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _runtime_answers() -> bool:
    pid = node.running()
    return pid is not None and supervisor.answers(f"/proc/{pid}/root/run/containerd/containerd.sock")


RUNTIME = Check("the container runtime answers", "containerd", _runtime_answers)
API = Check("the API server answers", "apiserver", _api_ready)
CHECKS = (
    API,
    RUNTIME,
    Check("the node is ready", "kubelet", node_ready),
    Check("cluster DNS answers", "coredns", _names_resolve),
)


def healthy() -> bool:
    """Whether everything works."""
    return all(check.passes() for check in CHECKS)


def wait(check: Check, waiting: Step, seconds: float) -> None:
    """Wait until a check passes."""
    waiting.note(f"until {check.what}")
    deadline = time.monotonic() + seconds
    while not check.passes():
        again = "Run the same command again; if that does not help, start afresh: python -m sandbox down, then up"
        if node.running() is None:
            raise StepFailed(f"The node has ended while it started. {_end_of_log('supervisor')}", again)
        if time.monotonic() > deadline:
            raise StepFailed(f"After {seconds:.0f} s not yet: {check.what}. {_end_of_log(check.daemon)}", again)
        time.sleep(0.1)


def _end_of_log(daemon: str) -> str:
    log = DIRECTORY / "log" / f"{daemon}.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else ["(there is none: it was not started)"]
    return "\n".join([f"The end of {log}:", *lines[-15:]])
