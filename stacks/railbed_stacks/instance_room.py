"""Whether the instances of an ECS cluster have room for the tasks of an application, and for a release of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from railbed.aws.ecs.app_parts import EcsAppParts
from railbed.aws.ecs.cluster_arguments import EcsInstances
from railbed.aws.ecs.task import EcsTaskOptions
from railbed.aws.instance_sizes import InstanceSize, size_of
from railbed.enums import NetworkMode
from railbed.validation.checks import InvalidArguments
from railbed.validation.rules import ProblemsError
from railbed_stacks.lookups import Lookups
from railbed_stacks.previous_outputs import previous_outputs

CPU_UNITS = 1024
OUTPUT = "tasks_on_instances"
"""Output that says whether tasks run on instances of the stack's own cluster."""
TURN_ON = "aws ecs put-account-setting-default --name awsvpcTrunking --value enabled"


@dataclass(frozen=True)
class _Room:
    """What an instance has for tasks; `tasks` is None where they need no network interface of their own."""

    cpu: int
    memory: int
    tasks: int | None


def check_known_size(instances: EcsInstances, parts: EcsAppParts) -> None:
    """Raise `ProblemsError` where the tasks have no room on as many instances as there may be of a type that is known."""
    if size := size_of(instances.instance_type):
        _check(instances, parts, size)


def look_up_size(instances: EcsInstances, parts: EcsAppParts, lookups: Lookups) -> None:
    """Check the same of an instance type that AWS has to be asked about; `lookups` tells the problems."""
    if size_of(instances.instance_type) is not None:
        return

    def ask(opts: pulumi.InvokeOptions) -> ec2.GetInstanceTypeResult:
        return ec2.get_instance_type(instance_type=instances.instance_type, opts=opts)

    found = lookups.find("cluster.instances.instance_type", instances.instance_type, ask)
    if found is None:
        return
    size = InstanceSize(found.default_vcpus, found.memory_size, found.maximum_network_interfaces)
    try:
        # Only AWS' documentation says which types support trunking: tasks are not counted by their interfaces then.
        _check(instances, parts, size, counts_interfaces=not instances.trunking)
    except ProblemsError as error:
        lookups.add(*error.problems)


def keep_used_instances(*, tasks_on_instances: bool, has_instances: bool) -> None:
    """Stop before instances are left out that tasks still run on, and tell the next `pulumi up` whether they do.

    ECS takes no capacity provider from a cluster while a service uses it, and services change after their cluster:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html

    Raises `InvalidArguments`.
    """
    if previous_outputs().get(OUTPUT) and not has_instances:
        stack = pulumi.get_stack()
        raise InvalidArguments(
            f"The settings of stack '{stack}' (Pulumi.{stack}.yaml)",
            [
                "cluster.instances: tasks of this stack still run on them, and ECS keeps instances in the cluster while a "
                "service uses them. Keep cluster.instances, set ecs.capacity to fargate and run `pulumi up`; then remove "
                "cluster.instances and run it again"
            ],
        )
    pulumi.export(OUTPUT, tasks_on_instances)


def _check(instances: EcsInstances, parts: EcsAppParts, size: InstanceSize, *, counts_interfaces: bool = True) -> None:
    kind, maximum = instances.instance_type, instances.maximum
    has_own = parts.web.network_mode is NetworkMode.AWSVPC
    if instances.trunking and counts_interfaces and not size.branch_interfaces:
        raise ProblemsError(
            [f"cluster.instances.trunking: {kind} does not support it: remove it, or take a type such as m7i.large"]
        )
    slots = size.tasks(trunking=instances.trunking) if has_own and counts_interfaces else None
    room = _Room(size.vcpus * CPU_UNITS, size.mebibytes, slots)
    all_tasks = _tasks(parts)
    too_large = [
        f"app.{part}.resources: a task of {task.cpu} CPU units and {task.memory} MiB has no room on {kind}, which has "
        f"{room.cpu} and less than {room.memory}: lower them, or take a larger type in cluster.instances.instance_type"
        for part, (task, _) in all_tasks.items()
        if task.cpu > room.cpu or task.memory >= room.memory
    ]
    if too_large:
        raise ProblemsError(too_large)
    tasks = [task for task, count in all_tasks.values() for _ in range(count)]
    needed = _instances_for(tasks, room)
    if needed <= maximum:
        return
    by_interfaces = slots is not None and -(-len(tasks) // slots) > maximum
    raise ProblemsError(
        [
            f"cluster.instances.maximum {maximum}: {len(tasks)} tasks at once ({_counted(all_tasks)}) need {needed} instances "
            f"of {kind}{_why(size, instances) if by_interfaces else ''}: raise maximum to {needed}, or take a larger type in "
            "cluster.instances.instance_type"
        ]
    )


def _tasks(parts: EcsAppParts) -> dict[str, tuple[EcsTaskOptions, int]]:
    """Every part with the tasks of it that may run at once; of those that come and go the largest counts, once."""
    found: dict[str, tuple[EcsTaskOptions, int]] = {"web": (parts.web, parts.web.most_tasks)}
    found |= {f"workers.{name}": (group, group.most_tasks) for name, group in parts.workers.items()}
    # Where there is no room for more, a deployment replaces one task after another.
    passing: dict[str, EcsTaskOptions] = {
        "migration": parts.migration,
        **{f"cron.{name}": task for name, task in parts.cron.items()},
    }
    largest = max(passing.values(), key=lambda task: (task.cpu, task.memory))
    return found | {name: (task, int(task is largest)) for name, task in passing.items()}


def _instances_for(tasks: Iterable[EcsTaskOptions], room: _Room) -> int:
    """Instances that the tasks need, the largest task placed first."""
    free = list[list[int]]()
    unlimited = 10**6
    for task in sorted(tasks, key=lambda each: (each.cpu, each.memory), reverse=True):
        wanted = (task.cpu, task.memory, 1)
        place = next((each for each in free if all(have >= want for have, want in zip(each, wanted, strict=True))), None)
        if place is None:
            place = [room.cpu, room.memory - 1, unlimited if room.tasks is None else room.tasks]
            free.append(place)
        place[:] = [have - want for have, want in zip(place, wanted, strict=True)]
    return len(free)


def _counted(tasks: Mapping[str, tuple[EcsTaskOptions, int]]) -> str:
    lasting = [f"{part} {count}" for part, (_, count) in tasks.items() if part == "web" or part.startswith("workers.")]
    return f"{', '.join(lasting)}, and one for a migration or a release"


def _why(size: InstanceSize, instances: EcsInstances) -> str:
    slots = size.tasks(trunking=instances.trunking)
    told = f", as each task needs a network interface and an instance has {slots} for them"
    if instances.trunking or not size.branch_interfaces:
        return told
    return f"{told} ({size.tasks(trunking=True)} with cluster.instances.trunking, once `{TURN_ON}` has turned it on)"
