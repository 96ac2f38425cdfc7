"""A real Kubernetes of one node, inside namespaces of its own: ended as one process, it leaves nothing behind."""

from sandbox.cluster.condition import Status, status
from sandbox.cluster.images import image_digests, import_image, remove_image
from sandbox.cluster.layout import ENGINE_SOCKET, HOST_ADDRESS, NODE_ADDRESS, REGISTRY
from sandbox.cluster.life_cycle import down, kubeconfig, running, up
from sandbox.cluster.plan import binaries
from sandbox.cluster.registry import docker_environment

__all__ = [
    "ENGINE_SOCKET", "HOST_ADDRESS", "NODE_ADDRESS", "REGISTRY", "Status", "binaries", "docker_environment", "down",
    "image_digests", "import_image", "kubeconfig", "remove_image", "running", "status", "up",
]  # fmt: skip
