"""Database and Redis: what the stack makes of them, and what it cannot make."""

from collections.abc import Collection

from railbed.description.app import App
from railbed.enums import WorkerBackend
from railbed.stores.postgresql_server import RESERVED_CONNECTIONS
from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.database_yml import Database
from railbed_stacks.application_files.place import Place
from railbed_stacks.commands.init.backends import NEED_REDIS
from railbed_stacks.commands.init.draft import Draft, guess
from railbed_stacks.commands.init.further_databases import decide_further_databases
from railbed_stacks.settings import Target

ADAPTERS = {"pg": "postgresql", "mysql2": "mysql2", "trilogy": "trilogy", "sqlite3": "sqlite3"}
"""Adapters of Active Record by the gems that bring them."""
_IN_PLACE = (Target.CLUSTER, Target.DOCKER)
"""Targets on which the stack runs stores itself: PostgreSQL only."""
_DEFAULT_CONNECTIONS = 100
_SIZES = {47: None, 97: "db-s-2vcpu-4gb", 197: "db-s-4vcpu-8gb", 397: "db-s-6vcpu-16gb"}
"""Sizes of DigitalOcean's PostgreSQL by the connections that they accept; None is railbed's default.
https://docs.digitalocean.com/products/databases/postgresql/details/limits"""


def decide_database(draft: Draft, files: ApplicationFiles) -> None:
    """Set the engine, and tell what the stack does not make."""
    primary = files.databases[0] if files.databases else None
    adapter, place = _adapter(files, primary)
    if adapter in ("mysql2", "trilogy") and place is not None:
        if draft.target in _IN_PLACE:
            draft.need("DATABASE_URL", f"{place}: the stack makes no MySQL, so name one that exists ({adapter}://...)")
            draft.note(f"Target {draft.target.value} makes PostgreSQL only: the application's MySQL has to be elsewhere", place)
        else:
            draft.set("database.engine", "mysql", place)
            if adapter == "trilogy":
                draft.set("database.adapter", adapter, place)
    elif adapter == "sqlite3":
        draft.note(
            "SQLite's file would not outlive its container: set the application up for PostgreSQL (`bundle add pg`, adapter "
            "postgresql in config/database.yml), whose address comes as DATABASE_URL",
            place,
        )
    elif adapter is None or place is None:
        draft.note("No file names a database: the stack makes PostgreSQL, and the application needs gem pg to use it")
    decide_further_databases(draft, files.databases, adapter)
    for replica in (each for each in files.databases if each.is_replica):
        draft.note(
            f"Database {replica.name} is a read replica, which the stack does not make: give its address with "
            f"`pulumi config set --secret --path railbed:secrets.{replica.name.upper()}_DATABASE_URL`",
            replica.place,
        )


def decide_redis(draft: Draft, files: ApplicationFiles, backends: Collection[WorkerBackend]) -> None:
    """Leave out a Redis that nothing would use, and tell of one that would be missing."""
    lock, workers = files.lock, draft.get("app.workers")
    uses_redis = any(backend in NEED_REDIS for backend in backends)
    gem = lock.first("redis", "redis-client") if lock is not None else None
    if not uses_redis and gem is not None and lock is not None:
        draft.set("redis.enabled", True, guess(f"{lock.gems[gem].place} has {gem}"))
    elif not uses_redis and any("backend" not in group for group in (workers or {}).values()):
        draft.set("redis.enabled", False, guess("no gem in Gemfile.lock uses Redis"))


def decide_connections(draft: Draft, app: App) -> None:
    """Let the database accept as many connections as the application may open during a rollout."""
    databases = 1 + len(draft.get("app.databases") or [])
    needed = sum(app.connections().values()) * databases
    reason = guess(f"{needed} connections may be open during a rollout")
    if draft.target in _IN_PLACE and needed + RESERVED_CONNECTIONS > _DEFAULT_CONNECTIONS:
        draft.set("database.max_connections", needed + RESERVED_CONNECTIONS, reason)
    elif draft.target is Target.DOKS and draft.get("database.engine") is None:
        size = next((size for accepted, size in _SIZES.items() if needed <= accepted), None)
        if size is not None:
            draft.set("database.size", size, reason)


def _adapter(files: ApplicationFiles, primary: Database | None) -> tuple[str | None, Place | None]:
    """The adapter in config/database.yml, else that of the first gem of a database."""
    if primary is not None and primary.adapter is not None:
        return primary.adapter, primary.place
    gem = files.lock.first(*ADAPTERS) if files.lock is not None else None
    return (ADAPTERS[gem], files.lock.gems[gem].place) if gem is not None and files.lock is not None else (None, None)
