"""Host names, as certificates and DNS zones see them."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, TypeAlias

from railbed.arguments import matching

_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"

DomainHost: TypeAlias = Annotated[
    str,
    matching(
        rf"(?=.{{1,253}}$)(\*\.)?({_LABEL}\.)+{_LABEL}",
        "give a full host name in lower case, such as shop.example.com or *.example.com, without scheme, port or path",
    ),
]
"""A host name of at least two parts, in lower case; the first part may be a star."""

Zone: TypeAlias = Annotated[
    str,
    matching(rf"(?=.{{1,253}}$)({_LABEL}\.)+{_LABEL}", "give a domain in lower case, such as example.com"),
]
"""The domain that a DNS zone is for."""


def check_once(argument: str, values: Sequence[str]) -> None:
    """Raise `ValueError` for a value that a list names twice: each gets a resource of its own."""
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"{argument} name {', '.join(twice)} more than once: name each once")


def relative_name(host: str, zone: str) -> str:
    """The name of a host's record within its zone; "@" is the zone itself.

    Raises `ValueError` for a host that is not in the zone.
    """
    if host == zone:
        return "@"
    if not host.endswith(f".{zone}"):
        raise ValueError(f"hosts: {host} is not in the zone {zone}; remove it, or make its records with the zone that it is in")
    return host.removesuffix(f".{zone}")
