"""How workers of each backend are written: Sidekiq in its settings, any other by its command."""

from collections.abc import Sequence

from railbed_stacks.application_files.commands import Backend, Command
from railbed_stacks.application_files.place import Place
from railbed_stacks.commands.init.abilities import WRITES_BACKENDS
from railbed_stacks.commands.init.clear_commands import put_command
from railbed_stacks.commands.init.draft import Draft, guess

COMMANDS = {
    Backend.SIDEKIQ: ("bundle", "exec", "sidekiq"),
    Backend.SOLID_QUEUE: ("bin/jobs",),
    Backend.GOOD_JOB: ("bundle", "exec", "good_job", "start"),
    Backend.DELAYED_JOB: ("bin/rails", "jobs:work"),
    Backend.RESQUE: ("bundle", "exec", "rake", "environment", "resque:work"),
}
"""What starts a worker where no file says it."""

SINGLE = (Backend.DELAYED_JOB, Backend.RESQUE)
"""Those that work on one job at a time."""

NEED_REDIS = (Backend.SIDEKIQ, Backend.RESQUE)

_LAST = {"jobs", "start", "solid_queue:start", "jobs:work", "resque:work"}
"""Last words of commands without options."""
_QUEUES = "QUEUE"
"""Variable without which Resque does nothing."""


def put_backend(draft: Draft, part: str, backend: Backend, words: Sequence[str], reason: str | Place) -> None:
    """Describe workers that a command starts."""
    if WRITES_BACKENDS:
        draft.set(f"{part}.backend", backend.value, reason)
        if Command(tuple(words), {}).programs[-1] not in _LAST:
            put_command(draft, part, words, reason)
        return
    put_command(draft, part, words, reason)
    if backend is Backend.RESQUE and isinstance(reason, str):
        draft.set(f"{part}.env.{_QUEUES}", "*", guess("all queues"))
