"""Values of another partition of AWS than a stack is in: credentials, roles and images are of one partition only."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from railbed.aws.regions import ARN, partition_of, partition_of_arn
from railbed.image.registry import ecr_repository


def problems_of_partition(region: str, value: Any, path: str = "") -> Iterator[str]:
    """A problem for each ARN, and each image of ECR, that nothing in the region can reach."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from problems_of_partition(region, inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from problems_of_partition(region, inner, f"{path}.{position}")
    elif isinstance(value, str) and (found := _partition(value)) not in (None, partition_of(region)):
        yield (
            f"{path}: is of partition {found}, and region {region} is in partition {partition_of(region)}, which knows nothing "
            "of it: specify one of the stack's partition"
        )


def _partition(value: str) -> str | None:
    if re.match(f"{ARN}:[a-z]", value):
        return partition_of_arn(value)
    repository = ecr_repository(value)
    return None if repository is None else partition_of(repository.region)
