"""The stack that a command is about: what `pulumi` tells of it. Nothing of it is changed here."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import yaml

from railbed.secrets.redaction import Redaction
from railbed_stacks.operations.errors import OperationError

INSTALL = "install it (https://www.pulumi.com/docs/install/)"


@dataclass(frozen=True)
class PulumiCommand:
    """The `pulumi` command on one stack of the project in this folder."""

    stack: str | None
    """None is the stack that is selected."""

    def ask(self, *words: str) -> str:
        """What a command answers. Raises `OperationError` with what Pulumi says instead."""
        done = subprocess.run(
            [*self._program(words), "--non-interactive", "--color", "never"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise OperationError(_what_is_wrong(done.stderr, self.stack))
        return done.stdout

    def run(self, *words: str) -> int:
        """Run a command with this terminal, and give its exit code."""
        return subprocess.run(self._program(words), check=False).returncode

    def _program(self, words: Sequence[str]) -> list[str]:
        if (path := shutil.which("pulumi")) is None:
            raise OperationError(f"there is no `pulumi` command: {INSTALL}")
        return [path, *words, *(["--stack", self.stack] if self.stack else [])]


def _what_is_wrong(said: str, stack: str | None) -> str:
    words = said.strip().removeprefix("error: ")
    if "no stack selected" in words:
        return "no stack is selected: run `pulumi stack select NAME`, or give --stack NAME"
    if "no stack named" in words:
        return f"there is no stack '{stack}': `pulumi stack ls` lists those that there are"
    if "no Pulumi.yaml" in words or "no project file" in words.lower():
        return f"there is no Pulumi.yaml in {Path.cwd()} or above it: change to the folder of the project"
    if "passphrase" in words:
        return f"the secrets of the stack cannot be read: set PULUMI_CONFIG_PASSPHRASE. Pulumi says: {words}"
    return f"the stack cannot be read. Pulumi says: {words}"


@dataclass(frozen=True)
class DeployedStack:
    """A stack's outputs and config."""

    name: str
    project: str
    outputs: Mapping[str, Any]
    config: Mapping[str, str]
    """Values by key, such as railbed:app, as a program gets them: mappings are JSON."""

    @classmethod
    def read(cls, pulumi_command: PulumiCommand) -> "DeployedStack":
        """Read a stack. Raises `OperationError` where there is none, or it is not deployed."""
        project = project_name()
        name = (pulumi_command.stack or pulumi_command.ask("stack", "--show-name").strip()).rsplit("/", 1)[-1]
        outputs = json.loads(pulumi_command.ask("stack", "output", "--json", "--show-secrets"))
        if "image" not in outputs:
            raise OperationError(f"stack '{name}' is not deployed: run `pulumi up`")
        listed = json.loads(pulumi_command.ask("config", "--json", "--show-secrets"))
        config = {key: str(entry["value"]) for key, entry in listed.items() if entry.get("value") is not None}
        return cls(name, project, outputs, config)

    @property
    def target(self) -> str:
        """Where it is deployed to."""
        return self.config.get("railbed:target", "cluster")

    def output(self, name: str) -> Any:
        """An output. Raises `OperationError` for one that an earlier version did not make."""
        if name not in self.outputs:
            raise OperationError(
                f"the stack has no output '{name}', as it was deployed with an earlier version of railbed: run `pulumi up`"
            )
        return self.outputs[name]

    def section(self, name: str) -> dict[str, Any]:
        """A section of the settings; empty without one."""
        found = json.loads(self.config.get(f"railbed:{name}") or "{}")
        return found if isinstance(found, dict) else {}

    def redaction(self) -> Redaction:
        """Hides the secrets of the settings."""
        return Redaction(map(str, self.section("secrets").values()))

    def enter(self) -> None:
        """Let code of programs run here: it asks Pulumi for the project, the stack and the config."""
        pulumi.runtime.settings.configure(pulumi.runtime.Settings(project=self.project, stack=self.name))
        pulumi.runtime.set_all_config(dict(self.config), [])


def project_name() -> str:
    """The name of the project in this folder. Raises `OperationError`."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (file := folder / "Pulumi.yaml").is_file():
            return str((yaml.safe_load(file.read_text()) or {}).get("name") or "")
    raise OperationError(f"there is no Pulumi.yaml in {here} or above it: change to the folder of the project")
