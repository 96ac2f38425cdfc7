"""Everything that the files of an application say, read once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from railbed_stacks.application_files.commands import Command
from railbed_stacks.application_files.copilot import CopilotService, find_copilot_application, read_copilot_services
from railbed_stacks.application_files.database_yml import Database, read_databases
from railbed_stacks.application_files.dockerfile import PATH as DOCKERFILE
from railbed_stacks.application_files.dockerfile import DockerfileFacts, read_dockerfile
from railbed_stacks.application_files.gemfile_lock import LockFile, read_lock_file
from railbed_stacks.application_files.heroku import HerokuFile, read_heroku_file
from railbed_stacks.application_files.kamal import KamalFile, read_kamal_file
from railbed_stacks.application_files.place import Found, Place, UnreadableFile
from railbed_stacks.application_files.procfile import read_procfile
from railbed_stacks.application_files.puma_rb import PumaFile, read_puma_file
from railbed_stacks.application_files.queue_yml import QueueFile, find_recurring_tasks, read_queue_file
from railbed_stacks.application_files.routes_rb import find_health_route
from railbed_stacks.application_files.sidekiq_yml import SidekiqFile, read_sidekiq_file

FoundT = TypeVar("FoundT")


@dataclass(frozen=True)
class ApplicationFiles:
    """What the files of an application say; None and empty where there is no such file."""

    folder: Path
    lock: LockFile | None
    processes: dict[str, Found[Command]]
    """Procfile."""
    databases: list[Database]
    sidekiq: SidekiqFile | None
    queue: QueueFile | None
    recurring: Place | None
    puma: PumaFile | None
    dockerfile: DockerfileFacts | None
    dockerfile_path: str
    health_route: Found[str] | None
    kamal: KamalFile | None
    heroku: HerokuFile | None
    copilot: list[CopilotService]
    copilot_application: Found[str] | None
    unreadable: list[UnreadableFile]
    """Files that are there and could not be read."""

    def has(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return (self.folder / path).exists()


def read_application(folder: Path) -> ApplicationFiles:
    """Read the files of an application's folder; those that cannot be read are told in `unreadable`."""
    unreadable: list[UnreadableFile] = []

    def read(reader: Callable[[Path], FoundT], otherwise: FoundT) -> FoundT:
        try:
            return reader(folder)
        except UnreadableFile as error:
            unreadable.append(error)
            return otherwise

    kamal = read(read_kamal_file, None)
    copilot: list[CopilotService] = read(read_copilot_services, list[CopilotService]())
    path = _dockerfile_path(folder, kamal, copilot)
    return ApplicationFiles(
        folder=folder,
        lock=read(read_lock_file, None),
        processes=read(read_procfile, dict[str, Found[Command]]()),
        databases=read(read_databases, list[Database]()),
        sidekiq=read(read_sidekiq_file, None),
        queue=read(read_queue_file, None),
        recurring=read(find_recurring_tasks, None),
        puma=read(read_puma_file, None),
        dockerfile=read(lambda inside: read_dockerfile(inside, path), None),
        dockerfile_path=path,
        health_route=read(find_health_route, None),
        kamal=kamal,
        heroku=read(read_heroku_file, None),
        copilot=copilot,
        copilot_application=read(find_copilot_application, None),
        unreadable=unreadable,
    )


def _dockerfile_path(folder: Path, kamal: KamalFile | None, copilot: list[CopilotService]) -> str:
    """The Dockerfile that Kamal or Copilot names, if it is there; else the usual one."""
    named = [kamal.dockerfile] if kamal is not None else []
    named += [service.dockerfile for service in copilot]
    paths = (found.value.removeprefix("./") for found in named if found is not None)
    return next((path for path in paths if (folder / path).is_file()), DOCKERFILE)
