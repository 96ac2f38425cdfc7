"""Workers and other processes: from Kamal's roles, Copilot's services or Procfile, or guessed from the gems."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from railbed.enums import WorkerBackend
from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.commands import Command
from railbed_stacks.application_files.copilot import JOB_TYPE, WEB_TYPES, CopilotService
from railbed_stacks.application_files.place import Found, Place
from railbed_stacks.application_files.variables import Variable, variable
from railbed_stacks.commands.init.backends import COMMANDS, SINGLE, put_backend
from railbed_stacks.commands.init.clear_commands import put_command
from railbed_stacks.commands.init.draft import Draft, guess
from railbed_stacks.commands.init.names import as_name
from railbed_stacks.commands.init.resources import decide_resources
from railbed_stacks.commands.init.sidekiq_workers import decide_sidekiq
from railbed_stacks.commands.init.variables import place_variables

_RESERVED = {"web", "console"}
_NO_WORKERS = {"web", "release", "migrate", "streaming", "cable", "anycable"}
_WITHOUT_JOBS = {"clock", "clockwork", "scheduler", "resque:scheduler", "sneakers:run", "hutch", "karafka"}
"""Programs that work without a port and are no backend."""


@dataclass(frozen=True)
class Process:
    """A process of the application beside web."""

    name: str
    command: Command
    place: Place
    replicas: Found[int] | None = None
    variables: Sequence[Variable] = ()
    service: CopilotService | None = field(default=None, compare=False)


def decide_workers(draft: Draft, files: ApplicationFiles) -> set[WorkerBackend]:
    """Write the workers; gives the backends that they are of."""
    backends: set[WorkerBackend] = set()
    for process in _find_processes(files):
        backend = process.command.backend
        if backend is None and not _WITHOUT_JOBS & set(process.command.programs):
            draft.note(
                f"Process {process.name} is not written, as it may need a port of its own, which only web has: if it needs "
                f"none, add app.workers.{as_name(process.name) or 'other'} with its command",
                process.place,
            )
            continue
        _decide_group(draft, files, process, backend)
        backends |= {backend} if backend is not None else set()
    if not backends and not _jobs_run_in_puma(draft, files):
        backends = _guess_group(draft, files)
    return backends


def _find_processes(files: ApplicationFiles) -> list[Process]:
    """Processes beside web: of Kamal's roles, else of Copilot's services, else of Procfile."""
    if files.kamal is not None and (roles := [role for role in files.kamal.roles if role.name not in _NO_WORKERS]):
        return [
            Process(role.name, role.command.value, role.command.place, Found(len(role.hosts) or 1, role.place), role.variables)
            for role in roles
            if role.command is not None
        ]
    services = [each for each in files.copilot if each.type not in (*WEB_TYPES, JOB_TYPE)]
    if services:
        return [
            Process(each.name, each.command.value, each.command.place, each.count, each.variables, each)
            for each in services
            if each.command is not None
        ]
    quantities = files.heroku.quantities if files.heroku is not None else {}
    return [
        Process(name, found.value, found.place, quantities.get(name))
        for name, found in files.processes.items()
        if name not in ("web", "release")
    ]


def _decide_group(draft: Draft, files: ApplicationFiles, process: Process, backend: WorkerBackend | None) -> None:
    name = as_name(process.name) or "worker"
    name = f"{name}-jobs" if name in _RESERVED else name
    path = f"app.workers.{name}"
    if backend is WorkerBackend.SIDEKIQ:
        decide_sidekiq(draft, files, path, process.command, process.place)
    else:
        _decide_command(draft, files, path, process.command.words, process.place, backend)
    if process.replicas is not None and process.replicas.value != 1:
        draft.set(f"{path}.replicas", process.replicas.value, process.replicas.place)
    in_front = [variable(name, value, process.place) for name, value in process.command.env.items()]
    place_variables(draft, files, [*in_front, *process.variables], (*path.split("."), "env"))
    if process.service is not None:
        decide_resources(draft, path, process.service)


def _guess_group(draft: Draft, files: ApplicationFiles) -> set[WorkerBackend]:
    """A group for the gem that works on jobs, where no file names a process."""
    lock = files.lock
    gem = lock.first(*(backend.value for backend in WorkerBackend)) if lock is not None else None
    if lock is None or gem is None:
        return set()
    backend, place, path = WorkerBackend(gem), lock.gems[gem].place, "app.workers.default"
    reason = guess(f"{place} has {gem}")
    if backend is WorkerBackend.SIDEKIQ:
        decide_sidekiq(draft, files, path, Command(COMMANDS[backend], {}), place, reason)
    else:
        _decide_command(draft, files, path, COMMANDS[backend], reason, backend)
    draft.note(f"No file starts workers of {gem}, which is there: {path} is a guess", place)
    return {backend}


def _decide_command(
    draft: Draft, files: ApplicationFiles, path: str, words: Sequence[str], reason: str | Place, backend: WorkerBackend | None
) -> None:
    if backend is None:
        put_command(draft, path, words, reason)
        draft.set(f"{path}.strategy", "Recreate", guess("it may be a scheduler, which must not run twice"))
    else:
        put_backend(draft, path, backend, words, reason)
    if backend is None or backend in SINGLE:
        if draft.get(f"{path}.backend") is None:
            draft.set(f"{path}.concurrency", 1, guess("one job at a time"))
    elif backend is WorkerBackend.SOLID_QUEUE and files.queue is not None:
        draft.set(f"{path}.concurrency", files.queue.threads.value, files.queue.threads.place)


def _jobs_run_in_puma(draft: Draft, files: ApplicationFiles) -> bool:
    """Whether Solid Queue runs inside Puma, as in a new application of Rails 8."""
    place = files.puma.plugins.get("solid_queue") if files.puma is not None else None
    switch = draft.get("app.env.SOLID_QUEUE_IN_PUMA") or draft.get("app.web.env.SOLID_QUEUE_IN_PUMA")
    if place is None or not switch:
        return False
    draft.note(
        "Jobs run inside the web processes (SOLID_QUEUE_IN_PUMA). To give them containers of their own, remove the variable "
        "and add app.workers.default with command [bin/jobs]",
        place,
    )
    return True
