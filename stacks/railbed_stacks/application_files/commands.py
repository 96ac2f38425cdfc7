"""Commands as Procfile, Kamal and Copilot have them: their words, variables, and what they start."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from railbed.enums import Server, WorkerBackend

_VARIABLE = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_OPERATORS = re.compile(r"[|;&<>()\n]")
_EXPANSIONS = re.compile(r"[$`]")
_PATTERNS = re.compile(r"[*?~{}]")


_BACKENDS = {
    "sidekiq": WorkerBackend.SIDEKIQ,
    "sidekiqswarm": WorkerBackend.SIDEKIQ,
    "jobs": WorkerBackend.SOLID_QUEUE,
    "solid_queue:start": WorkerBackend.SOLID_QUEUE,
    "good_job": WorkerBackend.GOOD_JOB,
    "delayed_job": WorkerBackend.DELAYED_JOB,
    "jobs:work": WorkerBackend.DELAYED_JOB,
    "resque:work": WorkerBackend.RESQUE,
    "resque:workers": WorkerBackend.RESQUE,
    "resque-pool": WorkerBackend.RESQUE,
}
_SERVERS = {
    "puma": Server.PUMA,
    "unicorn": Server.UNICORN,
    "unicorn_rails": Server.UNICORN,
    "passenger": Server.PASSENGER,
    "thrust": Server.PUMA,
    "rackup": Server.PUMA,
}


@dataclass(frozen=True)
class Command:
    """A command, one item a word, and the variables that were written in front of it."""

    words: tuple[str, ...]
    env: Mapping[str, str]

    @property
    def programs(self) -> list[str]:
        """The words without folders, also those of a shell's script: what tells which program is started."""
        script = self.words[2].split() if self.words[:2] == ("sh", "-c") else self.words
        return [word.rpartition("/")[2] for word in script]

    @property
    def backend(self) -> WorkerBackend | None:
        """What works on jobs in it."""
        return next((_BACKENDS[word] for word in self.programs if word in _BACKENDS), None)

    @property
    def server(self) -> Server | None:
        """The application server that it starts."""
        found = next((_SERVERS[word] for word in self.programs if word in _SERVERS), None)
        follows = zip(self.programs, self.programs[1:], strict=False)
        return found or (Server.PUMA if any(pair in (("rails", "server"), ("rails", "s")) for pair in follows) else None)


def read_command(text: str) -> Command:
    """Read a line of a shell; one with more than words becomes a script of `sh`."""
    try:
        words = shlex.split(text, comments=False)
    except ValueError:  # a quote without its other
        return _script(text)
    words = words[1:] if words[:1] == ["env"] and len(words) > 1 and _VARIABLE.fullmatch(words[1]) else words
    env: dict[str, str] = {}
    while words and (assignment := _VARIABLE.fullmatch(words[0])):
        env[assignment[1]] = assignment[2]
        words = words[1:]
    if _needs_shell(text):
        return _script(text)
    return Command(tuple(words[1:] if words[:1] == ["exec"] else words), env)


def command_of(words: Sequence[str]) -> Command:
    """A command that is written as a list."""
    return read_command(words[0]) if len(words) == 1 else Command(tuple(words), {})


def _needs_shell(text: str) -> bool:
    """Whether a shell makes something else of a line than its words."""
    expanded = re.sub(r"'[^']*'", "", text)
    bare = re.sub(r'"[^"]*"', "", expanded)
    # The value of a variable is taken as it is.
    words = [word for word in bare.split() if not _VARIABLE.fullmatch(word)]
    return bool(_EXPANSIONS.search(expanded) or _OPERATORS.search(bare) or any(_PATTERNS.search(word) for word in words))


def _script(text: str) -> Command:
    # Replaces the shell, so that signals reach the program.
    simple = not _OPERATORS.search(text) and not text.startswith("exec ") and not _VARIABLE.fullmatch(text.split(" ")[0])
    return Command(("sh", "-c", f"exec {text}" if simple else text), {})
