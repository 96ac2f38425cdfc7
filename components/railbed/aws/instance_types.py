"""Names of the machines of EC2, RDS and ElastiCache, as far as they can be told without asking AWS."""

import re
from typing import Annotated, TypeAlias

from railbed.enums import Architecture
from railbed.validation.types import matching

_SIZE = r"(nano|micro|small|medium|(\d+x|x)?large|metal(-\d+xl)?)"
_FAMILY = r"((a|c|cc|cg|cr|d|dl|f|g|gr|h|hi|hpc|hs|i|im|inf|is|m|mac|p|r|t|trn|u|vt|x|z)\d[a-z0-9-]*|mac-m\d[a-z]*|u-\d+tb\d)"
_OF_SERVERS = r"(c|m|r|t|x|z)\d[a-z0-9-]*\.(micro|small|medium|(\d+x|x)?large)"

INSTANCE_TYPE = rf"{_FAMILY}\.{_SIZE}"

Ec2InstanceType: TypeAlias = Annotated[str, matching(INSTANCE_TYPE, "specify an EC2 instance type, such as m7g.large")]
"""An instance type of EC2: InstanceType in its API has the whole list."""

RdsInstanceClass: TypeAlias = Annotated[
    str, matching(rf"db\.{_OF_SERVERS}", "specify an RDS instance class, such as db.t4g.small")
]
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html"""

CacheNodeType: TypeAlias = Annotated[
    str, matching(rf"cache\.{_OF_SERVERS}", "specify an ElastiCache node type, such as cache.t4g.small")
]
"""https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html"""


def architecture_of(instance_type: str) -> Architecture:
    """The processor of an instance type: those with a g behind the generation have Graviton (m7g, c6gn, t4g)."""
    arm = re.match(r"[a-z]+\d+[a-z]*g[a-z]*\.|a1\.", instance_type)
    return Architecture.ARM64 if arm else Architecture.X86_64
