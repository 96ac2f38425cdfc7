"""The newest image of instances for ECS.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
"""

import pulumi

from railbed.aws.parameters import public_parameter
from railbed.enums import Architecture

_ARCHITECTURES = {Architecture.ARM64: "amazon-linux-2023/arm64", Architecture.X86_64: "amazon-linux-2023"}


def newest_ecs_image_parameter(architecture: Architecture) -> str:
    """Name of the parameter with the ID of the newest image of Amazon Linux 2023 for ECS."""
    return f"/aws/service/ecs/optimized-ami/{_ARCHITECTURES[architecture]}/recommended/image_id"


def newest_ecs_image(architecture: Architecture, parent: pulumi.Resource | None) -> pulumi.Output[str]:
    """ID of that image."""
    return public_parameter(newest_ecs_image_parameter(architecture), parent)
