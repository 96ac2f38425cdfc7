"""The libraries that work on background jobs: what the rest of railbed has to know of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from railbed.enums import WorkerBackend


@dataclass(frozen=True)
class QueueAdapter:
    """What is true of every group of workers of one library."""

    name: str
    """As its users write it."""
    needs_redis: bool = False
    many_at_once: bool = True
    """Whether a container works on several jobs at a time, each in a thread."""
    in_pool: int = 0
    """Connections that its processes want in their pools beside those of jobs."""
    in_container: int = 0
    """Connections that a container opens at most beside those of jobs."""
    loader: str | None = None
    """Ruby file of railbed that starts with it, and shows that it is alive."""
    decides: Mapping[str, str] = field(default_factory=dict)
    """Settings by the variables that tell them to its command."""


QUEUE_ADAPTERS: Mapping[WorkerBackend, QueueAdapter] = {
    WorkerBackend.SIDEKIQ: QueueAdapter("Sidekiq", needs_redis=True, loader="sidekiq_heartbeat.rb"),
    # A worker polls and tells its heartbeat; supervisor, dispatcher and scheduler are processes of their own, which do both.
    # https://github.com/rails/solid_queue/blob/v1.5.0/README.md (threads), lib/solid_queue/configuration.rb
    WorkerBackend.SOLID_QUEUE: QueueAdapter("Solid Queue", in_pool=2, in_container=8, loader="solid_queue_worker.rb"),
    # https://github.com/bensheldon/good_job/blob/main/README.md#database-connections
    WorkerBackend.GOOD_JOB: QueueAdapter("GoodJob", in_pool=2, in_container=2),
    # https://github.com/collectiveidea/delayed_job/blob/master/lib/delayed/tasks.rb
    WorkerBackend.DELAYED_JOB: QueueAdapter("Delayed Job", many_at_once=False, decides={"QUEUES": "queues", "QUEUE": "queues"}),
    # Each job runs in a process of its own, and the worker stays connected. https://github.com/resque/resque
    WorkerBackend.RESQUE: QueueAdapter(
        "Resque",
        needs_redis=True,
        many_at_once=False,
        in_container=1,
        decides={
            "QUEUES": "queues",
            "QUEUE": "queues",
            "TERM_CHILD": "shutdown_seconds",
            "RESQUE_PRE_SHUTDOWN_TIMEOUT": "shutdown_seconds",
            "RESQUE_TERM_TIMEOUT": "shutdown_seconds",
        },
    ),
}
