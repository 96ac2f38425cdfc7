"""The options of Sidekiq's command that railbed has settings for (sidekiq/cli.rb)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from railbed_stacks.application_files.commands import Command

_NAMES = {
    "-c": "concurrency",
    "--concurrency": "concurrency",
    "-q": "queue",
    "--queue": "queue",
    "-t": "timeout",
    "--timeout": "timeout",
    "-C": "config",
    "--config": "config",
    "-e": "environment",
    "--environment": "environment",
    "-r": "require",
    "--require": "require",
}
_BEFORE = {"bundle", "exec", "sidekiq"}
_SWITCHES = {"-v", "--verbose"}


@dataclass
class SidekiqOptions:
    """What a command says to Sidekiq."""

    concurrency: int | None = None
    timeout: int | None = None
    queues: list[str] = field(default_factory=list)
    config: str | None = None
    others: list[str] = field(default_factory=list)
    """Words that no setting stands for."""


def read_sidekiq_options(command: Command) -> SidekiqOptions:
    """The options in a command."""
    options = SidekiqOptions()
    words = iter(_separated(command.words))
    for word in words:
        name = _NAMES.get(word)
        if name is None:
            if word.rpartition("/")[2] not in _BEFORE and word not in _SWITCHES:
                options.others.append(word)
            continue
        value = next(words, "")
        if name == "queue":
            options.queues.append(value)
        elif name in ("concurrency", "timeout") and value.isdecimal():
            setattr(options, name, int(value))
        elif name == "config":
            options.config = value.removeprefix("./")
        elif name in ("concurrency", "timeout", "require"):
            options.others += [word, value]
    return options


def _separated(words: Iterable[str]) -> Iterable[str]:
    """The words with options apart from their values: --queue=mailers, -c5."""
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name in _NAMES:
            yield from (name, value)
        elif word[:2] in _NAMES and len(word) > 2:
            yield from (word[:2], word[2:])
        else:
            yield word
