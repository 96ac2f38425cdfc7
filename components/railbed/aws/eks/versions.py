"""The newest release of a node's image and the versions of add-ons for a version of Kubernetes.

https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
"""

import pulumi
from pulumi_aws.eks import get_addon_version_output

from railbed.aws.parameters import public_parameter
from railbed.enums import Architecture

_ARCHITECTURES = {Architecture.ARM64: "arm64", Architecture.X86_64: "x86_64"}


def newest_node_release(
    kubernetes: str, architecture: Architecture, region: str, parent: pulumi.Resource | None
) -> pulumi.Output[str]:
    """Release of Amazon Linux 2023 for nodes of a minor version, such as 1.35.6-20260728."""
    image = f"{kubernetes}/amazon-linux-2023/{_ARCHITECTURES[architecture]}/standard"
    return public_parameter(f"/aws/service/eks/optimized-ami/{image}/recommended/release_version", parent, region)


def default_addon_version(add_on: str, kubernetes: str, region: str, parent: pulumi.Resource | None) -> pulumi.Output[str]:
    """The version of an add-on that AWS takes for clusters of a minor version."""
    opts = pulumi.InvokeOutputOptions(parent=parent)
    return get_addon_version_output(addon_name=add_on, kubernetes_version=kubernetes, region=region, opts=opts).version
