"""Keeps the state that this version of railbed makes: `python -m tests.engine.releases 0.1.0`, once for each release.

The engine lane then previews every later version on it. The state's passphrase is `test`; its passwords were made for it.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import yaml

from sandbox import engine, environment
from tests.engine.recorded_stack import RecordedStack
from tests.engine.recording_provider import recording
from tests.engine.releases import FOLDER


def main(version: str) -> None:
    """Deploy the settings of these tests and keep them with the state."""
    engine.pulumi()
    with tempfile.TemporaryDirectory() as folder, recording() as (record, providers):
        variables = environment.variables() | {"PULUMI_HOME": f"{folder}/home", "PULUMI_DEBUG_PROVIDERS": providers}
        stack = RecordedStack(Path(folder), variables, record)
        # The path in the provider's inputs: one that every machine has, instead of this machine's.
        stack.settings["cluster"]["kubeconfig"] = os.devnull
        stack.deploy()
        state = json.loads(stack.exported())
        for resource in state["deployment"]["resources"]:
            resource.pop("sourcePosition", None)
            resource.pop("stackTrace", None)  # paths of this machine
        (FOLDER / f"{version}.json").write_text(json.dumps(state, indent=1) + "\n")
        (FOLDER / f"{version}.yaml").write_text(yaml.safe_dump(stack.settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
