"""A preview of any stack of the repository in the sandbox, on a copy: the stack's own file and state stay as they are.

In the file itself Pulumi would write down the sandbox's passphrase, and secrets set later would be readable with it.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sandbox import environment, foreground
from sandbox.paths import REPOSITORY, STATE_DIRECTORY
from sandbox.progress import StepFailed

OWN = "sandbox"
_STAND_INS = {
    "DATABASE_URL": "postgresql://user:password@database.example.com/app",
    "REDIS_URL": "rediss://redis.example.com/0",
}


def preview(stack: str) -> int:
    """Show what `pulumi up` would make of the settings in Pulumi.STACK.yaml; returns pulumi's exit code."""
    folder = REPOSITORY if stack == OWN else _copy(stack)
    with environment.pulumi_environment() as variables:
        state = {} if stack == OWN else {"PULUMI_BACKEND_URL": (folder / "state").as_uri()}
        _ask(folder, variables | state, "stack", "select", "--create", stack)
        if stack != OWN:
            _encrypt_stand_ins(folder, variables | state, stack)
        command = ["pulumi", "--cwd", str(folder), "preview", "--diff", "--stack", stack]
        return foreground.run(command, variables | state)


def settings_of(file: Path) -> dict[str, Any]:
    """The settings of a stack's file with stand-ins for its secrets, which can be read with its own passphrase only."""
    config = yaml.safe_load(file.read_text()).get("config") or {}
    ours = {key: value for key, value in config.items() if key.startswith("railbed:")}
    if secrets := ours.get("railbed:secrets"):
        ours["railbed:secrets"] = {name: _STAND_INS.get(name, "stand-in-of-a-secret") for name in secrets}
    return ours


def _copy(stack: str) -> Path:
    file = REPOSITORY / f"Pulumi.{stack}.yaml"
    if not file.is_file():
        there = ", ".join(sorted(path.name.split(".")[1] for path in REPOSITORY.glob("Pulumi.*.yaml")))
        raise StepFailed(f"There is no {file.name}.", f"Stacks with settings are: {there}.")
    folder = STATE_DIRECTORY / "previews" / stack
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "state").mkdir(parents=True)
    project = yaml.safe_load((REPOSITORY / "Pulumi.yaml").read_text())
    project["main"] = str(REPOSITORY)
    project["runtime"]["options"]["virtualenv"] = sys.prefix
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    (folder / file.name).write_text(yaml.safe_dump({"config": settings_of(file)}))
    return folder


def _encrypt_stand_ins(folder: Path, variables: Mapping[str, str], stack: str) -> None:
    # In clear text the stack would refuse them.
    secrets = settings_of(folder / f"Pulumi.{stack}.yaml").get("railbed:secrets", {})
    values = [f"--secret=railbed:secrets.{name}={value}" for name, value in secrets.items()]
    if values:
        _ask(folder, variables, "config", "set-all", "--stack", stack, "--path", *values)


def _ask(folder: Path, variables: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise StepFailed(f"`pulumi {' '.join(arguments[:2])}` failed: {done.stderr.strip()}", "Run the same command again.")
