"""How a type of Pulumi's is made, changed and deleted with AWS' API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Template = Mapping[str, Any]
"""A request with "$property" for the value of a property, "$id" for the identity, "$answer.Path" for what its creation gave."""


@dataclass(frozen=True)
class Call:
    """One request, besides the one that makes a resource."""

    operation: str
    request: Template
    only_with: str = ""
    """Property without which there is no need for it."""


@dataclass(frozen=True)
class Api:
    """A resource type. What a template does not say is taken from the inputs that the request has members for."""

    service: str
    """As boto3 calls it."""
    create: str
    identity: str
    """Template of what Pulumi calls the resource's id."""
    key: str = ""
    """Member that takes the identity in later requests."""
    resource: str = ""
    """Path of the resource in the answer to its creation, whose members are outputs."""
    request: Template = field(default_factory=dict)
    """Parts of the request that are called otherwise in the inputs."""
    whole: bool = False
    """Whether that is all of the request."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Members by the inputs that they are called otherwise than; only at the same depth they may be paths."""
    outputs: Template = field(default_factory=dict)
    """Outputs that are called otherwise in the answer."""
    then: tuple[Call, ...] = ()
    """What belongs to making it."""
    update: str = ""
    """Operation that takes the inputs anew; without one a change is only written down."""
    updating: Template = field(default_factory=dict)
    """Parts of that request besides those of the one that makes the resource."""
    apart: tuple[str, ...] = ()
    """Inputs that it does not take: the provider sets them by operations of their own."""
    first: tuple[Call, ...] = ()
    """What has to be undone before it is deleted."""
    delete: str = ""
    """Without one nothing is deleted, as the provider does."""
    deletion: Template = field(default_factory=dict)
    """Parts of the request besides the key."""
