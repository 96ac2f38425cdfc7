"""Names of applications that services of AWS refuse, in the names that railbed and Pulumi make of them.

Pulumi adds a dash and seven digits to a name: shop-redis-1a2b3c4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ADDED_BY_PULUMI = 8

LONGEST_CACHE_ID = 40
"""https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""

LONGEST_DATABASE_ID = 63
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""

LONGEST_NAME_WITH_CACHE = LONGEST_CACHE_ID - ADDED_BY_PULUMI - len("-redis")


@dataclass(frozen=True)
class Made:
    """What a stack makes besides what every stack on AWS has."""

    database: bool
    cache: bool
    replicas: Sequence[str] = ()
    """Names of copies of the database."""
    tasks: bool = False
    """Whether the application runs on ECS."""
    instances: bool = False
    """Whether ECS has instances of its own."""


def check_name(name: str, made: Made) -> None:
    """Raise `ValueError` for a name of an application that AWS would refuse, after other things have been made."""
    if problems := list(_problems(name, made)):
        raise ValueError(f"app.name: found '{name}'; {'; '.join(problems)}: give the application another name")


def _problems(name: str, made: Made) -> Iterator[str]:
    if "--" in name and (made.database or made.cache):
        # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        yield "RDS and ElastiCache take no two dashes in a row"
    if f"{name}-".startswith("internal-"):
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        yield "names of load balancers do not begin with internal-"
    if f"{name}-".startswith("sg-"):
        # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
        yield "names of security groups do not begin with sg-"
    if made.tasks and name.startswith(("aws", "ssm")):
        # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
        yield "names of parameters of Systems Manager do not begin with aws or ssm"
    if made.instances and name.startswith(("aws", "ecs", "fargate")):
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
        yield "names of capacity providers of ECS do not begin with aws, ecs or fargate"
    for replica in made.replicas:
        if (length := len(f"{name}-database-{replica}") + ADDED_BY_PULUMI) > LONGEST_DATABASE_ID:
            yield (
                f"database.replicas.{replica} would be named with {length} characters, of which RDS takes {LONGEST_DATABASE_ID}"
            )
    if made.cache and len(name) > LONGEST_NAME_WITH_CACHE:
        yield (
            f"it has {len(name)} characters, and {LONGEST_NAME_WITH_CACHE} are the most with a cache of ElastiCache, whose "
            f"name takes {LONGEST_CACHE_ID} in all"
        )
