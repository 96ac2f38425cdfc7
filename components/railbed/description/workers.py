"""Workers of every backend: their commands, variables and health checks, the same on every target."""

import json
from dataclasses import dataclass

from railbed.description.app import AppWorkers
from railbed.description.commands import sidekiq_command
from railbed.description.health_checks import HAS_STARTED, IS_ALIVE, ask_by_http
from railbed.enums import WorkerBackend

GOOD_JOB_PORT = 7001
"""https://github.com/bensheldon/good_job/blob/main/README.md#cli-http-health-check-probes"""
RESQUE_TERM_SECONDS = 5
"""Time that Resque leaves a job between its TERM and its KILL, after the time that it had to finish."""


@dataclass(frozen=True)
class Check:
    """One question about the health of a container: a command in it, or a request to a port of it."""

    words: tuple[str, ...] = ()
    port: int | None = None
    path: str = "/"

    @property
    def command(self) -> list[str]:
        """The question as a command, where nothing outside asks."""
        return list(self.words) if self.port is None else ask_by_http(self.port, self.path)


@dataclass(frozen=True)
class WorkerChecks:
    """How the health of workers is checked."""

    started: Check
    alive: Check


def loader_of(workers: AppWorkers) -> str | None:
    """The Ruby file of railbed that their command loads; None if it loads none."""
    if workers.command is not None:
        return None
    # Sidekiq's loader does nothing but show that it is alive.
    return None if workers.health and workers.backend is WorkerBackend.SIDEKIQ else workers.queue_adapter.loader


def worker_command(workers: AppWorkers, loader: str | None) -> list[str]:
    """The backend's command; `loader` is where its container finds the file of `loader_of`."""
    queues = workers.queues or []
    match workers.backend:
        case WorkerBackend.SIDEKIQ:
            return sidekiq_command(workers, loader)
        case WorkerBackend.SOLID_QUEUE if loader is not None:
            return ["bundle", "exec", "ruby", loader, json.dumps(_solid_queue(workers))]
        case WorkerBackend.SOLID_QUEUE:
            return ["bundle", "exec", "rake", "solid_queue:start"]
        case WorkerBackend.GOOD_JOB:
            # Without the sign, GoodJob would take the oldest job of all queues first.
            listed = [f"--queues={'+' if len(queues) > 1 else ''}{','.join(queues)}"] if queues else []
            limits = (f"--max-threads={workers.concurrency}", f"--shutdown-timeout={workers.shutdown_seconds}")
            return ["bundle", "exec", "good_job", "start", *listed, *limits, f"--probe-port={GOOD_JOB_PORT}"]
        case WorkerBackend.DELAYED_JOB:
            return ["bundle", "exec", "rake", "jobs:work"]
        case WorkerBackend.RESQUE:
            return ["bundle", "exec", "rake", "environment", "resque:work"]


def worker_environment(workers: AppWorkers) -> dict[str, str]:
    """Variables that tell the backend what the description says."""
    if workers.command is not None:
        return {"RAILS_MAX_THREADS": str(workers.concurrency)}
    variables = {"RAILS_MAX_THREADS": str(workers.jobs_at_once + workers.queue_adapter.in_pool)}
    match workers.backend:
        case WorkerBackend.DELAYED_JOB if workers.queues:
            variables["QUEUES"] = ",".join(workers.queues)
        case WorkerBackend.RESQUE:
            # On TERM it waits for the job, then sends it TERM, which fails it with an error that a retry can tell.
            # https://github.com/resque/resque/blob/master/lib/resque/worker.rb (new_kill_child)
            variables |= {
                "QUEUES": ",".join(workers.queues or ["*"]),
                "TERM_CHILD": "1",
                "RESQUE_PRE_SHUTDOWN_TIMEOUT": str(workers.shutdown_seconds),
                "RESQUE_TERM_TIMEOUT": str(RESQUE_TERM_SECONDS),
            }
    return variables


def worker_checks(workers: AppWorkers, *, loaded: bool) -> WorkerChecks | None:
    """How their health is checked; None if nothing tells it. `loaded` is whether their command loads the backend's loader."""
    if (health := workers.health) is not None:
        check = Check(tuple(health.command or ()), health.port, health.path)
        return WorkerChecks(check, check)
    if loaded:
        return WorkerChecks(Check(tuple(HAS_STARTED)), Check(tuple(IS_ALIVE)))
    if workers.backend is WorkerBackend.GOOD_JOB and workers.command is None:
        # Not /status/connected: to kill the jobs in progress brings no database back.
        check = Check(port=GOOD_JOB_PORT, path="/status/started")
        return WorkerChecks(check, check)
    return None


def _solid_queue(workers: AppWorkers) -> dict[str, object]:
    """What solid_queue_worker.rb is told; without `queues`, config/queue.yml decides."""
    settings: dict[str, object] = {"shutdown_seconds": workers.shutdown_seconds}
    return settings | ({"queues": workers.queues, "threads": workers.concurrency} if workers.queues else {})
