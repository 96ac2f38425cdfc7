"""Whoever upgrades railbed keeps what is deployed: nothing is deleted, and nothing replaced that is not meant to be."""

import pytest
import yaml

from tests.engine.recorded_stack import RecordedStack
from tests.engine.releases import FOLDER

VERSIONS = sorted(file.stem for file in FOLDER.glob("*.json"))
MADE_ANEW = ("Job", "ConfigMap", "Secret")
"""They have new names whenever their contents change, by design."""


@pytest.mark.parametrize("version", VERSIONS)
def test_upgrading_railbed_replaces_and_deletes_nothing(recorded_stack: RecordedStack, version: str) -> None:
    recorded_stack.settings = yaml.safe_load((FOLDER / f"{version}.yaml").read_text())
    recorded_stack.restore(FOLDER / f"{version}.json")
    run = recorded_stack.preview()
    assert run.code == 0, f"the settings or the state of {version} cannot be used any more:\n{run.text}"
    assert "unchanged" in run.text, "the preview did not start from the release's state"
    lost = {
        resource: steps
        for resource, steps in run.operations.items()
        if any("replace" in step or "delete" in step for step in steps)
        and ("delete" in steps or resource.split("::")[0].split(":")[-1] not in MADE_ANEW)
    }
    assert lost == {}, f"who upgrades from {version} would lose these"


def test_there_is_a_state_of_a_release() -> None:
    assert VERSIONS, "run `python -m tests.engine.releases VERSION`"
