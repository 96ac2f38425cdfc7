"""config/database.yml: the databases of production. No value of a secret is read."""

from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.place import Place
from railbed_stacks.application_files.yaml_file import Entry, read_yaml, values_of

PATH = "config/database.yml"
PRIMARY = "primary"
_ADDRESS = ("url", "host", "port", "username", "user", "password", "database", "socket")


@dataclass(frozen=True)
class Database:
    """A database of production."""

    name: str
    """Its name in config/database.yml; primary where there is only one."""
    adapter: str | None
    """postgresql, mysql2, trilogy, sqlite3..., if the file says it."""
    is_replica: bool
    variables: tuple[str, ...]
    """Environment variables that its address is read from."""
    place: Place


def read_databases(folder: Path) -> list[Database]:
    """The databases of production, the primary first; none where the file does not say. Raises `UnreadableFile`."""
    top = read_yaml(folder, PATH)
    production = top.at("production") if top is not None else None
    if production is None:
        return []
    inner = {name: entry for name, entry in production.mapping.items() if entry.is_mapping}
    if not inner:
        return [_database(PRIMARY, production)]
    found = [_database(name, entry) for name, entry in inner.items()]
    # Rails takes the first one where none is named primary.
    first = next((each for each in found if each.name == PRIMARY), found[0])
    return [first, *(each for each in found if each is not first)]


def _database(name: str, entry: Entry) -> Database:
    values = values_of(entry)
    url = values["url"].text if "url" in values else None
    adapter = values["adapter"].text if "adapter" in values else None
    if adapter is None and url is not None and ":" in url:
        adapter = {"postgres": "postgresql", "mysql": "mysql2", "sqlite": "sqlite3"}.get(scheme := url.split(":")[0], scheme)
    variables = dict.fromkeys(read for key in _ADDRESS if key in values for read in values[key].variables)
    is_replica = "replica" in values and values["replica"].is_true
    return Database(name, adapter, is_replica, tuple(variables), entry.place)
