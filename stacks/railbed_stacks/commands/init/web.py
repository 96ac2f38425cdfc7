"""The web processes: server, threads, host names, health check."""

import re

from railbed.enums import Server
from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.commands import Command
from railbed_stacks.application_files.copilot import WEB_TYPES, CopilotService
from railbed_stacks.application_files.gemfile_lock import PATH as LOCK_FILE
from railbed_stacks.application_files.place import Found, Place
from railbed_stacks.application_files.puma_rb import PATH as PUMA_FILE
from railbed_stacks.application_files.puma_rb import READS_PERSISTENT_TIMEOUT, PumaSetting
from railbed_stacks.commands.init.draft import Draft, guess
from railbed_stacks.commands.init.resources import decide_resources
from railbed_stacks.commands.init.variables import WEB, place_variables

DEFAULT_HEALTH_PATH = "/up"
_SERVERS = {"puma": Server.PUMA, "unicorn": Server.UNICORN, "passenger": Server.PASSENGER}
_PUMA = {
    "threads": ("threads", "RAILS_MAX_THREADS", 128),
    "workers": ("processes", "WEB_CONCURRENCY", 64),
    "persistent_timeout": ("keep_alive_seconds", "PUMA_PERSISTENT_TIMEOUT", 3600),
}
"""Settings of web by Puma's directives, the variable that railbed tells them in, and their largest value."""
_KEEP_ALIVE_SECONDS = 65
"""What a load balancer that keeps silent connections for 60 seconds needs at least."""
_KEEP_ALIVE_BEFORE = 20
"""Puma's own up to version 6 (puma/const.rb)."""
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")


def decide_web(draft: Draft, files: ApplicationFiles) -> None:
    """Settings of the web processes."""
    service = next((each for each in files.copilot if each.type in WEB_TYPES), None)
    _decide_server(draft, files)
    if draft.get("app.web.server") is None:
        _decide_puma(draft, files)
    _decide_hosts(draft, files, service)
    _decide_health_path(draft, files, service)
    if files.heroku is not None and (quantity := files.heroku.quantities.get("web")) and quantity.value > 0:
        draft.set("app.web.replicas", quantity.value, quantity.place)
    if service is not None:
        if service.count is not None and service.count.value > 0:
            draft.set("app.web.replicas", service.count.value, service.count.place)
        decide_resources(draft, "app.web", service)
        place_variables(draft, files, service.variables, WEB)


def _decide_server(draft: Draft, files: ApplicationFiles) -> None:
    """The server of Procfile or Dockerfile, or the one whose gem there is; Puma is the default."""
    commands = [files.processes.get("web"), files.dockerfile.command if files.dockerfile else None]
    started: list[Found[Command]] = [found for found in commands if found is not None and found.value.server is not None]
    gem = files.lock.first(*_SERVERS) if files.lock else None
    server = started[0].value.server if started else _SERVERS.get(gem or "", Server.PUMA)
    if server is Server.PUMA and gem not in ("puma", None):
        server = _SERVERS[gem]  # `rails server` starts whichever there is
    if server is not None and server is not Server.PUMA:
        reason = started[0].place if started else files.lock.gems[gem].place if files.lock and gem else guess("no file tells")
        draft.set("app.web.server", server.value, reason)
    if files.lock is not None and gem is None:
        draft.note(f"{LOCK_FILE} has none of puma, unicorn and passenger: set app.web.command and app.web.port to what serves")
    for found in started:
        if "thrust" in found.value.programs:
            draft.note("railbed starts Puma without Thruster: the balancer in front does what Thruster did", found.place)


def _decide_puma(draft: Draft, files: ApplicationFiles) -> None:
    """Threads, processes and keep-alive as config/puma.rb has them; variables of its own names get the same values."""
    for directive, found in (files.puma.settings if files.puma else {}).items():
        setting, variable, most = _PUMA[directive]
        path = f"app.web.{setting}"
        if directive == "persistent_timeout" and variable not in found.variables:
            _decide_keep_alive(draft, found)
        elif draft.get(path) is None and found.default is not None and 1 <= found.default <= most:
            draft.set(path, found.default, found.place)
        for name in found.variables if variable not in found.variables else ():
            if (value := draft.get(path)) is not None:
                draft.put((*WEB, name), str(value), f"{found.place}, has to be as {setting}")
                draft.values["app"].get("env", {}).pop(name, None)
    version = files.lock.major("puma") if files.lock else None
    if files.puma and "persistent_timeout" not in files.puma.settings and version and version < READS_PERSISTENT_TIMEOUT:
        mend = f"add `persistent_timeout {_KEEP_ALIVE_SECONDS}`"
        _tell_of_keep_alive(draft, _KEEP_ALIVE_BEFORE, mend, Place(PUMA_FILE))


def _tell_of_keep_alive(draft: Draft, seconds: int, mend: str, place: Place) -> None:
    draft.note(
        f"Puma closes silent connections after {seconds} seconds, before load balancers do (60), which gives 502: {mend}", place
    )


def _decide_keep_alive(draft: Draft, found: PumaSetting) -> None:
    if found.variables:
        draft.set("app.web.keep_alive_seconds", _KEEP_ALIVE_SECONDS, guess("longer than the 60 seconds of load balancers"))
    elif found.default is not None and found.default > _KEEP_ALIVE_SECONDS:
        draft.set("app.web.keep_alive_seconds", found.default, found.place)
    elif found.default is not None and found.default < _KEEP_ALIVE_SECONDS:
        _tell_of_keep_alive(draft, found.default, f"set persistent_timeout to {_KEEP_ALIVE_SECONDS}", found.place)


def _decide_hosts(draft: Draft, files: ApplicationFiles, service: CopilotService | None) -> None:
    found = [*(files.kamal.hosts if files.kamal else []), *(service.hosts if service else [])]
    usable = [host for host in found if _HOST.fullmatch(host.value)]
    if usable:
        names = list(dict.fromkeys(host.value.lower() for host in usable))
        draft.set("app.web.hosts", names, usable[0].place)
    else:
        draft.note("No file names the host of the application: set app.web.hosts, as in [shop.example.com]")


def _decide_health_path(draft: Draft, files: ApplicationFiles, service: CopilotService | None) -> None:
    named = [files.kamal.health_path if files.kamal else None, service.health_path if service else None, files.health_route]
    found = next((each for each in named if each is not None and each.value.startswith("/")), None)
    if found is not None:
        if found.value != DEFAULT_HEALTH_PATH:
            draft.set("app.web.health_path", found.value, found.place)
    else:
        draft.set("app.web.health_path", DEFAULT_HEALTH_PATH, guess("config/routes.rb has no rails/health#show"))
        draft.note(
            'No route answers the health check: add `get "up" => "rails/health#show"` to config/routes.rb (Rails 7.1), or set '
            "app.web.health_path to a path that answers 200 without the database"
        )
