"""Whether tasks on Fargate, which get no more CPU than they pay for, have enough for their threads."""

from collections.abc import Iterator

from railbed.aws.ecs.app_options import FEW_CPU_UNITS, MANY_THREADS
from railbed.aws.ecs.app_parts import EcsAppParts
from railbed.description.app import App
from railbed.enums import Capacity


def crowded_tasks(app: App, parts: EcsAppParts) -> Iterator[str]:
    """A warning for each part with many threads on little CPU."""
    threads = {"web": app.web.processes * app.web.threads, **{name: group.jobs_at_once for name, group in app.workers.items()}}
    for name, service in {"web": parts.web, **parts.workers}.items():
        if service.capacity is Capacity.EC2 or service.cpu >= FEW_CPU_UNITS or threads[name] <= MANY_THREADS:
            continue
        path = "app.web" if name == "web" else f"app.workers.{name}"
        yield (
            f"{path}: {threads[name]} threads share {service.cpu} CPU units, {service.cpu / 1024} of a vCPU, as Fargate lets "
            f"no task borrow: raise {path}.resources.cpu to 500m or more, or set cpu and memory in services.{name}"
        )
