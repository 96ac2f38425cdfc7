"""How workers of each backend are written: Sidekiq in its settings, any other by its command."""

from collections.abc import Sequence

from railbed.enums import WorkerBackend
from railbed_stacks.application_files.commands import Command
from railbed_stacks.application_files.place import Place
from railbed_stacks.commands.init.clear_commands import put_command
from railbed_stacks.commands.init.draft import Draft

COMMANDS = {
    WorkerBackend.SIDEKIQ: ("bundle", "exec", "sidekiq"),
    WorkerBackend.SOLID_QUEUE: ("bin/jobs",),
    WorkerBackend.GOOD_JOB: ("bundle", "exec", "good_job", "start"),
    WorkerBackend.DELAYED_JOB: ("bin/rails", "jobs:work"),
    WorkerBackend.RESQUE: ("bundle", "exec", "rake", "environment", "resque:work"),
}
"""What starts a worker where no file says it."""

SINGLE = (WorkerBackend.DELAYED_JOB, WorkerBackend.RESQUE)
"""Those that work on one job at a time."""

NEED_REDIS = (WorkerBackend.SIDEKIQ, WorkerBackend.RESQUE)

_LAST = {"jobs", "start", "solid_queue:start", "jobs:work", "resque:work"}
"""Last words of commands without options."""


def put_backend(draft: Draft, part: str, backend: WorkerBackend, words: Sequence[str], reason: str | Place) -> None:
    """Describe workers that a command starts."""
    draft.set(f"{part}.backend", backend.value, reason)
    if Command(tuple(words), {}).programs[-1] not in _LAST:
        put_command(draft, part, words, reason)
