"""What it takes to make, read, change and delete a resource."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """The actions of IAM for one type of resource."""

    actions: tuple[str, ...]
    """Actions, as `service:Operation`."""
    on: tuple[str, ...]
    """ARNs of what they change, with {region}, {account}, {names} and {zone} to fill in."""
    passes_to: tuple[str, ...] = ()
    """Services to which roles of the stack are passed."""
    linked: tuple[str, ...] = ()
    """Services that make a role of their own in an account when they are first used."""
    by_tag: bool = False
    """Whether it has no name: what is changed is known by the tag of its application."""


def need(
    service: str,
    operations: str,
    *on: str,
    also: str = "",
    passes_to: tuple[str, ...] = (),
    linked: tuple[str, ...] = (),
    by_tag: bool = False,
) -> Need:
    """Operations of a service, in one string, on the resources behind `arn:aws:service:`; `also` are actions of others."""
    actions = [f"{service}:{operation}" for operation in operations.split()]
    arns = [each if each.startswith("arn:") else f"arn:aws:{service}:{{region}}:{{account}}:{each}" for each in on]
    return Need(tuple(actions + also.split()), tuple(arns), passes_to, linked, by_tag)
