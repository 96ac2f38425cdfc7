"""The stack that is rehearsed: the repository's program, in the sandbox's state, under a name of its own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox import backend
from sandbox.paths import REPOSITORY, STATE_DIRECTORY
from sandbox.progress import Step, StepFailed
from sandbox.rehearsal.settings import Settings

PREFIX = "rehearsal-"
LAST_LINES = 40
CANCEL_SECONDS = 120


@dataclass(frozen=True)
class Run:
    """What one command of pulumi did."""

    code: int
    text: str
    log: Path


class RehearsedStack:
    """Runs pulumi on a copy of the settings."""

    def __init__(self, settings: Settings, variables: Mapping[str, str]) -> None:
        self.settings, self.name = settings, PREFIX + settings.stack
        self._variables = {**variables, "PYTHONPATH": str(REPOSITORY)}
        self._folder = STATE_DIRECTORY / "rehearsals" / settings.stack
        self._runs = 0
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        project = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())
        project["main"] = str(REPOSITORY)
        project["runtime"]["options"]["virtualenv"] = sys.prefix
        (self._folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        self._ask("stack", "init", self.name)
        for key, value in settings.secrets.items():
            # By standard input: a command line can be read by everybody on the machine.
            self._ask("config", "set", "--stack", self.name, "--secret", "--path", f"railbed:secrets.{key}", text=value)

    def up(self, running: Step) -> Run:
        """Deploy the settings as they are now."""
        return self._run(running, "up", "--skip-preview")

    def preview(self, running: Step) -> Run:
        """Look whether anything would change; nothing may."""
        return self._run(running, "preview", "--expect-no-changes")

    def destroy(self, running: Step) -> Run:
        """Delete everything, if its preview finds nothing that is protected: without one, all that is not would go first."""
        return self._run(running, "destroy")

    def remove(self) -> None:
        """Forget the stack, which must be empty."""
        self._ask("stack", "rm", "--yes", self.name)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs that are not secret."""
        for name, resources in backend.stacks():
            if name.endswith(f"/{self.name}"):
                found = (each.get("outputs", {}) for each in resources if each["type"] == "pulumi:pulumi:Stack")
                return dict(next(found, {}))
        return {}

    def _run(self, running: Step, command: str, *options: str) -> Run:
        self._write_settings()
        self._runs += 1
        log = self._folder / f"{self._runs}-{command}.log"
        yes = [] if command == "preview" else ["--yes"]
        arguments = [command, "--stack", self.name, *yes, "--non-interactive", "--color", "never", *options]
        lines: list[str] = []
        # In a group of its own: an interruption reaches it once, from us, and it has the time to stop in order.
        with (
            log.open("w") as written,
            subprocess.Popen(
                ["pulumi", *arguments],
                cwd=self._folder,
                env=self._variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                process_group=0,
            ) as process,
        ):
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    written.write(line)
                    lines.append(line)
                    running.note(line)
                process.wait()
            except BaseException:
                _cancel(process)
                raise
        return Run(process.returncode, "".join(lines), log)

    def _write_settings(self) -> None:
        file = self._folder / f"Pulumi.{self.name}.yaml"
        written = yaml.safe_load(file.read_text())
        kept = {key: value for key, value in written["config"].items() if key == "railbed:secrets"}
        written["config"] = {f"railbed:{key}": value for key, value in self.settings.values.items()} | kept
        file.write_text(yaml.safe_dump(written))

    def _ask(self, *arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self._folder,
            env=self._variables,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise StepFailed(f"`pulumi {' '.join(arguments[:2])}` failed: {done.stderr.strip()}", "Run the same command again.")
        return done.stdout


def _cancel(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.communicate(timeout=CANCEL_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
