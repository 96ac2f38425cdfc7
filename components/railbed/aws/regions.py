"""The regions of AWS that railbed deploys to."""

import difflib
import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

REGIONS = (
    *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"),
    *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"),
    *("ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"),
    *("eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
"""The regions of partition aws: https://github.com/boto/botocore/blob/develop/botocore/data/endpoints.json"""

PARTITIONS = {
    "aws-cn": r"cn-\w+-\d+",
    "aws-us-gov": r"us-gov-\w+-\d+",
    "aws-iso": r"us-iso-\w+-\d+",
    "aws-iso-b": r"us-isob-\w+-\d+",
    "aws-iso-e": r"eu-isoe-\w+-\d+",
    "aws-iso-f": r"us-isof-\w+-\d+",
    "aws-eusc": r"eusc-de-\w+-\d+",
}
"""Forms of the regions of other partitions, by the partition; from the same file."""

EXAMPLE = "give a region of AWS, such as eu-central-1"


def check_region(region: str) -> str:
    """The region, if railbed deploys to it. Raises `ValueError`."""
    if region in REGIONS:
        return region
    for partition, form in PARTITIONS.items():
        if re.fullmatch(form, region):
            raise ValueError(
                f"{region} is in partition {partition}, whose ARNs and endpoints railbed does not write: {EXAMPLE}, in "
                "partition aws"
            )
    if region[:-1] in REGIONS and region[-1].isalpha():
        raise ValueError(f"{region} is a zone: give its region, {region[:-1]}")
    close = difflib.get_close_matches(region.strip().lower(), REGIONS, n=1)
    raise ValueError(EXAMPLE + (f"; did you mean {close[0]}?" if close else ""))


AwsRegion: TypeAlias = Annotated[str, AfterValidator(check_region)]
"""A region of AWS."""
