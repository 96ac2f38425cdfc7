"""What is otherwise where an application runs from its folder, in development: files, user, environment and tests."""

from collections.abc import Sequence
from pathlib import Path

from railbed.description.app import App
from railbed.docker_host.container import Properties, security

ENVIRONMENT = {"RAILS_ENV": "development", "RACK_ENV": "development"}

TESTS = "/tmp/railbed-tests"
RUN_TESTS = """
export RAILS_ENV=test RACK_ENV=test DATABASE_URL="$TEST_DATABASE_URL"
bin/rails db:prepare && exec bin/rails test "$@"
"""
"""A script in the console's container: prepares the database of the tests and runs them, all or the files that it is given.
In a file, as a shell that takes a command from an output follows no quotes in it."""
WITH_TESTS = f'printf %s "$RAILBED_TESTS" > {TESTS}; exec "$@"'


def from_folder(source: str, app: App, writable: Sequence[str]) -> Properties:
    """The folder in the place of the image's, and folders in memory where the application writes what is not source.

    The image's own would belong to the image's user. Nothing is read-only: generators write to the folder.
    """
    owner = _owner_of(source, app.user)
    # By owner, as runc before 1.2 gives it the mode of the folder that it covers, whatever is asked for.
    in_memory = f"mode=0755,uid={owner},gid={owner}"
    inside = [path for path in writable if path.startswith(f"{app.workdir}/")]
    return {
        **security(owner),
        "read_only": False,
        "mounts": [
            {"target": app.workdir, "type": "bind", "source": source},
            *({"target": path, "type": "volume"} for path in writable if path not in inside),
        ],
        "tmpfs": dict.fromkeys(inside, in_memory),
    }


def _owner_of(source: str, otherwise: int) -> int:
    """Whose the folder is, so that what containers write there is of the same user; `otherwise` where that is root."""
    return Path(source).stat().st_uid or otherwise
