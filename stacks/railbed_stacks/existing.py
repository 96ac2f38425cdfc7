"""What settings say of things that exist: `existing` in a section takes the place of everything that would make one."""

from collections.abc import Collection
from typing import Annotated, TypeAlias

from pydantic import Field

from railbed.aws.eks.limits import check_given_network
from railbed.validation.arguments import Arguments, Options
from railbed.validation.rules import ProblemsError, rule
from railbed.validation.types import matching

SubnetIds: TypeAlias = Annotated[list[str], Field(min_length=2)]
"""IDs of subnets, of two zones at least."""


SecurityGroupId: TypeAlias = Annotated[
    str, matching("sg-[0-9a-z]+", "specify the ID of a security group, such as sg-0123456789abcdef0")
]
"""ID of a security group of AWS."""


def check_alone(section: Options, existing: Arguments | None, beside: Collection[str] = ()) -> None:
    """Raise `ValueError` for options that have no effect: what exists is used as it is.

    `beside` are options that say how it is used.
    """
    idle = sorted(section.model_fields_set - {"existing", *beside})
    if existing is not None and idle:
        have, them = ("has", "it") if len(idle) == 1 else ("have", "them")
        raise ValueError(
            f"{' and '.join(idle)} {have} no effect with existing, which is used as it is: remove {them}, or existing"
        )


class ExistingAwsNetwork(Arguments):
    """A VPC that exists, and its subnets."""

    vpc_id: str
    """ID of the VPC."""
    private_subnet_ids: SubnetIds
    """IDs of the subnets in which the application runs, in two zones at least. They need a way to the internet, such as a NAT
    gateway, for images and APIs of AWS."""
    public_subnet_ids: SubnetIds | None = None
    """IDs of the subnets for the load balancer, in two zones at least. Default: none, where the load balancer is internal or
    exists."""
    database_subnet_ids: SubnetIds | None = None
    """IDs of the subnets for the stack's own database and Redis, in two zones at least. Default: the private ones."""
    endpoints: bool = False
    """Whether endpoints of the VPC take the place of the private subnets' way to the internet. Default false."""

    @rule
    def _ids_are_of_aws(self) -> None:
        check_given_network(self.vpc_id, self.private_subnet_ids, self.public_subnet_ids or [], self.database_subnet_ids or [])


class AwsNetworkOptions(Options):
    """Settings of a network that the stack does not create."""

    existing: ExistingAwsNetwork | None = None
    """A VPC that exists, and its subnets; the stack looks them up, and changes nothing of them. Default: none, the stack makes
    a network."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        check_alone(self, self.existing)


def check_cluster_network(cluster: Options, existing: Arguments | None, own: Collection[str]) -> None:
    """Raise `ProblemsError` for options of a cluster that say which network it is in, or how one of its `own` is made."""
    given = cluster.model_fields_set
    places = ("vpc_id", "private_subnet_ids", "public_subnet_ids")
    problems = [f"cluster.{field}: set network.existing.{field} instead" for field in places if field in given]
    if existing is not None:
        idle = [field for field in own if field in given]
        problems += [f"cluster.{field}: has no effect with network.existing: remove it, or existing" for field in idle]
    if problems:
        raise ProblemsError(problems)
