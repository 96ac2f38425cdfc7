"""The regions of AWS that railbed deploys to, and what their partition decides."""

import difflib
import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

REGIONS_OF = {
    "aws": (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
        "ap-south-2",
        *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"),
        *("ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1"),
        *("eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"),
        *("sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-eusc": ("eusc-de-east-1",),
    "aws-us-gov": ("us-gov-east-1", "us-gov-west-1"),
}
"""Regions by partition: https://github.com/boto/botocore/blob/develop/botocore/data/endpoints.json"""

REGIONS = tuple(region for regions in REGIONS_OF.values() for region in regions)
"""All regions that railbed deploys to."""

CLOSED_PARTITIONS = {
    "aws-iso": r"us-iso-\w+-\d+",
    "aws-iso-b": r"us-isob-\w+-\d+",
    "aws-iso-e": r"eu-isoe-\w+-\d+",
    "aws-iso-f": r"us-isof-\w+-\d+",
}
"""Forms of the regions of partitions that have no way to the internet, by the partition; from the same file."""

EXAMPLE = "specify an AWS region, such as eu-central-1"


def check_region(region: str) -> str:
    """The region, if railbed deploys to it. Raises `ValueError`."""
    if region in REGIONS:
        return region
    for partition, form in CLOSED_PARTITIONS.items():
        if re.fullmatch(form, region):
            raise ValueError(
                f"{region} is in partition {partition}, which has no way to the registries that images come from: {EXAMPLE}"
            )
    if region[:-1] in REGIONS and region[-1].isalpha():
        raise ValueError(f"{region} is a zone: specify its region, {region[:-1]}")
    close = difflib.get_close_matches(region.strip().lower(), REGIONS, n=1)
    raise ValueError(EXAMPLE + (f"; did you mean {close[0]}?" if close else ""))


AwsRegion: TypeAlias = Annotated[str, AfterValidator(check_region)]
"""A region of AWS."""

ARN = "arn:aws(?:-[a-z]+)*"
"""How an ARN of any partition begins."""


ROLE_ARN = rf"{ARN}:iam::\d{{12}}:role/[\w+=,.@/-]+"
"""A role of IAM by its ARN."""


def partition_of(region: str) -> str:
    """The partition of a region, the second word of its ARNs; of one that is new too, as its name tells."""
    forms = {"cn-": "aws-cn", "eusc-": "aws-eusc", "us-gov-": "aws-us-gov"}
    return next((partition for beginning, partition in forms.items() if region.startswith(beginning)), "aws")


def partition_of_arn(arn: str) -> str:
    """The partition that an ARN is of."""
    return arn.split(":")[1]


def managed_policy(role_arn: str, policy: str) -> str:
    """ARN of a policy that AWS maintains, in the partition of the role that it is attached to."""
    return f"arn:{partition_of_arn(role_arn)}:iam::aws:policy/{policy}"


def principal_of_ec2(partition: str) -> str:
    """Who instances are in the trust of their role. All other services have the same name in every partition.

    https://github.com/pulumi/pulumi-eks/issues/2341 (aws-eusc), https://docs.amazonaws.cn/en_us/eks/latest/userguide/
    create-node-role.html (aws-cn).
    """
    return "ec2.amazonaws.com.cn" if partition == "aws-cn" else "ec2.amazonaws.com"
