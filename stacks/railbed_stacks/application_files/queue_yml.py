"""config/queue.yml and config/recurring.yml of Solid Queue, as production has them."""

from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.place import Found, Place
from railbed_stacks.application_files.yaml_file import Entry, read_yaml

PATH = "config/queue.yml"
RECURRING = "config/recurring.yml"
_THREADS, _PROCESSES = 3, 1
"""Defaults of Solid Queue (solid_queue/configuration.rb)."""


@dataclass(frozen=True)
class QueueFile:
    """What the file says of workers."""

    queues: list[Found[str]]
    threads: Found[int]
    """Jobs that all workers of one supervisor work on at a time."""


def read_queue_file(folder: Path) -> QueueFile | None:
    """Read config/queue.yml; None where it says nothing of workers. Raises `UnreadableFile`."""
    top = read_yaml(folder, PATH)
    if top is None:
        return None
    section = top.at("production") or top
    workers = section.at("workers")
    if workers is None or not workers.sequence:
        return None
    queues = [Found(queue, worker.place) for worker in workers.sequence for queue in _queues(worker.at("queues"))]
    threads = sum(_count(worker, "threads", _THREADS) * _count(worker, "processes", _PROCESSES) for worker in workers.sequence)
    return QueueFile(queues, Found(threads, workers.place))


def find_recurring_tasks(folder: Path) -> Place | None:
    """Where recurring tasks of production are. Raises `UnreadableFile`."""
    top = read_yaml(folder, RECURRING)
    production = top.at("production") if top is not None else None
    return production.place if production is not None and production.mapping else None


def _queues(entry: Entry | None) -> list[str]:
    if entry is None:
        return []
    return [each.text for each in entry.sequence if each.text] or ([entry.text] if entry.text else [])


def _count(worker: Entry, key: str, default: int) -> int:
    entry = worker.at(key)
    return (entry.number or default) if entry is not None else default
