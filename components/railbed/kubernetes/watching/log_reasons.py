"""What the end of a log says about why a container ended, where Kubernetes only knows its exit code."""

import re

from railbed.kubernetes.pod_settings import PodSettings
from railbed.kubernetes.watching.container_status import architecture, too_large

_PATH = re.compile(r"(/[^\s'\":;,)]+)")
_FOLDERS = re.compile(r"^(/.+)/(?:tmp|log|storage|public)(?:/|$)")


def reason_in_log(settings: PodSettings, container: str, log: str) -> str:
    """What happened and which argument to change; empty if the log does not tell."""
    for line in reversed(log.splitlines()):
        said = line.lower()
        if "exec format error" in said:
            return architecture(settings, container)
        if "argument list too long" in said:
            return too_large(settings, container)
        if "read-only file system" in said:
            return _read_only(settings, line)
        if "no space left on device" in said or "disk quota exceeded" in said:
            return _no_space(settings)
        if "database files are incompatible" in said or "can't handle rdb format version" in said:
            return (
                f"The volume holds the data of another version of the server: set {settings.named('image')} to the version "
                "that wrote it, or dump the data there and restore it into a new store."
            )
        if "blocked host" in said or "blocked hosts" in said:
            return host_authorization(settings)
    return ""


def host_authorization(settings: PodSettings) -> str:
    """Rails refused the Host header of a request (ActionDispatch::HostAuthorization)."""
    return (
        f"Rails' host authorization refuses the host {settings.health_host or 'localhost'} that the health check sends: set "
        f"{settings.named('hosts')} to a name that the application allows, or add that host to config.hosts."
    )


def _read_only(settings: PodSettings, line: str) -> str:
    path = next((found for found in reversed(_PATH.findall(line)) if not found.startswith("/usr/")), "")
    there = f" to {path}" if path else ""
    folders = _FOLDERS.match(path)
    workdir = settings.workdir
    if workdir and folders and folders[1] != workdir:
        return (
            f"The application wrote{there}, which is read-only: set {settings.named('workdir')} to its folder in the image, "
            f"which seems to be {folders[1]}."
        )
    ours = f", or {settings.named('workdir')} if the application is in another folder of the image" if workdir else ""
    return f"The application wrote{there}, which is read-only: add the folder to {settings.named('writable_paths')}{ours}."


def _no_space(settings: PodSettings) -> str:
    if settings.is_store:
        return f"The volume is full: raise {settings.named('storage')}."
    return "The node's disk or a folder with a size limit is full: write less to tmp and log, or give the nodes larger disks."
