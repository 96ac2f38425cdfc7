"""PostgreSQL as a container that railbed runs, on a cluster or on one machine: image, settings, password, readiness."""

from typing import Annotated

import pulumi
from pydantic import Field

from railbed.secrets.passwords import PostgresqlPassword, in_url
from railbed.stores.further_databases import DatabaseNames, check_lengths
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import InputImage, matching

PORT = 5432
FOLDER = "/var/lib/postgresql/data"
SOCKETS = "/var/run/postgresql"
PASSWORD_FOLDER = "/run/secrets/postgresql"
PASSWORD_FILE = f"{PASSWORD_FOLDER}/password"
SHARED_MEMORY_MEBIBYTES = 256
"""Of /dev/shm, which parallel queries use."""
RESERVED_CONNECTIONS = 3
"""PostgreSQL's superuser_reserved_connections."""

Identifier = Annotated[
    str, matching(r"[a-z_][a-z0-9_]{0,62}", "use lower case letters, digits and underscores, a letter first, 63 at most")
]

# The official image sets the password only when it makes the database. Setting it at every start lets a password be rotated,
# and lets a volume that was kept be taken up again with another password. Single-user mode needs none; an error there would log
# its statement, and with it the password.
SET_PASSWORD = r"""
set -eu
[ -s "$PGDATA/PG_VERSION" ] || exit 0
password=$(sed "s/'/''/g" "$POSTGRES_PASSWORD_FILE")
printf "ALTER ROLE \"%s\" PASSWORD '%s';\n" "$POSTGRES_USER" "$password" |
  postgres --single -D "$PGDATA" -c log_min_error_statement=panic postgres > /dev/null
"""


class PostgresqlServer(Arguments):
    """Options of a PostgreSQL server."""

    image: InputImage = "docker.io/library/postgres:17.6-bookworm"
    """Container image, one that follows the official image's conventions."""
    max_connections: int = Field(100, ge=10, le=10000)
    """Connections that it accepts: at least processes x threads of all web pods plus the concurrency of all workers. Default
    100."""

    def server_command(self) -> list[str]:
        """What the container runs."""
        return ["postgres", "-c", f"max_connections={self.max_connections}"]


class PostgresqlDatabase(Arguments):
    """The database that a PostgreSQL server makes, and its owner."""

    database: Identifier = "app"
    """Name of the database, made with the volume. Default app."""
    username: Identifier = "app"
    """Name of its owner, made with the volume. Default app."""
    password: PostgresqlPassword | None = None
    """Password; generated if none is given."""
    databases: DatabaseNames = []
    """Further databases that the application has on the server, by their names in config/database.yml: "cache" is the database
    app_cache beside app. `database_urls` has their addresses; bin/rails db:prepare makes them. Default: none."""

    @rule
    def _names_of_databases_fit(self) -> None:
        check_lengths(self.database, self.databases)

    def server_environment(self) -> dict[str, str]:
        """Variables that tell the image what to make, and where the password is."""
        return {
            "POSTGRES_DB": self.database,
            "POSTGRES_USER": self.username,
            "POSTGRES_PASSWORD_FILE": PASSWORD_FILE,
            "PGDATA": f"{FOLDER}/pgdata",
        }

    def address(self, host: pulumi.Input[str], password: pulumi.Output[str]) -> pulumi.Output[str]:
        """DATABASE_URL of the server on a host. Secret."""
        owner = pulumi.Output.concat(f"postgresql://{self.username}:", in_url(password))
        return pulumi.Output.secret(pulumi.Output.concat(owner, "@", host, f":{PORT}/{self.database}"))

    def ready_command(self) -> list[str]:
        """Succeeds once the server accepts connections.

        The address matters: while it makes the database, the image's temporary server listens on the socket only.
        """
        return ["pg_isready", "-h", "127.0.0.1", "-U", self.username, "-d", self.database]
