"""The pulumi engine: the one on PATH, else an official release, else built from Go modules with our language host."""

import importlib.metadata
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox import builds, downloads
from sandbox.paths import CACHE_DIRECTORY, REPOSITORY

BUILT_VERSION = "3.259.0"
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_LDFLAGS = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{BUILT_VERSION}"
_BUILD = ("engine", _PACKAGE, "pulumi", _LDFLAGS)


@dataclass(frozen=True)
class Engine:
    """Where the engine is, and how it came there."""

    executable: Path
    version: str
    origin: str


@cache
def find() -> Engine | None:
    """The engine that is here already, if any."""
    if (found := shutil.which("pulumi")) and (version := _version(Path(found))) >= _numbers(BUILT_VERSION):
        return Engine(Path(found), ".".join(map(str, version)), "found on PATH")
    release = _release_folder() / "pulumi"
    if release.exists():
        return Engine(release, sdk_version(), "official release")
    if built := builds.built(*_BUILD):
        _add_language_host(built.parent)
        return Engine(built, BUILT_VERSION, "built from Go modules")
    return None


def pulumi() -> Path:
    """The engine's executable; got if there is none yet."""
    if found := find():
        return found.executable
    if not downloads.release(sdk_version(), _release_folder()):
        builds.go_build(*_BUILD)
    find.cache_clear()
    return pulumi()


def sdk_version() -> str:
    """The version of the Pulumi SDK in use; official releases of the engine have the same."""
    return importlib.metadata.version("pulumi")


def _release_folder() -> Path:
    return CACHE_DIRECTORY / f"pulumi-{sdk_version()}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _version(executable: Path) -> tuple[int, ...]:
    asked = subprocess.run([executable, "version"], capture_output=True, text=True, check=False)
    return _numbers(asked.stdout)


def _add_language_host(folder: Path) -> None:
    """Put the language host and the dynamic provider beside the engine: from there it takes them without a warning.

    The engine is shared by all checkouts on the machine; which one's language host it runs, the environment tells.
    """
    python = f'"${{RAILBED_SANDBOX_PYTHON:-{sys.executable}}}"'
    checkout = f"os.environ.get('RAILBED_SANDBOX_CHECKOUT', {str(REPOSITORY)!r})"
    # sys.path[0] would be the program's folder, whose modules could hide ours and the standard library's.
    serve = f"import os, sys; sys.path[0] = {checkout}; from sandbox.language_host import main; main()"
    # The engine holds our standard input: when that ends, the engine has, and the provider must not outlive it.
    follow = "threading.Thread(target=lambda: os.read(0, 1) or os._exit(0), daemon=True).start()"
    dynamic = f"import os, runpy, sys, threading; {follow}; runpy.run_module('pulumi.dynamic', run_name='__main__')"
    project_python = "${PULUMI_RUNTIME_VIRTUALENV:+$PULUMI_RUNTIME_VIRTUALENV/bin/}python3"
    launchers = {
        "pulumi-language-python": f'#!/bin/sh\nexec {python} -c {shlex.quote(serve)} "$@"\n',
        "pulumi-resource-pulumi-python": f'#!/bin/sh\nexec "{project_python}" -u -c {shlex.quote(dynamic)} "$@"\n',
    }
    for name, script in launchers.items():
        launcher = folder / name
        if not launcher.exists() or launcher.read_text() != script:
            fresh = launcher.with_suffix(".new")
            fresh.write_text(script)
            fresh.chmod(0o755)
            fresh.replace(launcher)
