"""Databases beside the primary one: cache, queue and cable of a new application of Rails 8."""

from collections.abc import Sequence

from railbed_stacks.application_files.database_yml import Database
from railbed_stacks.commands.init.abilities import WRITES_DATABASES
from railbed_stacks.commands.init.draft import Draft


def decide_further_databases(draft: Draft, databases: Sequence[Database], adapter: str | None) -> None:
    """Write the databases beside the primary one, or tell that Rails gets no address for them."""
    further = [each for each in databases[1:] if not each.is_replica]
    if not further or adapter == "sqlite3":
        return
    names = [each.name for each in further]
    if WRITES_DATABASES:
        draft.set("app.databases", names, further[0].place)
        return
    commands = ", ".join(f"`pulumi config set --secret --path railbed:secrets.{name.upper()}_DATABASE_URL`" for name in names)
    draft.note(
        f"Databases {', '.join(names)} are not made by the stack, and DATABASE_URL is the primary's alone: make them and give "
        f"their addresses: {commands}",
        further[0].place,
    )
