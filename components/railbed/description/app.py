"""What a Rails application is made of, in the terms of Rails: the same description for every target."""

from typing import Annotated, Any, TypeAlias

from pydantic import Field

from railbed.description.command import Command
from railbed.description.cron import CronExpression, check_time_zone, read_schedule
from railbed.description.decided_variables import (
    Deciding,
    of_migration,
    of_web,
    of_workers,
    problems_of_names,
    problems_of_values,
    refuse,
)
from railbed.description.health_path import HealthPath
from railbed.description.image_source import ImageSource
from railbed.description.worker_options import WorkerOptions
from railbed.enums import MigrationPhase, RolloutStrategy, Server
from railbed.secrets.public_configuration import ClearVariables
from railbed.stores.further_databases import DatabaseNames
from railbed.validation.arguments import Arguments
from railbed.validation.host_names import Host, check_once
from railbed.validation.quantities import Cpu, Memory, mebibytes, millicores
from railbed.validation.rules import rule
from railbed.validation.types import matching

Name: TypeAlias = Annotated[
    str,
    matching(
        r"[a-z]([-a-z0-9]{0,28}[a-z0-9])?",
        "use lower case letters, digits and dashes, a letter first, no dash last, 30 characters at most",
    ),
]
"""A name that Kubernetes and DNS take: lower case letters, digits and dashes, 30 characters at most; AWS refuses some."""

LEAST_MEMORY_MEBIBYTES = 6
"""What container runtimes and ECS set aside for a container at least."""

AbsolutePath: TypeAlias = Annotated[
    str,
    matching(
        r"(/(?!\.{1,2}(/|$))[^/\s:\x00-\x1f]+)+",
        "specify an absolute path, such as /rails/tmp, without spaces, colons, . and .., and without a slash at the end",
    ),
]
"""An absolute path. Kubernetes takes no colon in the path of a mount (VolumeMount.mountPath)."""


def _at_rollout(replicas: int) -> int:
    """Containers that run while a new release replaces the old one: a quarter more, at least one."""
    return replicas + -(-replicas // 4)


PREPARE_TO_END_SECONDS = 5
"""Margin between the end of the last request and the kill."""

WORKER_EXTRA_SECONDS = 10
"""Time between the backend's own timeout and the kill: Sidekiq pushes unfinished jobs back to Redis and ends its threads, up to
3 seconds more (sidekiq/launcher.rb, manager.rb); Resque ends the job, 5 seconds more; others take less."""


class Resources(Arguments):
    """What one container is promised, and what it may use at most."""

    cpu: Cpu = "250m"
    """CPU that is set aside: "250m" or "0.5". Default "250m"."""
    memory: Memory = "512Mi"
    """Memory that is set aside: "512Mi". Default "512Mi"."""
    cpu_limit: Cpu = "2"
    """CPU above which the container is slowed down. Default "2"."""
    memory_limit: Memory = "1Gi"
    """Memory above which the container is killed. Default "1Gi"."""

    @rule
    def _limits_cover_requests(self) -> None:
        if millicores(self.cpu_limit) < millicores(self.cpu):
            raise ValueError(
                f"cpu_limit {self.cpu_limit} is below cpu {self.cpu}: raise cpu_limit to {self.cpu} or more, or lower cpu"
            )
        if mebibytes(self.memory_limit) < mebibytes(self.memory):
            raise ValueError(
                f"memory_limit {self.memory_limit} is below memory {self.memory}: "
                f"raise memory_limit to {self.memory} or more, or lower memory"
            )
        if mebibytes(self.memory_limit) < LEAST_MEMORY_MEBIBYTES:
            raise ValueError(
                f"memory_limit {self.memory_limit} is too little to start a container: specify {LEAST_MEMORY_MEBIBYTES}Mi or "
                "more"
            )


class AppPart(Arguments):
    """What can be said of the containers of every part of an application."""

    entrypoint: Command | None = None
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: list[AbsolutePath] | None = None
    """All folders that the containers may write to besides /tmp. Default: the application's tmp and log; everything else is
    read-only."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to what the target makes of this part, by name: deployment, service, job, cron_job and the like on Kubernetes,
    container, task_definition, service, schedule on ECS. Default: none."""
    resources: Resources = Resources()
    """CPU and memory of one container."""


class AppWeb(AppPart):
    """The processes that answer requests."""

    replicas: int = Field(2, ge=1, le=1000)
    """Containers that serve requests. Default 2, so that one can be lost or replaced without an outage."""
    autoscaled: bool = False
    """Whether something else, such as a HorizontalPodAutoscaler or KEDA, sets the number of containers: `replicas` is then what
    the first release starts with. Default false."""
    server: Server = Server.PUMA
    """Application server: puma, unicorn, passenger, or image (the image's own CMD). Default puma."""
    command: Command | None = None
    """Command instead of the server's usual one. Default: what `server` implies."""
    port: int = Field(3000, ge=1024, le=65535)
    """Port on which the server listens, passed to it as PORT; above 1023, as the container is not root. Default 3000."""
    hosts: list[Host] = []
    """Host names under which users reach the application. The first is also sent by health checks, so that they pass Rails'
    host authorization. Default: none, health checks send localhost."""
    health_path: HealthPath = "/up"
    """Path of the health check; it should answer 200 without using the database. Default /up (Rails 7.1 and later)."""
    processes: int = Field(2, ge=1, le=64)
    """Server processes in a container (WEB_CONCURRENCY); with 2 or more one can end while another serves. Default 2."""
    threads: int = Field(3, ge=1, le=128)
    """Threads of a process (RAILS_MAX_THREADS), which is also its number of database connections. Default 3, as Rails'."""
    startup_seconds: int = Field(180, ge=10, le=3600)
    """Time in which a new container must answer its health check. Default 180."""
    drain_seconds: int = Field(15, ge=0, le=300)
    """Time for which a container that is to stop goes on accepting requests, until every load balancer has stopped sending
    them. Default 15; 30 behind an AWS load balancer."""
    request_seconds: int = Field(30, ge=1, le=3600)
    """Time that requests in progress have to finish after that. Default 30."""
    keep_alive_seconds: int = Field(65, ge=1, le=3600)
    """Time for which the server keeps a silent connection open. Load balancers must close theirs before, or they send requests
    into connections that are closing. Puma is told so from version 7 on; older ones keep 20 seconds unless config/puma.rb has
    `persistent_timeout 65`. Default 65."""
    env: ClearVariables = {}
    """Environment variables for the web containers only."""

    @rule
    def _hosts_differ(self) -> None:
        check_once("hosts", self.hosts)

    @rule
    def _does_not_migrate(self) -> None:
        if self.command and self.command[-1] == "server" and self.command[-2:-1] in (["./bin/rails"], ["bin/rails"]):
            raise ValueError(
                f"command {' '.join(self.command)} makes the entrypoint that Rails generates migrate in every container; "
                "omit it, or start the server itself: [bundle, exec, puma, -C, config/puma.rb]"
            )

    def connections(self) -> int:
        """Database connections that all containers together open at most."""
        return _at_rollout(self.replicas) * self.processes * self.threads


class AppWorkers(AppPart, WorkerOptions):
    """Processes that work on the same queues: Sidekiq's, or another backend's."""

    replicas: int = Field(1, ge=0, le=1000)
    """Containers. Default 1; 0 stops the group."""
    autoscaled: bool = False
    """Whether something else, such as a HorizontalPodAutoscaler or KEDA, sets the number of containers: `replicas` is then what
    the first release starts with. Default false."""
    startup_seconds: int = Field(180, ge=10, le=3600)
    """Time in which a new container must have started to work. Default 180."""
    env: ClearVariables = {}
    """Environment variables for this group only."""

    def connections(self) -> int:
        """Database connections that all containers together open at most."""
        recreated = self.strategy is RolloutStrategy.RECREATE
        return (self.replicas if recreated else _at_rollout(self.replicas)) * self.connections_of_one


class MigrationRun(AppPart):
    """One run of the database migration."""

    command: Command = ["bin/rails", "db:prepare"]
    """Command whose exit code decides. Default bin/rails db:prepare: creates what is missing, then migrates."""
    deadline_seconds: int = Field(3600, ge=10, le=86400)
    """Time after which a migration is stopped and has failed. Default 3600."""
    start_seconds: int = Field(300, ge=10, le=3600)
    """Time in which its container must have started: enough to pull the image or to add a node. Default 300."""
    database_seconds: int = Field(120, ge=0, le=3600)
    """Time to wait for the database to accept connections; 0 does not wait. Default 120."""


class AppMigration(MigrationRun):
    """The database migration: it runs before any container of a new release starts."""

    post: bool = False
    """Migrate in two phases: before the rollout with SKIP_POST_DEPLOYMENT_MIGRATIONS=true, after it without. For
    applications that keep post-deployment migrations apart. Default false."""
    env: ClearVariables = {}
    """Environment variables for the migration only."""

    @property
    def first_phase(self) -> MigrationPhase:
        """What is migrated before the rollout."""
        return MigrationPhase.PRE if self.post else MigrationPhase.ONLY


class AppCron(AppPart):
    """A command that runs on a schedule."""

    schedule: CronExpression
    """When, in cron's five fields (Sunday is 0 or 7) or as @hourly, @daily and the like."""
    command: Command
    """What to run."""
    time_zone: str = "Etc/UTC"
    """Time zone of the schedule, as in "Europe/Berlin". Default Etc/UTC."""
    deadline_seconds: int = Field(3600, ge=1, le=86400)
    """Time after which a run is stopped. Default 3600."""
    overlap: bool = False
    """Whether a run may start while the one before it still runs. Default false: it is left out."""
    env: ClearVariables = {}
    """Environment variables for this task only."""
    suspended: bool = False
    """Whether it does not run at its times. Every release sets it, whatever kubectl or a cloud's console set meanwhile.
    Default false."""

    @rule
    def _schedule_can_be_had(self) -> None:
        read_schedule(self.schedule)

    @rule
    def _time_zone_is_known(self) -> None:
        check_time_zone(self.time_zone)


class AppConsole(AppPart):
    """A container that waits, for `rails console` and one-off tasks."""

    enabled: bool = True
    """Whether there is one. Default true."""
    resources: Resources = Resources(cpu="10m", memory="128Mi")
    """CPU and memory; it sets little aside, as it sleeps most of the time."""


class App(Arguments):
    """A Rails application."""

    name: Name
    """Short name; the names of everything that is created start with it. A change replaces everything but data."""
    image: ImageSource
    """Container image of the application."""
    workdir: AbsolutePath = "/rails"
    """Folder of the application in the image, in which every command starts. Default /rails, as in the Dockerfile that Rails
    generates."""
    user: int = Field(1000, ge=1, le=65535)
    """Number of the user that the containers run as; never root. Default 1000, as in Rails' Dockerfile."""
    env: ClearVariables = {}
    """Environment variables for every container of the application. What must stay secret goes to `secrets`."""
    web: AppWeb = AppWeb()
    """Web containers."""
    workers: dict[Name, AppWorkers] = {}
    """Workers by group: the key names the group."""
    migration: AppMigration = AppMigration()
    """Database migration."""
    cron: dict[Name, AppCron] = {}
    """Scheduled commands by name."""
    console: AppConsole = AppConsole()
    """Console container."""
    databases: DatabaseNames = []
    """Further databases of config/database.yml beside primary, by their names there: [cache, queue, cable] in a new application
    of Rails 8. Each is on the primary's server, as the primary's name with its own behind it (app_cache), and reaches the
    application as CACHE_DATABASE_URL and so on; `secrets` may give the address of one that is elsewhere. Default: none."""

    @property
    def needs_redis(self) -> bool:
        """Whether a group of workers keeps its jobs in Redis."""
        return any(group.queue_adapter.needs_redis for group in self.workers.values())

    def connections(self, databases: int = 1) -> dict[str, int]:
        """Connections that each part opens at most, by the part's name, to so many databases.

        Each process has a pool of each, of one size.
        """
        return {part: count * databases for part, count in self._connections().items()}

    def _connections(self) -> dict[str, int]:
        once = {"migration": 1, **{f"cron.{name}": 1 for name in self.cron}, **({"console": 1} if self.console.enabled else {})}
        workers = {f"workers.{name}": group.connections() for name, group in self.workers.items()}
        return {"web": self.web.connections(), **workers, **once}

    @property
    def variables(self) -> dict[str, ClearVariables]:
        """Variables in clear text by their path in the description: those of all parts, and those that one part has alone."""
        workers = {f"workers.{name}.env": group.env for name, group in self.workers.items()}
        cron = {f"cron.{name}.env": task.env for name, task in self.cron.items()}
        return {"env": self.env, "web.env": self.web.env, **workers, "migration.env": self.migration.env, **cron}

    def deciding(self, prefix: str = "") -> list[Deciding]:
        """The parts whose settings decide variables: web, workers in their order, migration."""
        workers = [of_workers(group, f"{prefix}workers.{name}.") for name, group in self.workers.items()]
        phases = "post" if self.migration.post else None
        return [of_web(self.web, f"{prefix}web."), *workers, of_migration(self.migration, f"{prefix}migration.", phases)]

    @rule
    def _settings_decide_their_variables(self) -> None:
        problems = problems_of_names("env", self.env, self.deciding())
        env_of = [self.web.env, *(group.env for group in self.workers.values()), self.migration.env]
        for env, part in zip(env_of, self.deciding(), strict=False):
            place = f"{part.prefix}env"
            problems += problems_of_names(place, env, [part])
            problems += problems_of_values({"env": self.env, place: env}, part)
        for name, task in self.cron.items():
            problems += problems_of_names(f"cron.{name}.env", task.env)
        refuse(problems)

    @rule
    def _names_are_apart(self) -> None:
        taken = sorted({"web", "console"} & set(self.workers))
        if taken:
            raise ValueError(
                f"workers cannot be named {' or '.join(taken)}, as another part of the application is: rename them"
            )
