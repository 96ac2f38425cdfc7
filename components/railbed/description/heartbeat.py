"""The sign of life of Sidekiq's and Solid Queue's processes: a file that each touches as long as its heartbeat is fresh."""

from railbed.description.app import AppWorkers
from railbed.description.health_checks import HEARTBEAT_FILE
from railbed.description.listening import RUBY
from railbed.description.ruby_source import ruby_source
from railbed.description.workers import worker_command

HEARTBEAT_VARIABLES = {"RAILBED_HEARTBEAT_FILE": HEARTBEAT_FILE}

# Where nothing can put a file into a container, its command brings the file along.
WRITE_LOADER = """
heartbeat, file, source, *command = ARGV
File.write(file, source)
exec({ "RAILBED_HEARTBEAT_FILE" => heartbeat }, *command)
"""


def heartbeat_command(workers: AppWorkers, loader: str) -> list[str]:
    """The backend's command with a loader of railbed, which it writes to /tmp first."""
    file, source = f"/tmp/{loader}", ruby_source(loader)
    return [*RUBY, WRITE_LOADER, HEARTBEAT_FILE, file, source, *worker_command(workers, file)]
