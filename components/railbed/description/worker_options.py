"""What can be said of the library that a group of workers runs, of its health, and of how a release replaces it."""

from typing import Annotated, TypeAlias

from pydantic import Field

from railbed.description.command import Command
from railbed.description.health_path import HealthPath
from railbed.description.queue_adapters import QUEUE_ADAPTERS, QueueAdapter
from railbed.enums import RolloutStrategy, WorkerBackend
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import matching

Queue: TypeAlias = Annotated[
    str, matching(r"[A-Za-z0-9_.:-]+(,[1-9][0-9]*)?", 'specify a queue as "mailers", or with a weight as "critical,2"')
]
"""A queue, with a weight if wanted."""


class WorkerHealth(Arguments):
    """How to ask workers for their health: with a command in their container, or with a request to a port of it."""

    command: Command | None = None
    """Command that succeeds as long as they are well, such as [test, -f, /tmp/alive]."""
    port: int | None = Field(None, ge=1, le=65535)
    """Port on which they answer."""
    path: HealthPath = "/"
    """Path that answers 200 to 399 as long as they are well. Default /."""

    @rule
    def _one_way(self) -> None:
        if (self.command is None) is (self.port is None):
            raise ValueError("specify either command or port, with the path to ask for")
        if self.command is not None and "path" in self.model_fields_set:
            raise ValueError("path has no effect with command: remove it, or specify port instead of command")


class WorkerOptions(Arguments):
    """What a group of workers runs."""

    backend: WorkerBackend = WorkerBackend.SIDEKIQ
    """Library that works on the jobs: sidekiq, solid_queue, good_job, delayed_job or resque. It decides the command, how
    containers end, how their health is checked, and whether there is a Redis. Default sidekiq."""
    queues: list[Queue] | None = Field(None, min_length=1)
    """Queues in order of precedence; with sidekiq "critical,2" gives a queue a weight, as its -q does. Default: default with
    sidekiq, what config/queue.yml says with solid_queue, all with others."""
    concurrency: int = Field(5, ge=1, le=200)
    """Jobs that one container works on at a time, and its number of database connections. With solid_queue and without
    `queues`, config/queue.yml decides: give its number of threads. delayed_job and resque work on one job at a time. Default
    5."""
    shutdown_seconds: int = Field(25, ge=1, le=3600)
    """Time that running jobs have to finish when a container stops; then they go back to their queue and run again elsewhere,
    with resque they fail. The container is killed 10 seconds later. Default 25, as Sidekiq's."""
    command: Command | None = None
    """Command instead of the backend's. Default: built from queues, concurrency and shutdown_seconds."""
    health: WorkerHealth | None = None
    """How to ask for their health. Default: the heartbeat of sidekiq and solid_queue, the probe server of good_job; none for
    others and for a command of your own."""
    strategy: RolloutStrategy = RolloutStrategy.ROLLING_UPDATE
    """How a release replaces containers: RollingUpdate starts new ones first; Recreate stops the old ones first, for what must
    never run twice, such as a scheduler of its own. Default RollingUpdate."""

    @property
    def queue_adapter(self) -> QueueAdapter:
        """What is known of the backend."""
        return QUEUE_ADAPTERS[self.backend]

    @property
    def jobs_at_once(self) -> int:
        """Jobs that one container works on at a time."""
        return self.concurrency if self.queue_adapter.many_at_once or self.command is not None else 1

    @property
    def connections_of_one(self) -> int:
        """Connections that one container opens at most to a database."""
        return self.jobs_at_once + (self.queue_adapter.in_container if self.command is None else 0)

    @rule
    def _queues_are_of_the_backend(self) -> None:
        weighted = [queue for queue in self.queues or [] if "," in queue]
        if weighted and self.backend is not WorkerBackend.SIDEKIQ:
            raise ValueError(
                f"queues: {self.queue_adapter.name} has no weights: write {weighted[0]} as {weighted[0].split(',')[0]}"
            )

    @rule
    def _one_job_at_a_time(self) -> None:
        if "concurrency" in self.model_fields_set and not self.queue_adapter.many_at_once and self.command is None:
            raise ValueError(
                f"concurrency: {self.queue_adapter.name} works on one job at a time in a container: remove it, "
                "and raise replicas"
            )
