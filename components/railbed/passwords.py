"""Passwords of data stores: the user's own, or generated once and kept in Pulumi's state, encrypted."""

from urllib.parse import quote

import pulumi
import pulumi_random as random


def password_of(name: str, given: pulumi.Input[str] | None, parent: pulumi.Resource) -> pulumi.Output[str]:
    """The password given, or one generated once."""
    if given is not None:
        return pulumi.Output.secret(given)
    generated = random.RandomPassword(f"{name}-password", length=32, special=False, opts=pulumi.ResourceOptions(parent=parent))
    return generated.result


def in_url(password: pulumi.Output[str]) -> pulumi.Output[str]:
    """A password as it is written in a URL."""
    return password.apply(lambda text: quote(text, safe=""))
