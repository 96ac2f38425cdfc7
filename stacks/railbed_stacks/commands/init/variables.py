"""Where environment variables go: settings that decide them, clear text, secrets, or nowhere."""

from collections.abc import Iterable

from railbed.description.commands import RAILS_ENVIRONMENT
from railbed.description.decided_variables import OWN_PREFIX
from railbed.stores.url import is_address_of_store
from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.variables import Variable
from railbed_stacks.commands.init.draft import Draft, Path

_USUAL = {"production", "enabled", "true", "1"}
_OF_WEB = {
    "RAILS_MAX_THREADS": ("threads", 1, 128),
    "WEB_CONCURRENCY": ("processes", 1, 64),
    "PUMA_PERSISTENT_TIMEOUT": ("keep_alive_seconds", 1, 3600),
    "PORT": ("port", 1024, 65535),
}
"""Settings of web that decide variables, and their bounds."""
_AS_WEB = {
    "MAX_THREADS": "RAILS_MAX_THREADS",
    "PUMA_MAX_THREADS": "RAILS_MAX_THREADS",
    "PUMA_WORKERS": "WEB_CONCURRENCY",
    "UNICORN_WORKERS": "WEB_CONCURRENCY",
    "PERSISTENT_TIMEOUT": "PUMA_PERSISTENT_TIMEOUT",
}
"""Variables that some applications read instead."""
_SIDEKIQ = "SIDEKIQ_CONCURRENCY"
WEB: Path = ("app", "web", "env")


def decide_variables(draft: Draft, files: ApplicationFiles) -> None:
    """Take over the variables of all containers, and those of web."""
    of_all = [*(files.kamal.variables if files.kamal else []), *(files.heroku.variables if files.heroku else [])]
    place_variables(draft, files, of_all, ("app", "env"))
    roles = files.kamal.roles if files.kamal else []
    place_variables(draft, files, [each for role in roles if role.name == "web" for each in role.variables], WEB)


def place_variables(draft: Draft, files: ApplicationFiles, variables: Iterable[Variable], path: Path) -> None:
    """Put variables to `path`, to `secrets`, or to the settings that decide them."""
    for variable in variables:
        _place(draft, files, variable, path)


def _place(draft: Draft, files: ApplicationFiles, variable: Variable, path: Path) -> None:
    name, value = variable.name, variable.value
    if name in RAILS_ENVIRONMENT and (value or "true").lower() in _USUAL:
        return  # as railbed sets it
    if path[:2] == ("app", "workers") and name in (*_OF_WEB, *_AS_WEB):
        _decide_concurrency(draft, variable, ".".join(path[:3]))
    elif name in _OF_WEB or name in _AS_WEB:
        _decide(draft, variable)
    elif name == _SIDEKIQ:
        draft.note(f"{name} is left out, as app.workers.NAME.concurrency decides it: set that", variable.place)
    elif is_address_of_store(name):
        draft.note(
            f"{name} is left out: the stack sets DATABASE_URL and REDIS_URL to the stores that it makes; for one that is "
            f"elsewhere run `pulumi config set --secret --path railbed:secrets.{name}`",
            variable.place,
        )
    elif name in _of_database(files):
        draft.note(f"{name} is left out: config/database.yml gets the whole address from DATABASE_URL", variable.place)
    elif name == "PATH" or name.startswith(OWN_PREFIX) or not name.isidentifier():
        draft.note(f"{name} is left out: set it in the Dockerfile, as railbed takes no variable of this name", variable.place)
    elif variable.is_secret or value is None:
        draft.need(name, variable.place)
    else:
        draft.put((*path, name), value, variable.place)


def _decide(draft: Draft, variable: Variable) -> None:
    """Set what decides a variable, within its bounds."""
    setting, least, most = _OF_WEB[_AS_WEB.get(variable.name, variable.name)]
    value = variable.value or ""
    if value.isdecimal() and least <= int(value) <= most:
        draft.set(f"app.web.{setting}", int(value), variable.place)
        if variable.name in _AS_WEB:
            draft.put((*WEB, variable.name), value, f"{variable.place}, has to be as {setting}")
    else:
        draft.note(f"{variable.name} is left out: app.web.{setting} decides it", variable.place)


def _decide_concurrency(draft: Draft, variable: Variable, group: str) -> None:
    """Set what decides the threads of workers; processes, ports and timeouts of web are nothing to them."""
    threads = "RAILS_MAX_THREADS"
    value = variable.value or ""
    if threads in (variable.name, _AS_WEB.get(variable.name)) and value.isdecimal() and 1 <= int(value) <= 200:
        draft.set(f"{group}.concurrency", int(value), variable.place)
        if variable.name != threads:
            draft.set(f"{group}.env.{variable.name}", value, f"{variable.place}, has to be as concurrency")


def _of_database(files: ApplicationFiles) -> set[str]:
    return {name for database in files.databases for name in database.variables}
