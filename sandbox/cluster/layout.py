"""Names, addresses and folders of the cluster."""

import os
from ipaddress import IPv4Network
from pathlib import Path

from sandbox.paths import STATE_DIRECTORY
from sandbox.progress import StepFailed

DIRECTORY = STATE_DIRECTORY / "cluster"
INSIDE = Path("/run/railbed")
"""The same folder as processes of the node see it: short enough for sockets, wherever the state directory is."""


CHOSEN_NETWORK = DIRECTORY / "node-network"
"""Keeps the network of a cluster that was started, so that it is found again without the variable."""


def _network() -> IPv4Network:
    if CHOSEN_NETWORK.exists():
        return IPv4Network(CHOSEN_NETWORK.read_text())
    chosen = os.environ.get("RAILBED_SANDBOX_NETWORK", "10.243.0.0/24")
    try:
        network = IPv4Network(chosen)
    except ValueError:
        network = IPv4Network("0.0.0.0/0")
    if network.prefixlen != 24:
        raise StepFailed(f"RAILBED_SANDBOX_NETWORK is not a /24 network: {chosen}", "Write it like 10.243.0.0/24.")
    return network


NETWORK = _network()
"""Joins this machine to the node; a second sandbox beside the first needs one of its own."""
HOST_ADDRESS = str(NETWORK[1])
NODE_ADDRESS = str(NETWORK[2])
LOAD_BALANCER_NETWORK = str(list(NETWORK.subnets())[1])
POD_NETWORK = "10.244.0.0/24"
SERVICE_NETWORK = "10.96.0.0/16"
API_SERVICE_ADDRESS = "10.96.0.1"
DNS_ADDRESS = "10.96.0.10"

ENGINE_SOCKET = DIRECTORY / "docker.sock"
"""Where the node's Docker engine listens."""
_AWS_REGIONS = (
    *("ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1"),
    *("eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
REGISTRY = "registry.sandbox"
REGISTRY_NAMES = (
    REGISTRY,
    "registry.digitalocean.com",
    *(f"123456789012.dkr.ecr.{region}.amazonaws.com" for region in _AWS_REGIONS),
)
"""What the node's registry answers to: inside the node, the names of the clouds' registries lead to it as well."""

NAME = f"railbed-{int(NETWORK.network_address) >> 8:06x}"
"""Of the network interface and the control groups; an interface's name has 15 characters at most."""
NODE_NAME = "railbed"
API_SERVER = f"https://{NODE_ADDRESS}:6443"
