"""Databases beside the primary one: cache, queue and cable of a new application of Rails 8."""

from collections.abc import Sequence

from railbed_stacks.application_files.database_yml import Database
from railbed_stacks.commands.init.draft import Draft


def decide_further_databases(draft: Draft, databases: Sequence[Database], adapter: str | None) -> None:
    """Write the databases beside the primary one."""
    further = [each for each in databases[1:] if not each.is_replica]
    if not further or adapter == "sqlite3":
        return
    draft.set("app.databases", [each.name for each in further], further[0].place)
