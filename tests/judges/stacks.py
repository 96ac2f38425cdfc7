"""The stacks that are judged: the repository's own, and those that make what these leave out."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.engine.ecs_stack import ecs_stack
from tests.engine.recorded_stack import settings
from tests.engine.test_production_stacks import settings_of
from tests.judges.registered import Registered, registered

OF_REPOSITORY = ("prod", "prod-eks", "prod-ecs", "staging")
PROGRAM = Path(__file__).with_name("components.py")
AT_A_TIME = 2
"""An `up` keeps less than one processor busy."""


def deployed(folder: Path, variables: dict[str, str]) -> dict[str, list[Registered]]:
    """What every judged stack registers in an `up` from nothing, by stack."""
    fast = variables | {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        wanted = _settings()
        found = pool.map(lambda name: _deploy(name, wanted[name], folder / name, fast), wanted)
        return dict(zip(wanted, found, strict=True))


def _settings() -> dict[str, dict[str, Any]]:
    return {
        "components": settings(),
        **{name: settings_of(name) for name in OF_REPOSITORY},
        "cluster": settings(),
        "ingress": _with_other_servers(),
    }


def _with_other_servers() -> dict[str, Any]:
    """The other ways to run and reach an application on a cluster."""
    chosen = settings()
    chosen["cluster"] = {"exposure": "ingress", "tls_secret": "shop-tls"}
    chosen["app"]["web"] |= {"server": "unicorn"}
    return chosen


def _deploy(name: str, wanted: Mapping[str, Any], folder: Path, variables: dict[str, str]) -> list[Registered]:
    folder.mkdir()
    with ecs_stack(folder, variables, dict(wanted)) as stack:
        if name == "components":
            stack.program(PROGRAM.read_text())
        stack.deploy()
        return registered(name, stack.exported("--show-secrets"))
