"""Which Python a Pulumi project runs in, by the options in its Pulumi.yaml, and how its dependencies get there."""

import json
import os
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto.language_pb2 import ProgramInfo

_LIST_PACKAGES = """
import importlib.metadata, json, re
plain = lambda name: re.sub("[-_.]+", "-", name).lower()
found = {plain(package.metadata["Name"]): package for package in importlib.metadata.distributions()}
requirements = [line for package in found.values() for line in package.requires or () if "extra ==" not in line]
needed = {plain(re.match("[A-Za-z0-9._-]+", line)[0]) for line in requirements}
print(json.dumps([[name, package.version, name in needed] for name, package in sorted(found.items())]))
"""


class MissingInterpreter(Exception):  # noqa: N818 - it reads as what happened
    """There is no Python to run the project in; the message says what to do."""


class Interpreter:
    """The Python that a project asks for."""

    def __init__(self, info: ProgramInfo) -> None:
        options: dict[str, Any] = MessageToDict(info.options)
        self.directory = Path(info.program_directory)
        self.toolchain = str(options.get("toolchain") or "pip")
        virtualenv = str(options.get("virtualenv") or self._virtualenv_of_toolchain())
        self.virtualenv = Path(os.path.normpath(Path(info.root_directory, virtualenv))) if virtualenv else None

    def _virtualenv_of_toolchain(self) -> str:
        if self.toolchain == "uv":
            return os.environ.get("UV_PROJECT_ENVIRONMENT", ".venv")
        if self.toolchain == "poetry":
            return _output(["poetry", "env", "info", "--path"], self.directory)
        return ""

    @cached_property
    def executable(self) -> str:
        """The path of python; raises MissingInterpreter."""
        if self.virtualenv is None:
            names = [os.environ["PULUMI_PYTHON_CMD"]] if os.environ.get("PULUMI_PYTHON_CMD") else ["python3", "python"]
            found = next(filter(None, map(shutil.which, names)), None)
            if not found:
                raise MissingInterpreter(f"There is no {names[0]} on PATH: install Python 3.11 or newer.")
            return found
        python = self.virtualenv / "bin" / "python"
        if not python.exists():
            raise MissingInterpreter(
                f"The `virtualenv` option of the project names {self.virtualenv}, which is not a virtual environment. "
                f"Run `pulumi install`, or make it yourself:\n    python3 -m venv {self.virtualenv}\n"
                f"    {python} -m pip install -r {self.directory / 'requirements.txt'}"
            )
        return str(python)

    def environment(self) -> dict[str, str]:
        """This process's environment, with the virtual environment activated."""
        changed = dict(os.environ)
        if self.virtualenv is not None:
            changed["VIRTUAL_ENV"] = str(self.virtualenv)
            changed["PATH"] = f"{self.virtualenv / 'bin'}{os.pathsep}{changed.get('PATH', '')}"
            changed.pop("PYTHONHOME", None)
        return changed

    def version(self) -> str:
        """Python's version, as in 3.12.1."""
        return _output([self.executable, "-c", "import platform; print(platform.python_version())"], self.directory)

    def packages(self, transitive: bool) -> list[tuple[str, str]]:
        """Installed packages and their versions; only those that no other one requires, unless `transitive`."""
        listed = json.loads(_output([self.executable, "-c", _LIST_PACKAGES], self.directory) or "[]")
        return [(name, version) for name, version, needed in listed if transitive or not needed]

    def installation(self) -> list[list[str]]:
        """The commands that install the project's dependencies, in order."""
        if self.toolchain == "uv":
            return [["uv", "sync"]]
        if self.toolchain == "poetry":
            return [["poetry", "install", "--no-ansi"]]
        commands = []
        if self.virtualenv is not None and not (self.virtualenv / "bin" / "python").exists():
            commands.append([sys.executable, "-m", "venv", str(self.virtualenv)])
        python = str(self.virtualenv / "bin" / "python") if self.virtualenv else self.executable
        if (self.directory / "requirements.txt").exists():
            commands.append([python, "-m", "pip", "install", "-r", "requirements.txt"])
        elif (self.directory / "pyproject.toml").exists():
            commands.append([python, "-m", "pip", "install", "-e", "."])
        return commands


def _output(command: list[str], directory: Path) -> str:
    try:
        return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingInterpreter(f"`{command[0]} {command[1]}` failed in {directory}: {error}") from error
