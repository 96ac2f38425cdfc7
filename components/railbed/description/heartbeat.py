"""The sign of life of Sidekiq's processes: a file that each touches as long as its heartbeat in Redis is fresh."""

from railbed.description.app import AppWorkers
from railbed.description.commands import sidekiq_command
from railbed.description.health_checks import HEARTBEAT_FILE
from railbed.description.listening import RUBY
from railbed.description.ruby_source import ruby_source

HEARTBEAT_VARIABLES = {"RAILBED_HEARTBEAT_FILE": HEARTBEAT_FILE}

LOADER = "sidekiq_heartbeat.rb"
"""What Sidekiq loads in place of the application's folder."""

# Where nothing can put a file into a container, its command brings the file along.
WRITE_LOADER = """
heartbeat, file, source, *command = ARGV
File.write(file, source)
exec({ "RAILBED_HEARTBEAT_FILE" => heartbeat }, *command)
"""


def heartbeat_command(workers: AppWorkers) -> list[str]:
    """Sidekiq's command with the loader, which it writes to /tmp first."""
    file, source = f"/tmp/{LOADER}", ruby_source(LOADER)
    return [*RUBY, WRITE_LOADER, HEARTBEAT_FILE, file, source, *sidekiq_command(workers, file)]
