"""Runs `pulumi preview` and keeps what it says of policies too."""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.commands.preview.policies import PolicyResults, read_policies
from railbed_stacks.commands.preview.said import cleaned


@dataclass(frozen=True)
class Previewed:
    """What a preview printed."""

    text: str
    policies: PolicyResults | None
    """None where no policy pack was given."""


def run_preview(folder: Path, stack: str | None, policy_packs: list[Path]) -> Previewed:
    """Preview a stack. Raises `ValueError` where there is no pulumi, or it says nothing that can be read."""
    with tempfile.TemporaryDirectory() as temporary:
        events = Path(temporary, "events.json")
        command = ["pulumi", "preview", "--cwd", str(folder), "--json", "--show-sames", "--non-interactive"]
        command += ["--event-log", str(events), *(["--stack", stack] if stack else [])]
        command += [f"--policy-pack={pack.resolve()}" for pack in policy_packs]
        # Shows --event-log, as Pulumi's Automation API does:
        # https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/automation/_cmd.py
        environment = os.environ | {"PULUMI_DEBUG_COMMANDS": "true"}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise ValueError(
                "there is no pulumi on PATH: install it, or pipe `pulumi preview --json --show-sames` in"
            ) from None
        if "{" not in done.stdout:
            raise ValueError(f"pulumi preview failed: {cleaned(done.stderr or done.stdout) or f'exit code {done.returncode}'}")
        lines = events.read_text("utf-8").splitlines() if events.exists() else []
    return Previewed(done.stdout, read_policies(lines) if policy_packs else None)
