"""Environment variables that settings decide: a value of the program's own would contradict the setting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from railbed.description.worker_options import WorkerOptions

OWN_PREFIX = "RAILBED_"

POOLS = ("DB_POOL", "DATABASE_POOL", "DATABASE_POOL_SIZE")
"""Variables that applications read the size of their pool of database connections from."""


@dataclass(frozen=True)
class Deciding:
    """A part of an application whose settings decide variables."""

    part: BaseModel
    """The part."""
    prefix: str
    """What stands before the names of its settings: "web.", or nothing where they are a component's arguments."""
    sets: Mapping[str, str]
    """Settings by the variables that they set."""
    equals: Mapping[str, str] = field(default_factory=dict)
    """Settings by variables that some applications and servers read instead."""
    connections: str = ""
    """The setting that says how many database connections a process needs, if there is one."""

    def value_of(self, setting: str) -> int:
        """The value of a setting."""
        return int(getattr(self.part, setting))


def of_web(web: BaseModel, prefix: str = "") -> Deciding:
    """What the settings of the web processes decide."""
    sets = {
        "RAILS_MAX_THREADS": "threads",
        "WEB_CONCURRENCY": "processes",
        "PORT": "port",
        "PUMA_PERSISTENT_TIMEOUT": "keep_alive_seconds",
    }
    equals = {
        "MAX_THREADS": "threads",
        "PUMA_MAX_THREADS": "threads",
        "PUMA_WORKERS": "processes",
        "UNICORN_WORKERS": "processes",
        "PERSISTENT_TIMEOUT": "keep_alive_seconds",
    }
    return Deciding(web, prefix, sets, equals, "threads")


def of_workers(workers: WorkerOptions, prefix: str = "") -> Deciding:
    """What the settings of a group of workers decide."""
    equals = {"MAX_THREADS": "concurrency", "SIDEKIQ_CONCURRENCY": "concurrency"}
    of_backend = workers.queue_adapter.decides if workers.command is None else {}
    return Deciding(workers, prefix, {"RAILS_MAX_THREADS": "concurrency", **of_backend}, equals, "concurrency")


def of_migration(migration: BaseModel, prefix: str = "", phases: str | None = None) -> Deciding:
    """What the settings of a migration decide; `phases` names the one that splits it in two, where it is split."""
    split = {} if phases is None else {"SKIP_POST_DEPLOYMENT_MIGRATIONS": phases}
    return Deciding(migration, prefix, {"RAILBED_DATABASE_SECONDS": "database_seconds", **split})


def problems_of_names(place: str, names: Iterable[str], parts: Sequence[Deciding] = ()) -> list[str]:
    """What is wrong with variables of these names, given in `place`, for the parts that get them."""
    problems = []
    for name in names:
        settings = [f"{part.prefix}{part.sets[name]}" for part in parts if name in part.sets]
        if settings:
            problems.append(
                f"{place}.{name} would win over {' and '.join(settings)}: remove it, and set "
                f"{'that' if len(settings) == 1 else 'those'} instead"
            )
        elif name.startswith(OWN_PREFIX):
            problems.append(f"{place}.{name}: names that begin with {OWN_PREFIX} are railbed's own: choose another one")
        elif name == "PATH":
            problems.append(
                f"{place}.PATH would take the place of the image's, and bundle would not be found: remove it, and set it in "
                "the Dockerfile"
            )
    return problems


def problems_of_values(places: Mapping[str, Mapping[str, object]], part: Deciding) -> list[str]:
    """What is wrong with the values of variables that one part gets, by the place they are given in; later ones win.

    Values that are not known yet are let pass.
    """
    given = {
        name: (place, value.strip())
        for place, variables in places.items()
        for name, value in variables.items()
        if isinstance(value, str)
    }
    problems = []
    for name, setting in part.equals.items():
        place, value = given.get(name, ("", ""))
        if place and value != str(part.value_of(setting)):
            problems.append(
                f"{place}.{name} is {value[:20]!r} and {part.prefix}{setting} is {part.value_of(setting)}: set both to the "
                f"same, or remove {name}"
            )
    for name in POOLS if part.connections else ():
        place, value = given.get(name, ("", ""))
        if value.isdecimal() and int(value) < part.value_of(part.connections):
            needed = part.value_of(part.connections)
            problems.append(
                f"{place}.{name} is {value} and {part.prefix}{part.connections} is {needed}, each with a database connection: "
                f"set {name} to {needed} or more, or remove it"
            )
    return problems


def refuse(problems: Iterable[str]) -> None:
    """Raise `ValueError` with all problems, if there are any."""
    if told := "; ".join(dict.fromkeys(problems)):
        raise ValueError(told)
