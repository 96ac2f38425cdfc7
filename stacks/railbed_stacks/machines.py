"""Whether containers have room on the machines of a cluster, as far as their sizes tell it."""

import re
from collections.abc import Iterator

from railbed.aws.instance_sizes import size_of
from railbed.cluster.options import ClusterOptions
from railbed.description.app import App, Resources
from railbed.validation.quantities import mebibytes, millicores

_DROPLET = re.compile(r"[a-z0-9_]+-(\d+)vcpu-(\d+)gb")


def _cpus_of(size: str) -> int | None:
    """Processors of a machine of DigitalOcean or EC2; None if they are not known."""
    if found := _DROPLET.match(size):
        return int(found[1])
    instance = size_of(size)
    return instance.vcpus if instance else None


def _memory_of(size: str) -> int | None:
    """MiB of a machine of DigitalOcean or EC2; None if they are not known."""
    if found := _DROPLET.match(size):
        return int(found[2]) * 1024
    instance = size_of(size)
    return instance.mebibytes if instance else None


def check_room(app: App, cluster: ClusterOptions) -> None:
    """Raise `ValueError` for containers that no node has room for: their pods would wait for ever."""
    # Pods of the application tolerate no taints.
    sizes = [pool.node_size or "" for pool in cluster.pools().values() if not pool.taints]
    cpus, memories = [_cpus_of(size) for size in sizes], [_memory_of(size) for size in sizes]
    where = f"cluster.node_size {', '.join(dict.fromkeys(sizes))}"
    for part, resources in _containers(app):
        if None not in cpus and millicores(resources.cpu) >= 1000 * max(cpu or 0 for cpu in cpus):
            raise ValueError(f"app.{part}.resources.cpu {resources.cpu} has no room on {where}: lower it, or take larger nodes")
        if None not in memories and mebibytes(resources.memory) >= max(memory or 0 for memory in memories):
            raise ValueError(
                f"app.{part}.resources.memory {resources.memory} has no room on {where}: lower it, or take larger nodes"
            )


def _containers(app: App) -> Iterator[tuple[str, Resources]]:
    yield "web", app.web.resources
    yield "migration", app.migration.resources
    yield from ((f"workers.{name}", group.resources) for name, group in app.workers.items())
    yield from ((f"cron.{name}", task.resources) for name, task in app.cron.items())
    if app.console.enabled:
        yield "console", app.console.resources
