"""The settings of examples/, deployed against recorded answers."""

import functools
from pathlib import Path
from typing import Any

import yaml

from railbed_stacks.previewed import Resource
from tests.unit.cloud_stacks import SECRET, deploy
from tests.unit.recording import Deployment

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(file.stem for file in (ROOT / "examples").glob("*.yaml"))


def settings_of(name: str) -> dict[str, Any]:
    """The settings of an example, or of a file for production such as Pulumi.prod."""
    folder = ROOT / "examples" if name in EXAMPLES else ROOT
    config = yaml.safe_load((folder / f"{name}.yaml").read_text())["config"]
    return {key.removeprefix("railbed:"): value for key, value in config.items()}


@functools.cache
def deployed(name: str) -> Deployment:
    """What the stack of these settings registers in a preview."""
    settings = settings_of(name) | {"secrets": {"RAILS_MASTER_KEY": SECRET}}
    return deploy(settings.pop("target"), preview=True, **settings)


def resources_of(deployment: Deployment) -> list[Resource]:
    """What was registered, as the engine would hand it on."""
    return [
        Resource(
            urn=each.urn,
            type=each.type,
            inputs=each.inputs,
            needs={name: list(found.urns) for name, found in each.request.propertyDependencies.items()},
        )
        for each in deployment.resources
    ]
