"""config/sidekiq.yml: concurrency, queues and timeout of Sidekiq in production."""

from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.place import Found, Place
from railbed_stacks.application_files.yaml_file import Entry, read_yaml

PATH = "config/sidekiq.yml"


@dataclass(frozen=True)
class SidekiqFile:
    """What the file says; the section `production` wins over what is beside it, as in sidekiq/cli.rb."""

    concurrency: Found[int] | None
    timeout: Found[int] | None
    queues: list[Found[str]]
    """Queues as Sidekiq's -q takes them: "critical,2"."""
    schedule: Place | None
    """Where jobs have times of sidekiq-scheduler or sidekiq-cron."""
    capsules: Place | None


def read_sidekiq_file(folder: Path, path: str = PATH) -> SidekiqFile | None:
    """Read the file; None where there is none. Raises `UnreadableFile`."""
    top = read_yaml(folder, path)
    if top is None:
        return None
    production = top.at("production")
    values = top.mapping | (production.mapping if production is not None else {})
    schedule = values.get("schedule") or (values["scheduler"].at("schedule") if "scheduler" in values else None)
    queues = [queue for entry in (values["queues"].sequence if "queues" in values else []) if (queue := _queue(entry))]
    return SidekiqFile(
        concurrency=_number(values.get("concurrency")),
        timeout=_number(values.get("timeout")),
        queues=queues,
        schedule=schedule.place if schedule is not None else None,
        capsules=values["capsules"].place if "capsules" in values else None,
    )


def _number(entry: Entry | None) -> Found[int] | None:
    return Found(entry.number, entry.place) if entry is not None and entry.number is not None else None


def _queue(entry: Entry) -> Found[str] | None:
    """A queue: `default`, or with a weight `[critical, 2]`."""
    words = [each.text for each in entry.sequence] or [entry.text]
    known = [word for word in words if word]
    return Found(",".join(known), entry.place) if known and len(known) == len(words) else None
