"""The processes of a Rails application: their commands and environment, the same on every target."""

from railbed.description.app import AppWeb, AppWorkers
from railbed.description.ruby_source import ruby_source
from railbed.enums import MigrationPhase, Server

# Plain Ruby, so that it needs nothing that an image of a Rails application does not have.
WAIT_FOR_DATABASE = ruby_source("wait_for_database.rb")

RAILS_ENVIRONMENT = {
    "RAILS_ENV": "production",
    "RACK_ENV": "production",
    # Rails logs to the console when this is set, and serves public/ when the next one is (Rails' production.rb).
    "RAILS_LOG_TO_STDOUT": "enabled",
    "RAILS_SERVE_STATIC_FILES": "enabled",
}
"""Variables of every container of the application."""

# `sleep` alone would be process 1, which ignores TERM, and every release would wait for its kill.
IDLE_COMMAND = ["sh", "-c", "trap 'exit 0' TERM INT; sleep infinity & wait"]
"""What a container runs that waits for consoles and one-off tasks."""


def server_command(web: AppWeb) -> list[str] | None:
    """The command of the application server, on IPv4 (`listening_command` adds IPv6); None runs the image's own CMD."""
    match web.server:
        case Server.PUMA:
            # Not `bin/rails server`: with that, the entrypoint that Rails generates would migrate in every container.
            return ["bundle", "exec", "puma", "-C", "config/puma.rb", "-b", f"tcp://0.0.0.0:{web.port}"]
        case Server.UNICORN:
            return ["bundle", "exec", "unicorn", "--port", str(web.port), "--config-file", "config/unicorn.rb"]
        case Server.PASSENGER:
            processes = str(web.processes)
            return [
                *("bundle", "exec", "passenger", "start", "--address", "0.0.0.0", "--port", str(web.port)),  # noqa: S104
                *("--max-pool-size", processes, "--min-instances", processes),
                # Without Nginx, which would be compiled: something else is in front, and Rails serves its files.
                *("--engine", "builtin", "--log-file", "/dev/stdout", "--pid-file", "/tmp/passenger.pid"),
                # A container reaches only what it needs.
                *("--disable-security-update-check", "--disable-anonymous-telemetry"),
            ]
        case Server.IMAGE:
            return None


def server_environment(web: AppWeb) -> dict[str, str]:
    """Variables that tell the application server what the description says."""
    variables = {"PORT": str(web.port), "WEB_CONCURRENCY": str(web.processes), "RAILS_MAX_THREADS": str(web.threads)}
    return variables | ({"PUMA_PERSISTENT_TIMEOUT": str(web.keep_alive_seconds)} if web.server is Server.PUMA else {})


def sidekiq_command(workers: AppWorkers, loader: str | None = None) -> list[str]:
    """Sidekiq's command; `loader` is a file that it loads instead of the application's folder."""
    queues = [word for queue in workers.queues or ["default"] for word in ("-q", queue)]
    return [
        *("bundle", "exec", "sidekiq", *(("-r", loader) if loader else ())),
        *("-c", str(workers.concurrency), "-t", str(workers.shutdown_seconds), *queues),
    ]


def phase_environment(phase: MigrationPhase, database_seconds: int) -> dict[str, str]:
    """Variables that tell a migration which part of it to run, and for how long to wait for the database."""
    waiting = {"RAILBED_DATABASE_SECONDS": str(database_seconds)}
    return waiting | ({"SKIP_POST_DEPLOYMENT_MIGRATIONS": "true"} if phase is MigrationPhase.PRE else {})
