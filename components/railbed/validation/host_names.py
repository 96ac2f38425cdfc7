"""Host names, as certificates and DNS zones see them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

LONGEST_HOST, LONGEST_LABEL = 253, 63

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"


def _host(value: str) -> str:
    if value.startswith("*"):
        raise ValueError("a wildcard names no host: name each host that users enter, such as shop.example.com")
    _check_name(value, rf"{_LABEL}(\.{_LABEL})*", "specify a host name in lower case, such as shop.example.com, {}")
    return value


def check_domain(value: str) -> str:
    """The name, if a certificate can be for it and a load balancer serve it. Raises `ValueError`."""
    allowed = "specify a full host name in lower case, such as shop.example.com or *.example.com, {}"
    _check_name(value, rf"(\*\.)?({_LABEL}\.)+{_LABEL}", allowed)
    return value


def _zone(value: str) -> str:
    _check_name(value, rf"({_LABEL}\.)+{_LABEL}", "specify a domain in lower case, such as example.com")
    return value


Host: TypeAlias = Annotated[str, AfterValidator(_host)]
"""A host name: lower case, without scheme, port or path."""

DomainHost: TypeAlias = Annotated[str, AfterValidator(check_domain)]
"""A host name of at least two parts, in lower case; the first part may be a star."""

Zone: TypeAlias = Annotated[str, AfterValidator(_zone)]
"""The domain that a DNS zone is for."""


def _check_name(value: str, pattern: str, allowed: str) -> None:
    """Raise `ValueError` for what is not a name in DNS, or not of this pattern."""
    name = value.removesuffix(".")
    if _is_address(value):
        raise ValueError(
            "an address has no certificate and no DNS record: specify a host name that leads to it, such as shop.example.com"
        )
    if not value.isascii() and re.fullmatch(pattern, encoded := _punycode(name)):
        raise ValueError(f"DNS knows it in punycode: write {encoded}")
    if name and value != name and re.fullmatch(pattern, name):
        raise ValueError(f"leave out the dot at the end: {name}")
    if "_" in value and re.fullmatch(pattern, value.replace("_", "-")):
        raise ValueError(f"host names have no underscores: use letters, digits and dashes, as in {value.replace('_', '-')}")
    if not re.fullmatch(pattern, value):
        raise ValueError(allowed.format("without scheme, port or path"))
    longest = max(map(len, value.split(".")))
    if len(value) > LONGEST_HOST or longest > LONGEST_LABEL:
        raise ValueError(
            f"this host has {len(value)} characters, {longest} in a row without a dot: DNS takes {LONGEST_HOST}, and "
            f"{LONGEST_LABEL} between dots"
        )


def _is_address(value: str) -> bool:
    if re.fullmatch(r"[0-9]+(\.[0-9]+)*", value):
        return True
    try:
        ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


def _punycode(name: str) -> str:
    """A name with letters beyond ASCII as DNS has it (IDNA 2008, RFC 5891)."""
    labels = unicodedata.normalize("NFKC", name).lower().split(".")
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels)


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
