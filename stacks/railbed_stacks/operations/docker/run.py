"""One-off tasks on a Docker host: a container like one of the web processes that serve now."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from railbed.docker_host.app_containers import WITH_FOLDERS
from railbed.docker_host.names import labels_of
from railbed.validation.quantities import mebibytes, millicores
from railbed_stacks.operations.docker.access import DockerContainers, Found, explained
from railbed_stacks.operations.docker.logs import lines_of
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import WEB, Show, Size

CPU_PERIOD = 100_000
STOP_SECONDS = 30

# Limits and security of the container; its restarts, ports and name are not those of a task.
_KEPT = (
    "CapDrop",
    "CpuPeriod",
    "CpuQuota",
    "CpuShares",
    "Init",
    "LogConfig",
    "Memory",
    "MemoryReservation",
    "MemorySwap",
    "ReadonlyRootfs",
    "SecurityOpt",
)


class DockerRun:
    """One run of a command."""

    def __init__(self, containers: DockerContainers) -> None:
        self._containers = containers

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        """Run it to its end; its exit code. Raises `OperationError`."""
        api, web = self._containers.client.api, self._serving()
        first, *further = web["NetworkSettings"]["Networks"] or ["none"]
        with explained():
            created = api.create_container_from_config(_configuration(web, self._labels(), first, command, size), self._name())[
                "Id"
            ]
        try:
            with explained():
                for network in further:
                    api.connect_container_to_network(created, network)
                api.start(created)
                found = Found("run", created[:12], self._containers.client.containers.get(created))
            for line in lines_of(found, None, follow=True):
                show(line)
            with explained():
                found.container.reload()
                code = int(found.container.wait()["StatusCode"])
                if found.container.attrs["State"].get("OOMKilled"):
                    show("railbed: the task needed more than its memory: give more with --size")
                return code
        finally:
            with suppress(OperationError), explained():
                api.stop(created, timeout=STOP_SECONDS)
            with suppress(OperationError), explained():
                api.remove_container(created, v=True, force=True)

    def _name(self) -> str:
        return f"{self._containers.app}-run-{uuid.uuid4().hex[:7]}"

    def _serving(self) -> dict[str, Any]:
        web = [each for each in self._containers.by_part().get(WEB, []) if each.works]
        if not web:
            raise OperationError("no web container works, and a task is like one: see `railbed status`")
        attributes: dict[str, Any] = web[-1].container.attrs
        return attributes

    def _labels(self) -> dict[str, str]:
        return labels_of(f"{self._containers.app}-run", "run")


def _configuration(
    web: dict[str, Any], labels: dict[str, str], network: str, command: Sequence[str], size: Size | None
) -> dict[str, Any]:
    """What the engine's ContainerCreate takes: https://docs.docker.com/reference/api/engine/"""
    config, host = web["Config"], web["HostConfig"]
    folders = [each["Destination"] for each in web["Mounts"] if each["Type"] == "volume"]
    tmp = f"{config['WorkingDir']}/tmp"
    words = ["sh", "-c", WITH_FOLDERS, tmp, *command] if tmp in folders else list(command)
    return {
        "Image": web["Image"],
        "Cmd": words,
        **{key: config.get(key) for key in ("Entrypoint", "Env", "User", "WorkingDir")},
        "Labels": labels,
        "HostConfig": {
            **{key: host.get(key) for key in _KEPT},
            **(_limits(size) if size is not None else {}),
            "Mounts": [{"Type": "volume", "Target": folder} for folder in folders],
            "NetworkMode": network,
            "RestartPolicy": {"Name": "no"},
        },
    }


def _limits(size: Size) -> dict[str, int]:
    memory = mebibytes(size.memory) * 2**20
    return {
        "CpuPeriod": CPU_PERIOD,
        "CpuQuota": millicores(size.cpu) * CPU_PERIOD // 1000,
        "Memory": memory,
        "MemorySwap": memory,
        "MemoryReservation": memory,
    }
