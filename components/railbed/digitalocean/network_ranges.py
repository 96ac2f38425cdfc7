"""Address ranges that a VPC of DigitalOcean can have.

https://docs.digitalocean.com/products/networking/vpc/details/limits/
"""

from ipaddress import IPv4Network

_PRIVATE = [IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
_RESERVED = [IPv4Network(cidr) for cidr in ("10.229.0.0/16", "10.244.0.0/16", "10.245.0.0/16", "10.246.0.0/24")]


def check_range(cidr: str, argument: str) -> None:
    """Raise `ValueError` for a range that DigitalOcean refuses."""
    network = IPv4Network(cidr)
    if not any(network.subnet_of(private) for private in _PRIVATE):
        raise ValueError(f"{argument} {cidr} is not private: specify a range within {', '.join(map(str, _PRIVATE))}")
    if any(network.overlaps(reserved) for reserved in _RESERVED):
        listed = ", ".join(map(str, _RESERVED))
        raise ValueError(f"{argument} {cidr} overlaps what DigitalOcean keeps for itself ({listed}): specify another range")
