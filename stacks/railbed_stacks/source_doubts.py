"""Where the settings and the files of the application that is built disagree."""

from collections.abc import Collection, Iterator
from pathlib import Path

from railbed.description.app import AppWeb, AppWorkers
from railbed.enums import Server, WorkerBackend
from railbed_stacks.application_files.commands import Command
from railbed_stacks.application_files.gemfile_lock import LockFile, read_lock_file
from railbed_stacks.application_files.place import UnreadableFile
from railbed_stacks.application_files.puma_rb import (
    PATH,
    READS_PERSISTENT_TIMEOUT,
    READS_WORKERS,
    PumaFile,
    PumaSetting,
    read_puma_file,
)
from railbed_stacks.settings import Settings

_ADAPTERS = {
    "postgres": ("pg", "activerecord-jdbcpostgresql-adapter"),
    "postgresql": ("pg", "activerecord-jdbcpostgresql-adapter"),
    "postgis": ("pg", "activerecord-postgis-adapter"),
    "mysql2": ("mysql2",),
    "trilogy": ("trilogy",),
}
"""Gems with which Active Record opens an address, by its scheme."""

_DIRECTIVES = {
    "threads": ("threads", "RAILS_MAX_THREADS"),
    "workers": ("processes", "WEB_CONCURRENCY"),
    "persistent_timeout": ("keep_alive_seconds", "PUMA_PERSISTENT_TIMEOUT"),
}
"""Settings of web, and the variables that they set, by Puma's directives."""


def doubts_about_source(settings: Settings) -> Iterator[str]:
    """What to warn of where the image is built: gems that are missing, and settings that the application does not read."""
    if settings.app.image.build is None:
        return
    folder = Path(settings.app.image.build)
    try:
        lock, puma = read_lock_file(folder), read_puma_file(folder)
    except UnreadableFile:
        return  # the build says so
    if lock is None:
        return
    yield from _doubts_about_workers(settings.app.workers, lock)
    yield from _doubts_about_database(settings, lock)
    if settings.app.web.server is Server.PUMA and settings.app.web.command is None and lock.has("puma"):
        yield from _doubts_about_puma(settings, lock, puma)


def _doubts_about_workers(workers: dict[str, AppWorkers], lock: LockFile) -> Iterator[str]:
    for name, group in workers.items():
        backend = _backend_of(group)
        if backend is not None and not lock.has(backend.value):
            others = [each.value for each in WorkerBackend if lock.has(each.value)]
            has = f"it has {' and '.join(others)}" if others else "it has no library for background jobs"
            mend = "set command to what starts its workers" if others else f"add gem {backend.value}, or remove the group"
            yield (
                f"app.workers.{name} starts {backend.value}, which is not in the application's Gemfile.lock ({has}): its "
                f"containers will not start; {mend}"
            )


def _backend_of(group: AppWorkers) -> WorkerBackend | None:
    """The library that works on the jobs of a group; None for a command that does not tell."""
    if group.command is not None:
        return Command(tuple(group.command), {}).backend
    return group.backend


def _doubts_about_database(settings: Settings, lock: LockFile) -> Iterator[str]:
    scheme = _scheme(settings)
    gems = _ADAPTERS.get(scheme or "", ())
    if not gems or lock.first(*gems) is not None:
        return
    found = lock.first("sqlite3", "mysql2", "trilogy", "pg")
    other = f", which has {found}" if found else ""
    if "DATABASE_URL" in settings.secrets:
        made, mend = f"secrets.DATABASE_URL is an address of {scheme}", f"run `bundle add {gems[0]}`, or give another address"
    else:
        made = f"the stack makes a database for {scheme}:// addresses"
        mend = f"run `bundle add {gems[0]}`, or name the application's own with secrets.DATABASE_URL"
    yield f"{made}, and gem {gems[0]} is not in the application's Gemfile.lock{other}: the migration will fail; {mend}"


def _scheme(settings: Settings) -> str | None:
    """The scheme of DATABASE_URL; None where only the cloud knows it."""
    given = settings.secrets.get("DATABASE_URL")
    if given is not None:
        return given.partition(":")[0].lower()
    database = getattr(settings, "database", None)
    if getattr(database, "existing", None) is not None:
        return None
    if getattr(database, "engine_name", "postgresql") == "postgresql":
        return "postgresql"
    adapter = getattr(database, "adapter", None)
    return adapter.value if adapter is not None else "mysql2"


def _doubts_about_puma(settings: Settings, lock: LockFile, puma: PumaFile | None) -> Iterator[str]:
    if puma is None:
        yield f"The application has no {PATH}, with which Puma is started: add one, or set app.web.command"
        return
    web, given = settings.app.web, {**settings.app.env, **settings.app.web.env, **settings.secrets}
    version = lock.major("puma") or 0
    for directive, (setting, variable) in _DIRECTIVES.items():
        found = puma.settings.get(directive)
        if found is not None:
            if variable not in found.variables:
                yield from _doubt_about(found, directive, setting, variable, web, given)
        elif directive == "threads":
            yield (
                f"app.web.threads is {web.threads}, and {PATH} sets no threads, so that Puma runs its own default, 5: add "
                f'`threads ENV.fetch("{variable}", 3), ENV.fetch("{variable}", 3)` there'
            )
        elif version < (READS_WORKERS if directive == "workers" else READS_PERSISTENT_TIMEOUT):
            value = getattr(web, setting)
            yield (
                f"app.web.{setting} is {value}, which Puma {version} does not read: add "
                f'`{directive} ENV.fetch("{variable}", {value}).to_i` to {PATH}'
            )


def _doubt_about(
    found: PumaSetting, directive: str, setting: str, variable: str, web: AppWeb, given: Collection[str]
) -> Iterator[str]:
    """A doubt about a directive that reads other variables, or none."""
    value = getattr(web, setting)
    said = f"app.web.{setting} is {value}, and {found.place}"
    if found.variables:
        if not any(name in given for name in found.variables):
            name = found.variables[0]
            yield f'{said} reads {name} instead of {variable}: set app.web.env.{name} to "{value}" too'
    elif found.default is not None and found.default != value:
        yield f"{said} sets {directive} to {found.default}: set app.web.{setting} to that, or read {variable} there"
