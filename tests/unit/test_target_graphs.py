"""The pictures of docs/architecture.md are of what the stacks register. `make graphs` draws them anew."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from railbed.validation.checks import checked
from tests.unit.cloud_answers import CLOUD_ANSWERS
from tests.unit.cloud_stacks import APP, LEAST, SECRET
from tests.unit.recording import Deployment, record
from tests.unit.samples import RAILS
from tests.unit.target_graphs import graph_of

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
SETTINGS: dict[str, Any] = {
    "app": APP | {"image": {"build": str(RAILS)}, "workers": {"default": {}, "mailers": {"queues": ["mailers"]}}},
    "secrets": {"RAILS_MASTER_KEY": SECRET},
}
OWN_REGISTRY = {
    "registry": {"server": "registry.example.com", "username": "deployer"},
    "secrets": SETTINGS["secrets"] | {"REGISTRY_PASSWORD": SECRET},
}
KNOWN = {kind: CLOUD_ANSWERS["docker", kind] for kind in ("Image", "RemoteImage", "Container")}
"""Without these the first preview does not know what runs the application, so that it does not show whose value it is."""
OF_TARGET = LEAST | {"cluster": OWN_REGISTRY, "docker": OWN_REGISTRY}


def deployed(target: str) -> Deployment:
    """What a stack registers that builds the image and has everything else of its target."""
    stack = importlib.import_module(f"railbed_stacks.{target}")
    settings = checked(stack.SETTINGS, {"target": target} | SETTINGS | OF_TARGET[target], "settings")
    return record(lambda: stack.deploy(settings), preview=True, outputs=KNOWN)


def block_of(target: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- make graphs: {target} -->\n```mermaid\n).*?(?=```\n)", re.DOTALL)


@pytest.mark.parametrize("target", OF_TARGET)
def test_the_picture_of_a_target_is_of_what_its_stack_registers(target: str, pytestconfig: pytest.Config) -> None:
    graph, page = graph_of(deployed(target)), PAGE.read_text()
    if pytestconfig.getoption("--draw-graphs"):
        page = block_of(target).sub(lambda _: graph, page)
        PAGE.write_text(page)
    (shown,) = block_of(target).findall(page)
    assert shown == graph, "docs/architecture.md shows another graph: run `make graphs`"
