"""Whether the image is for the processors of the machines that it is to run on, as far as the settings tell."""

from collections.abc import Mapping
from typing import Any

from railbed.app import App
from railbed.aws.instance_types import architecture_of
from railbed.cluster_check import EksOrDoksClusterModel
from railbed.enums import Architecture, ImagePlatform, Platform

_OF_PLATFORM = {ImagePlatform.AMD64: Architecture.X86_64, ImagePlatform.ARM64: Architecture.ARM64}


def built_for(app: App) -> Architecture | None:
    """The processor that the image is built for; None for an image that exists, which may be for several."""
    return None if app.image.build is None else _OF_PLATFORM[app.image.platform]


def check_nodes(app: App, cluster: EksOrDoksClusterModel) -> None:
    """Raise `ValueError` where pods may be put on nodes that cannot run the image that is built."""
    built = built_for(app)
    if built is None:
        return
    for name, pool in cluster.pools().items():
        size = pool.node_size or ""
        found = architecture_of(size) if cluster.platform is Platform.EKS else Architecture.X86_64
        # Pods of the application tolerate no taints.
        if found is not built and not pool.taints:
            field = "node_size" if name == "default" else f"node_pools.{name}.node_size"
            others = f", or take nodes with {built.value}" if cluster.platform is Platform.EKS else ""
            raise ValueError(
                f"app.image.platform is {app.image.platform.value} and cluster.{field} {size} has {found.value} processors: "
                f"set platform to {platform_of(found).value}{others}"
            )


def check_tasks(app: App, ecs: Mapping[str, Any], instance_type: str | None) -> None:
    """Raise `ValueError` where tasks of ECS could not be placed, or could not run the image that is built."""
    wanted = Architecture.ARM64 if ecs.get("architecture") == Architecture.ARM64 else Architecture.X86_64
    built = built_for(app)
    if built is not None and built is not wanted:
        raise ValueError(
            f"app.image.platform is {app.image.platform.value} and ecs.architecture is {wanted.value}: set platform to "
            f"{platform_of(wanted).value}, or architecture to {built.value}"
        )
    if ecs.get("capacity") != "ec2" or instance_type is None:
        return
    found = architecture_of(instance_type)
    if found is not wanted:
        raise ValueError(
            f"ecs.architecture is {wanted.value} and cluster.instances.instance_type {instance_type} has {found.value} "
            f"processors, on which no task would be placed: set architecture to {found.value}, or take another instance type"
        )


def platform_of(architecture: Architecture) -> ImagePlatform:
    """The platform of images for a processor."""
    return next(platform for platform, each in _OF_PLATFORM.items() if each is architecture)
