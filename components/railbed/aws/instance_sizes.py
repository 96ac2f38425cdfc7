"""How large EC2's instance types are, as far as it is known without asking AWS: instance_sizes.json names its sources."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class InstanceSize:
    """What an instance type has."""

    vcpus: int
    mebibytes: int
    interfaces: int
    """Network interfaces that can be attached, the instance's own among them."""
    branch_interfaces: int = 0
    """Network interfaces beside them with ENI trunking; 0 if the type does not support it."""

    def tasks(self, *, trunking: bool) -> int:
        """Tasks of network mode awsvpc that an instance takes, one network interface each.

        One interface is the instance's own. With trunking one more carries the branch interfaces: ten tasks on a c5.large
        instead of two. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
        """
        if trunking and self.branch_interfaces:
            return self.branch_interfaces + self.interfaces - 2
        return self.interfaces - 1


def size_of(instance_type: str) -> InstanceSize | None:
    """The size of an instance type; None for one that is newer than the table."""
    family, _, size = instance_type.partition(".")
    found = _families().get(family, {}).get(size)
    return InstanceSize(*found) if found else None


@cache
def _families() -> dict[str, dict[str, list[int]]]:
    table: dict[str, Any] = json.loads(Path(__file__).with_name("instance_sizes.json").read_text(encoding="utf-8"))
    families: dict[str, dict[str, list[int]]] = table["families"]
    return families
