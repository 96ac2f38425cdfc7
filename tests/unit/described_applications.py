"""The applications of tests/unit/applications, as `railbed init` describes them."""

import os
from pathlib import Path
from typing import Any

import yaml

from railbed_stacks.application_files.application import read_application
from railbed_stacks.commands.init.describe import describe
from railbed_stacks.commands.init.draft import Draft
from railbed_stacks.commands.init.writer import settings_text
from railbed_stacks.settings import Target

APPLICATIONS = Path(__file__).parent / "applications"
NAMES = sorted(folder.name for folder in APPLICATIONS.iterdir())


def described(name: str, target: Target | None = None) -> Draft:
    """What is decided for one of the applications."""
    return draft_of(APPLICATIONS / name, target)


def draft_of(folder: Path, target: Target | None = None) -> Draft:
    """What is decided for an application, whose image is built from where the tests run."""
    return describe(read_application(folder), os.path.relpath(folder), target)


def written(draft: Draft) -> dict[str, Any]:
    """The settings as a reader of YAML finds them in the text that is written."""
    config = yaml.safe_load(settings_text(draft))["config"]
    assert all(key.startswith("railbed:") for key in config)
    return {key.removeprefix("railbed:"): value for key, value in config.items()}
