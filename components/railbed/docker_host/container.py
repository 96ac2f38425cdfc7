"""What every container on a Docker host has in common: limits, security, restarts, logs and environment."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_docker import Container

from railbed.description.app import Resources
from railbed.docker_host.names import Labels, as_arguments
from railbed.validation.overrides import overridden
from railbed.validation.quantities import mebibytes, millicores

Properties = dict[str, Any]

CPU_PERIOD = 100_000
"""Microseconds. The engine refuses `cpus` above the number of its processors; a quota may exceed it."""

NEVER_UPDATED = ["healthcheck", "tmpfs", "init", "cpu_period", "cpu_quota"]
"""What the provider calls changed without changing it, so that it has to be replaced (resourceDockerContainerUpdate in
https://github.com/kreuzwerker/terraform-provider-docker, internal/provider/resource_docker_container_funcs.go)."""

END_SECONDS = 60
"""For Docker itself to remove a container, beyond the time that the container has to stop."""


def limits(resources: Resources) -> Properties:
    """CPU and memory that are set aside, and that may be used at most; no swap, as on Kubernetes."""
    memory = mebibytes(resources.memory_limit)
    return {
        "cpu_shares": max(2, millicores(resources.cpu) * 1024 // 1000),
        "cpu_period": CPU_PERIOD,
        "cpu_quota": millicores(resources.cpu_limit) * CPU_PERIOD // 1000,
        "memory": memory,
        "memory_swap": memory,
        "memory_reservation": mebibytes(resources.memory),
    }


def security(user: int) -> Properties:
    """One user, never root, who cannot become another; a read-only root file system."""
    return {
        "user": f"{user}:{user}",
        "read_only": True,
        "capabilities": {"drops": ["ALL"]},
        "security_opts": ["no-new-privileges:true"],
    }


def environment(plain: Mapping[str, pulumi.Input[str]], secrets: Mapping[str, pulumi.Input[str]]) -> list[pulumi.Input[str]]:
    """Variables as the provider takes them; a secret among them stays one in the state."""
    shown: dict[str, pulumi.Output[str]] = {
        name: pulumi.Output.concat(f"{name}=", value) for name, value in plain.items() if name not in secrets
    }
    hidden: dict[str, pulumi.Output[str]] = {
        name: pulumi.Output.secret(pulumi.Output.concat(f"{name}=", value)) for name, value in secrets.items()
    }
    return [value for _, value in sorted((shown | hidden).items())]


def temporary(paths: Sequence[str]) -> list[Properties]:
    """Folders that a container may write to: volumes without a name, which begin with what the image has there.

    They go with the container, and what is in them does not count as its memory.
    """
    return [{"target": path, "type": "volume"} for path in paths]


def on_network(network: pulumi.Input[str], *aliases: str) -> list[Properties]:
    """The network of the stack, on which containers find each other by name."""
    return [{"name": network, "aliases": list(aliases)}]


def container(
    name: str,
    parent: pulumi.Resource,
    inputs: Properties,
    labels: Labels,
    *,
    stop_seconds: int,
    overrides: Mapping[str, Properties] | None = None,
    opts: pulumi.ResourceOptions | None = None,
) -> Container:
    """A container, which restarts with the machine. Its environment counts as secret in the state, as a whole.

    Pulumi gives it a new name whenever it replaces it, so that a new one can run beside the old one.
    """
    given = {
        "init": True,
        "restart": "unless-stopped",
        # Rotates, unlike Docker's default, which fills the disk (https://docs.docker.com/engine/logging/drivers/local/).
        "log_driver": "local",
        "stop_timeout": stop_seconds,
        # Without it the provider kills a container at once.
        "destroy_grace_seconds": stop_seconds,
        **inputs,
        "labels": as_arguments(labels),
    }
    own = pulumi.ResourceOptions(
        parent=parent,
        additional_secret_outputs=["envs"],
        replace_on_changes=NEVER_UPDATED,
        custom_timeouts=pulumi.CustomTimeouts(delete=f"{stop_seconds + END_SECONDS}s"),
    )
    merged = pulumi.ResourceOptions.merge(own, opts)
    return Container(name, **overridden(given, overrides or {}, "container"), opts=merged)
