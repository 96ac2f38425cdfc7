"""A real PostgreSQL in place of a cloud's managed one: TLS only, a user and a database of its own."""

from sandbox import images
from sandbox.lending.cluster import Lent, address_of, apply, apply_secret, certificate, kubectl, wait_for

PORT = 5432
_ACCESS = """local all all trust
hostssl all all all scram-sha-256
"""
_ADD_DATABASE = r"""
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'of')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
"""
_SET_PASSWORD = r"""
SELECT format('CREATE ROLE %I LOGIN', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
ALTER ROLE :"user" PASSWORD :'password';
"""


def postgresql(name: str, database: str, user: str, password: str) -> Lent:
    """Lend a PostgreSQL under a name (a DNS label); the one that is there keeps its data and gets the password."""
    apply("service.yaml", name, service=f"postgresql-{name}", port=PORT, part="postgresql")
    host = address_of(f"postgresql-{name}")
    files = {"pg_hba.conf": _ACCESS, "password": password, **certificate(name, "postgresql", host)}
    apply_secret(name, "postgresql", files)
    apply("postgresql.yaml", name, image=images.postgres_reference(), database=database, user=user)
    lent = wait_for(f"statefulset/postgresql-{name}", Lent(host, PORT))
    add_user(name, user, user, password)
    return lent


def add_database(name: str, owner: str, database: str) -> None:
    """Add a database to what is lent; nothing if it has it."""
    _execute(name, owner, _ADD_DATABASE, database=database, of=owner)


def add_user(name: str, owner: str, user: str, password: str) -> None:
    """Add a user to what is lent, or give the one that is there the password."""
    _execute(name, owner, _SET_PASSWORD, user=user, password=password)


def _execute(name: str, owner: str, statements: str, **values: str) -> None:
    """Run SQL inside the pod, where no password is asked for; all of it goes by standard input, not by the command line."""
    client = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--username={owner}", "--dbname=postgres"]
    settings = "".join(f"\\set {key} '{_quoted(value)}'\n" for key, value in values.items())
    kubectl("exec", "--stdin", f"statefulset/postgresql-{name}", "--", *client, text=settings + statements)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "''")
