"""A real address in place of a cloud's load balancer in front of node ports."""

from sandbox import images
from sandbox.cluster import NODE_ADDRESS
from sandbox.lending.cluster import Lent, address_of, apply, wait_for

PORT = 80


def address(name: str) -> str:
    """Lend an address under a name (a DNS label) that answers on port 80 once it is told where to `forward`."""
    apply("service.yaml", name, service=f"address-{name}", port=PORT, part="address")
    return address_of(f"address-{name}")


def forward(name: str, port: int) -> None:
    """Hand the connections to an address on to a port of the node."""
    # From a pod, as rules of node ports do not apply to what other rules have led to the node.
    apply("forwarder.yaml", name, image=images.redis_reference(), target=NODE_ADDRESS, port=str(port))
    wait_for(f"deployment/address-{name}", Lent(address_of(f"address-{name}"), PORT))
