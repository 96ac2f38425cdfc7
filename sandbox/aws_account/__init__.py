"""An AWS account on this machine: moto's server, whose ECS runs real containers on the sandbox's cluster."""

import os
import signal
import subprocess
import sys
import time
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from sandbox import cluster
from sandbox.builds import exclusive
from sandbox.cluster import node
from sandbox.cluster.supervisor import answers
from sandbox.paths import REPOSITORY, STATE_DIRECTORY
from sandbox.progress import StepFailed, step

PORT = 5000
URL = f"http://{cluster.NODE_ADDRESS}:{PORT}"
START_SECONDS = 90
_FOLDER = STATE_DIRECTORY / "aws-account"
_LOG = _FOLDER / "log"


def running() -> bool:
    """Whether it takes requests."""
    return answers(f"{cluster.NODE_ADDRESS}:{PORT}")


def endpoint() -> str:
    """Start it unless it runs, and tell its URL.

    It runs in the node's namespaces, so that it ends with the node, however that ends; what is in the account ends with it.
    """
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with step("Starting an AWS of the sandbox's own") as starting, exclusive(_FOLDER / "lock", starting):
        if not running():
            _start()
    return URL


def client(service: str, region: str) -> Any:
    """A client of its API, and of no other."""
    import boto3  # takes half a second

    return boto3.Session().client(
        service,
        region_name=region,
        endpoint_url=endpoint(),
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",  # noqa: S106 - moto takes any
    )


def empty() -> None:
    """Remove everything in it, if it runs."""
    if running():
        request = Request(f"{URL}/moto-api/reset", method="POST")  # noqa: S310
        build_opener(ProxyHandler({})).open(request, timeout=60).close()


def _start() -> None:
    process_of_node = node.running()
    if process_of_node is None:
        raise StepFailed("The sandbox's cluster does not run, and its AWS runs on it.", "Start it: python -m sandbox up")
    inside = ["nsenter", "--target", str(process_of_node), "--net", "--pid"]
    with _LOG.open("wb") as log:
        process = subprocess.Popen(
            [*inside, sys.executable, "-m", "sandbox.aws_account", cluster.NODE_ADDRESS, str(PORT), str(cluster.kubeconfig())],
            cwd=REPOSITORY, env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + START_SECONDS
    while not running():
        if process.poll() is not None or time.monotonic() > deadline:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            raise StepFailed(f"The sandbox's AWS does not start:\n{_LOG.read_text()[-2000:]}", "Run the same command again.")
        time.sleep(0.2)


def _environment() -> dict[str, str]:
    """Nothing of the user's: moto reads credentials and settings from the environment, too."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "RAILBED_SANDBOX_STATE")}
    return kept | {"PYTHONPATH": str(REPOSITORY), "MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "NO_PROXY": "*"}
