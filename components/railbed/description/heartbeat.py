"""The sign of life of Sidekiq's processes: a file that each touches as long as its heartbeat in Redis is fresh."""

from importlib import resources

from railbed.description.app import AppWorkers
from railbed.description.commands import sidekiq_command
from railbed.description.listening import RUBY

HEARTBEAT_FILE = "/tmp/railbed-heartbeat"
HEARTBEAT_VARIABLES = {"RAILBED_HEARTBEAT_FILE": HEARTBEAT_FILE}

LOADER = "sidekiq_heartbeat.rb"
"""What Sidekiq loads in place of the application's folder."""

IS_ALIVE = f'test -n "$(find {HEARTBEAT_FILE} -mmin -2)"'
"""For a shell: whether the file is there, and younger than two minutes."""

# Where nothing can put a file into a container, its command brings the file along.
WRITE_LOADER = """
heartbeat, file, source, *command = ARGV
File.write(file, source)
exec({ "RAILBED_HEARTBEAT_FILE" => heartbeat }, *command)
"""


def heartbeat_command(workers: AppWorkers) -> list[str]:
    """Sidekiq's command with the loader, which it writes to /tmp first."""
    file, source = f"/tmp/{LOADER}", resources.files("railbed").joinpath("ruby", LOADER).read_text()
    return [*RUBY, WRITE_LOADER, HEARTBEAT_FILE, file, source, *sidekiq_command(workers, file)]
