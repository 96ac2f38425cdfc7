"""Names that AWS refuses. What a component makes is named after it, so its name is checked before anything is made.

The limits are those of the services' API references, which botocore's models quote.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from railbed.validation.checks import InvalidArguments

ADDED_BY_PULUMI = 8
"""A dash and seven digits: shop-database-1a2b3c4."""

LONGEST_DATABASE_ID = 63
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""

LONGEST_CACHE_ID = 40
"""https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""


def name_of_stack(name: str) -> str:
    """A name that no other stack gives, of what Pulumi gives none of its own in an account.

    The underscore keeps part and stack apart: names of parts have none.
    """
    return f"{name}_{re.sub('[^A-Za-z0-9_-]', '-', pulumi.get_stack())}"


@dataclass(frozen=True)
class NameRule:
    """What a service takes of a name that others begin with."""

    pattern: str
    told: str
    """What the name is of, and what AWS takes."""


STORE = NameRule(
    "(?!.*--)[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?",
    "RDS and ElastiCache name their servers after it and take letters, digits and single dashes, a letter first",
)
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""

DATABASE = NameRule(
    f".{{1,{LONGEST_DATABASE_ID - ADDED_BY_PULUMI}}}",
    f"RDS names its server after it and takes {LONGEST_DATABASE_ID} characters, {ADDED_BY_PULUMI} of which Pulumi adds",
)
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""

LOAD_BALANCER = NameRule(
    "[A-Za-z0-9][A-Za-z0-9-]*", "Elastic Load Balancing names load balancers after it and takes letters, digits and dashes"
)
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""

# Pulumi adds a dash: a name that is the whole of such a beginning makes one too.
SECURITY_GROUP = NameRule("(?!sg(-|$)).*", "EC2 names security groups after it and takes none that begins with sg-")
"""https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""

PARAMETER = NameRule(
    "(?i:(?!aws|ssm)).*", "Systems Manager names parameters after it and takes none that begins with aws or ssm"
)
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html"""

CAPACITY_PROVIDER = NameRule(
    "(?i:(?!aws|ecs|fargate)).*", "ECS names a capacity provider after it and takes none that begins with aws, ecs or fargate"
)
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html"""


def problems_of_name(name: str, rules: Iterable[NameRule]) -> list[str]:
    """What speaks against a name, a sentence for each rule that it breaks."""
    return [f"'{name}' cannot be used: {rule.told}; use another" for rule in rules if not re.fullmatch(rule.pattern, name)]


def problems_of_replicas(name: str, replicas: Iterable[str]) -> list[str]:
    """A sentence for each copy of a database of this name whose identifier RDS would not take."""
    return [
        f"replicas.{replica}: RDS names the copy {name}-{replica} with {ADDED_BY_PULUMI} characters that Pulumi adds, and "
        f"takes {LONGEST_DATABASE_ID}: shorten its name by {over}"
        for replica in replicas
        if (over := len(f"{name}-{replica}") + ADDED_BY_PULUMI - LONGEST_DATABASE_ID) > 0
    ]


def check_name(kind: str, name: str, *rules: NameRule) -> None:
    """Raise `InvalidArguments` where AWS would refuse what the component makes for its name."""
    if problems := problems_of_name(name, rules):
        raise InvalidArguments(f"{kind} '{name}'", [f"name {problem}" for problem in problems])
