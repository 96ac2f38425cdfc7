"""What the user calls the settings of a pod, and their present values as the pod shows them."""

from collections.abc import Mapping
from typing import Any

PREFIXES = {"web": "web.", "migration": "migration.", "console": "console.", "database": "database.", "cache": "redis."}
"""Sections of the settings by the component label of a pod; an application's workers and cron tasks have names of their own."""

GROUPS = {"worker": "workers", "cron": "cron task"}

SHARED = {"image", "workdir", "pull_secrets"}
"""Settings of the whole application rather than of one of its parts."""

STORES = {"database", "cache"}

FOLDERS_CONTAINER = "folders"
"""The container that prepares the folders that the application may write to."""

LONGEST_WORD = 60
"""A longer word of a command is left out, rather than cut: half a secret would not be recognised as one."""


class PodSettings:
    """Names and values of the arguments that made a pod, or the template of one; `values` are those that it does not show."""

    def __init__(self, pod: Any, values: Mapping[str, str] | None = None) -> None:
        self._values = values or {}
        self._labels: dict[str, str] = pod.metadata.labels or {} if pod.metadata else {}
        self._spec = pod.spec

    @property
    def component(self) -> str:
        """Which part of the application it is: web, worker, migration, cron, console, database or cache."""
        return self._labels.get("app.kubernetes.io/component", "")

    @property
    def is_store(self) -> bool:
        """Whether it is a database or a cache."""
        return self.component in STORES

    def container(self, name: str | None = None) -> Any:
        """A container's specification by its name; the main one's without a name."""
        everything = [*(self._spec.init_containers or []), *self._spec.containers]
        return next((each for each in everything if each.name == name), self._spec.containers[0])

    def named(self, argument: str, container: str | None = None) -> str:
        """An argument as the user writes it, with its present value: "web.resources.memory_limit (1Gi)"."""
        value = self.value(argument, container)
        shown = f" ({value})" if value else ""
        if argument in SHARED and not self.is_store:
            return f"{argument}{shown}"
        if self.component in GROUPS:
            return (
                f"{argument}{shown} of {GROUPS[self.component]} {self._labels.get('app.kubernetes.io/instance', '')}".rstrip()
            )
        return f"{PREFIXES.get(self.component, '')}{argument}{shown}"

    def value(self, argument: str, container: str | None = None) -> str:
        """The present value of an argument; empty if the pod does not show it."""
        if argument in self._values:
            return self._values[argument]
        found = self.container(container)
        resources = found.resources
        requests, limits = (resources.requests or {}, resources.limits or {}) if resources else ({}, {})
        probe = found.startup_probe
        request = probe.http_get if probe else None
        values = {
            "image": found.image,
            "command": _shortened([*(found.command or []), *(found.args or [])]),
            "workdir": self.workdir,
            "user": str(self._spec.security_context.run_as_user or "") if self._spec.security_context else "",
            "port": str(found.ports[0].container_port) if found.ports else "",
            "resources.cpu": requests.get("cpu"),
            "resources.memory": requests.get("memory"),
            "resources.cpu_limit": limits.get("cpu"),
            "resources.memory_limit": limits.get("memory"),
            "health_path": request.path if request else "",
            "startup_seconds": str((probe.period_seconds or 10) * (probe.failure_threshold or 3)) if probe else "",
        }
        return values.get(argument) or ""

    @property
    def workdir(self) -> str:
        """The application's folder: the container's working directory, or the one whose tmp and log it may write to."""
        found = self.container()
        if found.working_dir:
            return str(found.working_dir)
        mounted = self.writable
        parents = [path.removesuffix("/tmp") for path in mounted if path.endswith("/tmp")]
        return next((parent for parent in parents if parent and f"{parent}/log" in mounted), "")

    @property
    def writable(self) -> list[str]:
        """Folders that the main container may write to."""
        return [mount.mount_path for mount in self.container().volume_mounts or [] if not mount.read_only]

    @property
    def health_host(self) -> str:
        """The Host header that health checks send."""
        probe = self.container().startup_probe
        headers = (probe.http_get.http_headers or []) if probe and probe.http_get else []
        return next((header.value for header in headers if header.name.lower() == "host"), "")


def _shortened(words: list[str]) -> str:
    words = [word.replace("$$", "$") for word in words]  # (as the user wrote it)
    shown = [word if len(word) <= LONGEST_WORD else "..." for word in words[:4]]
    return " ".join(shown + ["..."] * (len(words) > 4 and shown[-1] != "..."))
