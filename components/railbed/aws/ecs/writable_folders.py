"""Folders that a container writes to while the rest of its file system is read-only.

Each is a volume on the disk of the task, so that uploads take no memory, and starts with what the image has in it, such as
bootsnap's cache. On Fargate a volume belongs to root with mode 0755, unless the image declares the folder as VOLUME; the
contents are copied then, too. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
Images need not know that: without `volumes_in_image`, a container of the same image that has the rights of root over files,
and over nothing else, prepares the folders and ends before the others start.
"""

import shlex
from collections.abc import Sequence
from typing import Any

from railbed.aws.ecs.task import EcsTask

PREPARING_CONTAINER = "writable-folders"

# docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities lists what a container has by default; Fargate
# lets nothing be added but SYS_PTRACE, so that all others are dropped one by one.
USUAL_CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP"),
    *("SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)
OVER_FILES = ("CHOWN", "DAC_OVERRIDE", "FOWNER")

# All of it is of the user, and anybody may write to the folders themselves, as to /tmp. The file keeps Docker on instances from
# taking over owner and mode of the image's folder once more: it does for volumes that are empty.
_PREPARE = """set -e
prepare() {
  from=$1 to=$2
  shift 2
  if [ -d "$from" ]; then cp -a "$from/." "$to/"; fi
  for folder; do mkdir -p "$to/$folder"; done
  : > "$to/.railbed"
  chown -Rh "$owner" "$to"
  chmod -R u+rwX "$to"
  chmod 1777 "$to"
}
"""


def capabilities_but(kept: Sequence[str]) -> dict[str, list[str]]:
    """`capabilities` of a container that keeps these of the usual ones."""
    return {"drop": [each for each in USUAL_CAPABILITIES if each not in kept]}


class WritableFolders:
    """The volumes of a task, and the container that prepares them."""

    def __init__(self, task: EcsTask) -> None:
        self._task, folders = task, task.writable()
        self._inside = {
            path: [each.removeprefix(f"{path}/") for each in folders if each.startswith(f"{path}/")]
            for path in folders
            if not any(path.startswith(f"{other}/") for other in folders)
        }
        """Folders within each that is a volume, as Rails and Puma expect them to exist."""

    def volumes(self) -> list[dict[str, str]]:
        """`volumes` of the task definition."""
        return [{"name": name} for name in self._names()]

    def mounts(self) -> list[dict[str, Any]]:
        """`mountPoints` of a container that writes to them."""
        return [
            {"sourceVolume": name, "containerPath": path, "readOnly": False}
            for name, path in zip(self._names(), self._inside, strict=True)
        ]

    def preparing(self, **fields: object) -> dict[str, Any] | None:
        """The container that prepares them; None if the image does."""
        if self._task.volumes_in_image:
            return None
        places = {name: f"/{PREPARING_CONTAINER}/{name}" for name in self._names()}
        lines = [
            shlex.join(["prepare", path, place, *inside])
            for (path, inside), place in zip(self._inside.items(), places.values(), strict=True)
        ]
        return {
            "name": PREPARING_CONTAINER,
            "image": self._task.image,
            "essential": False,
            "user": "0",
            "workingDirectory": "/",
            "entryPoint": ["sh", "-c"],
            "command": ["\n".join([f"owner={self._task.user}", _PREPARE + lines[0], *lines[1:]])],
            "environment": [],
            "secrets": [],
            "readonlyRootFilesystem": True,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": capabilities_but(OVER_FILES)},
            "mountPoints": [
                {"sourceVolume": name, "containerPath": place, "readOnly": False} for name, place in places.items()
            ],
            **fields,
        }

    def _names(self) -> list[str]:
        return [f"writable-{number}" for number in range(len(self._inside))]
