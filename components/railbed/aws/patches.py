"""The newest images of machines and versions of add-ons, which AWS tells by public parameters.

https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
"""

import pulumi
from pulumi_aws.eks import get_addon_version_output
from pulumi_aws.ssm import get_parameter_output

from railbed.enums import Architecture

_OF_EKS = {Architecture.ARM64: "arm64", Architecture.X86_64: "x86_64"}
_OF_ECS = {Architecture.ARM64: "amazon-linux-2023/arm64", Architecture.X86_64: "amazon-linux-2023"}


def newest_node_release(
    kubernetes: str, architecture: Architecture, region: str, parent: pulumi.Resource | None
) -> pulumi.Output[str]:
    """Release of Amazon Linux 2023 for nodes of a minor version, such as 1.35.6-20260728."""
    image = f"{kubernetes}/amazon-linux-2023/{_OF_EKS[architecture]}/standard"
    return _parameter(f"/aws/service/eks/optimized-ami/{image}/recommended/release_version", parent, region)


def newest_ecs_image_parameter(architecture: Architecture) -> str:
    """Name of the parameter with the ID of the newest image of Amazon Linux 2023 for ECS."""
    return f"/aws/service/ecs/optimized-ami/{_OF_ECS[architecture]}/recommended/image_id"


def newest_ecs_image(architecture: Architecture, parent: pulumi.Resource | None) -> pulumi.Output[str]:
    """ID of that image."""
    return _parameter(newest_ecs_image_parameter(architecture), parent)


def default_addon_version(add_on: str, kubernetes: str, region: str, parent: pulumi.Resource | None) -> pulumi.Output[str]:
    """The version of an add-on that AWS takes for clusters of a minor version."""
    opts = pulumi.InvokeOutputOptions(parent=parent)
    return get_addon_version_output(addon_name=add_on, kubernetes_version=kubernetes, region=region, opts=opts).version


def _parameter(name: str, parent: pulumi.Resource | None, region: str | None = None) -> pulumi.Output[str]:
    opts = pulumi.InvokeOutputOptions(parent=parent)
    # `value` would be hidden as a secret is.
    return get_parameter_output(name=name, region=region, opts=opts).insecure_value
