"""What everything lent has in common: its place in the sandbox's cluster, its address and its certificate."""

import base64
import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from sandbox import cluster
from sandbox.cluster import certificates
from sandbox.progress import StepFailed

NAMESPACE = "railbed-cloud"
LABEL = "railbed.sandbox/lent"
START_SECONDS = 180
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Lent:
    """Where something lent is reached, from pods and from this machine."""

    host: str
    port: int


def possible() -> bool:
    """Whether the sandbox's own cluster is there to lend from, and is the one in use."""
    return cluster.running() and os.environ.get("KUBECONFIG", str(cluster.kubeconfig())) == str(cluster.kubeconfig())


def take_back(*names: str) -> None:
    """Remove what is lent under these names, with its data; nothing if there is none."""
    kinds = "deployment,statefulset,service,secret,configmap,persistentvolumeclaim"
    kubectl("delete", kinds, "--selector", f"{LABEL} in ({','.join(names)})", "--ignore-not-found", "--wait=false")


def apply(file: str, name: str, **values: str | int) -> None:
    """Make the objects of a file of this folder what it says, with its names filled in."""
    quoted = {key: json.dumps(value) for key, value in values.items()}
    text = Template((_HERE / file).read_text()).substitute(quoted, name=name, namespace=NAMESPACE, label=LABEL)
    kubectl("apply", "--server-side", "--force-conflicts", "--filename", "-", text=text)


def apply_secret(name: str, kind: str, content: Mapping[str, str]) -> None:
    """Keep files for the pods of something lent."""
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": f"{kind}-{name}", "namespace": NAMESPACE, "labels": {LABEL: name}},
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in content.items()},
    }
    kubectl("apply", "--server-side", "--force-conflicts", "--filename", "-", text=json.dumps(secret))


def certificate(name: str, kind: str, host: str) -> dict[str, str]:
    """Certificate and key for an address; the same ones as long as there are some."""
    found = kubectl("get", "secret", f"{kind}-{name}", "--ignore-not-found", "--output", "json")
    if found:
        kept: dict[str, str] = json.loads(found)["data"]
        return {file: base64.b64decode(kept[file]).decode() for file in ("tls.crt", "tls.key")}
    public, private = certificates.for_address(host)
    return {"tls.crt": public, "tls.key": private}


def address_of(service: str) -> str:
    """The address that the sandbox gives a Service of type LoadBalancer."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        status: Any = json.loads(kubectl("get", "service", service, "--output", "json"))["status"]
        if given := status.get("loadBalancer", {}).get("ingress"):
            return str(given[0]["ip"])
        if time.monotonic() > deadline:
            raise StepFailed(f"The sandbox gave Service {service} no address.", "Repair it: python -m sandbox up")
        time.sleep(0.1)


def wait_for(workload: str, lent: Lent) -> Lent:
    """Wait until the pods of a workload are ready, and its address leads to them."""
    kubectl("rollout", "status", workload, f"--timeout={START_SECONDS}s")
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.create_connection((lent.host, lent.port), timeout=5):
                return lent
        except OSError as error:
            if time.monotonic() > deadline:
                raise StepFailed(f"{workload} is ready, and {lent.host}:{lent.port} does not answer: {error}") from None
        time.sleep(0.1)


def kubectl(*arguments: str, text: str | None = None) -> str:
    """Run kubectl in the namespace of what is lent."""
    command = [str(cluster.binaries() / "kubectl"), f"--kubeconfig={cluster.kubeconfig()}", "--namespace", NAMESPACE]
    done = subprocess.run([*command, *arguments], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        # Never the command's input: it has passwords.
        raise StepFailed(
            f"The sandbox could not lend: kubectl {' '.join(arguments[:2])}: {done.stderr.strip()}",
            "See what the cluster says: python -m sandbox run kubectl --namespace " + NAMESPACE + " get pods,events",
        )
    return done.stdout
