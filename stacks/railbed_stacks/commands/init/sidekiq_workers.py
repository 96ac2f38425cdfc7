"""A group of Sidekiq's workers: its options in the command, else those of config/sidekiq.yml."""

import re

from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.commands import Command
from railbed_stacks.application_files.place import Place, UnreadableFile
from railbed_stacks.application_files.sidekiq_options import read_sidekiq_options
from railbed_stacks.application_files.sidekiq_yml import PATH, SidekiqFile, read_sidekiq_file
from railbed_stacks.commands.init.clear_commands import put_command
from railbed_stacks.commands.init.draft import Draft

_QUEUE = re.compile(r"[A-Za-z0-9_.:-]+(,[1-9][0-9]*)?")
_BOUNDS = {"concurrency": 200, "shutdown_seconds": 3600}


def decide_sidekiq(
    draft: Draft, files: ApplicationFiles, path: str, command: Command, place: Place, reason: str | None = None
) -> None:
    """Write a group that a command starts."""
    options = read_sidekiq_options(command)
    file = _file(files, options.config)
    draft.put(path.split("."), {}, reason or place)
    if options.others:
        put_command(draft, path, command.words, place)
    queues = [(queue, place) for queue in options.queues] or [
        (each.value, each.place) for each in (file.queues if file else [])
    ]
    known = [(queue, where) for queue, where in queues if _QUEUE.fullmatch(queue)]
    if known and [queue for queue, _ in known] != ["default"]:
        draft.set(f"{path}.queues", [queue for queue, _ in known], known[0][1])
    if len(known) < len(queues):
        draft.note(f"Some queues of {path} are not written: add them to {path}.queues", place)
    of_file = {"concurrency": file.concurrency, "shutdown_seconds": file.timeout} if file else {}
    for setting, given in (("concurrency", options.concurrency), ("shutdown_seconds", options.timeout)):
        in_file = of_file.get(setting)
        value, where = (given, place) if given is not None or in_file is None else (in_file.value, in_file.place)
        if value is not None and 1 <= value <= _BOUNDS[setting]:
            draft.set(f"{path}.{setting}", value, where)
    if file is not None:
        _tell(draft, path, file)


def _file(files: ApplicationFiles, named: str | None) -> SidekiqFile | None:
    """The configuration that the command names, else config/sidekiq.yml."""
    if named is None or named == PATH:
        return files.sidekiq
    try:
        return read_sidekiq_file(files.folder, named)
    except UnreadableFile:
        return None


def _tell(draft: Draft, path: str, file: SidekiqFile) -> None:
    if file.schedule is not None:
        draft.note(
            "Sidekiq starts jobs at their times in every group of workers, and in both releases during a rollout: see that the "
            "scheduler's gem starts each job once",
            file.schedule,
        )
    if file.capsules is not None:
        draft.note(
            f"Capsules add threads to those of {path}.concurrency: count them in its database connections", file.capsules
        )
