"""Whether the image is for the processors of the machines that it is to run on, as far as the settings tell."""

from collections.abc import Mapping

from railbed.aws.ecs.capacity import CapacityOptions
from railbed.aws.instance_types import architecture_of
from railbed.cluster.node_pools import DEFAULT_POOL
from railbed.cluster.options import ClusterOptions
from railbed.description.app import App
from railbed.enums import Architecture, Capacity, ImagePlatform, Platform
from railbed.validation.rules import ProblemsError

_OF_PLATFORM = {ImagePlatform.AMD64: Architecture.X86_64, ImagePlatform.ARM64: Architecture.ARM64}


def _built_for(app: App) -> Architecture | None:
    """The processor that the image is built for; None for an image that exists, which may be for several."""
    return None if app.image.build is None else _OF_PLATFORM[app.image.platform]


def check_nodes(app: App, cluster: ClusterOptions) -> None:
    """Raise `ValueError` where pods may be put on nodes that cannot run the image that is built."""
    built = _built_for(app)
    if built is None:
        return
    for name, pool in cluster.pools().items():
        size = pool.node_size or ""
        found = architecture_of(size) if cluster.on is Platform.EKS else Architecture.X86_64
        # Pods of the application tolerate no taints.
        if found is not built and not pool.taints:
            field = "node_size" if name == DEFAULT_POOL else f"node_pools.{name}.node_size"
            others = f", or take nodes with {built.value}" if cluster.on is Platform.EKS else ""
            raise ValueError(
                f"app.image.platform is {app.image.platform.value} and cluster.{field} {size} has {found.value} processors: "
                f"set platform to {_platform_of(found).value}{others}"
            )


def check_tasks(app: App, capacities: Mapping[str, CapacityOptions], instance_type: str | None) -> None:
    """Raise `ProblemsError` where tasks of ECS could not be placed, or could not run the image that is built.

    `capacities` are what tasks run on, by the path of the settings that choose it.
    """
    problems = []
    for place, chosen in capacities.items():
        if problem := _problem_of_tasks(app, place, chosen, instance_type):
            problems.append(problem)
    if problems:
        raise ProblemsError(problems)


def _problem_of_tasks(app: App, place: str, chosen: CapacityOptions, instance_type: str | None) -> str | None:
    built, wanted = _built_for(app), chosen.architecture
    if built is not None and built is not wanted:
        return (
            f"app.image.platform is {app.image.platform.value} and {place}.architecture is {wanted.value}: set platform to "
            f"{_platform_of(wanted).value}, or architecture to {built.value}"
        )
    if chosen.capacity is not Capacity.EC2 or instance_type is None:
        return None
    found = architecture_of(instance_type)
    if found is wanted:
        return None
    return (
        f"{place}.architecture is {wanted.value} and cluster.instances.instance_type {instance_type} has {found.value} "
        f"processors, on which no task would be placed: set architecture to {found.value}, or use another instance type"
    )


def _platform_of(architecture: Architecture) -> ImagePlatform:
    """The platform of images for a processor."""
    return next(platform for platform, each in _OF_PLATFORM.items() if each is architecture)
