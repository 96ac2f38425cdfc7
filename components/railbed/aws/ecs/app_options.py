"""What only ECS knows of an application, and how large its tasks are."""

from typing import Any

from railbed.aws.ecs.capacity import CapacityOptions
from railbed.aws.ecs.fargate_sizes import smallest_fargate_size
from railbed.aws.ecs.log_router import LogRouterOptions
from railbed.aws.identifiers import SecretReference
from railbed.description.app import Resources
from railbed.validation.quantities import mebibytes, millicores
from railbed.validation.types import EnvironmentName


class EcsAppOptions(CapacityOptions, LogRouterOptions):
    """Options of an application on ECS beside its description."""

    secret_references: dict[EnvironmentName, SecretReference] = {}
    """Secret environment variables that exist already, as ARNs of Secrets Manager or SSM parameters. Default: none."""
    volumes_in_image: bool = False
    """Whether the image declares every writable folder, /tmp too, as VOLUME and gives it to the user. Default false: a
    container of the image prepares them before the others start, as root."""
    services: dict[str, dict[str, Any]] = {}
    """Further arguments of EcsService by part, "web" or a group of workers: those that only ECS knows, such as autoscaling,
    cpu, memory. Default: none."""


def cpu_units(resources: Resources) -> int:
    """CPU that is set aside, in units of which 1024 are one."""
    return -(-millicores(resources.cpu) * 1024 // 1000)


FEW_CPU_UNITS = 512
MANY_THREADS = 8
"""More than these keep half a vCPU busy, even where each of them waits for the database most of the time."""


def fargate_size(resources: Resources, threads: int = 1) -> tuple[int, int] | None:
    """The smallest task that has the CPU that is set aside and the memory that may be used.

    Where nobody chose the CPU, a task with many threads has half a vCPU: Fargate lets none borrow more than it has.
    """
    units = cpu_units(resources)
    if threads > MANY_THREADS and "cpu" not in resources.model_fields_set:
        units = max(units, FEW_CPU_UNITS)
    return smallest_fargate_size(units, mebibytes(resources.memory_limit))
