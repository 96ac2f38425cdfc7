"""Stacks of every target that are recorded only: previews of them need neither a cluster nor an account."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.bare_program import bare_program
from bench.release import succeeded
from bench.timing import Comparison, Growth, compare, measure
from sandbox.progress import step
from tests.engine.ecs_stack import EcsStack, ecs_stack
from tests.engine.recorded_stack import settings
from tests.engine.test_production_stacks import FAST, settings_of

PRODUCTION = {"doks": "prod", "eks": "prod-eks", "ecs": "prod-ecs"}
GROUPS = (1, 10, 50)
APPLICATIONS = (1, 10)
EMPTY = "import pulumi\n"
SEVERAL = """
import json

import railbed

secrets = {{"DATABASE_URL": "postgresql://shop:secret@db/shop", "REDIS_URL": "redis://redis"}}
for number in range({count}):
    app = json.loads({app!r}) | {{"name": f"shop{{number}}"}}
    railbed.KubernetesApp(app["name"], {{"app": app, "secrets": secrets}})
"""


def production_previews(folder: Path, variables: dict[str, str], pairs: int) -> Iterator[Comparison]:
    """Time previews of the repository's production stacks against programs of the SDKs alone, and of nothing."""
    with _stack(folder, variables, {}, EMPTY) as empty:
        for target, name in PRODUCTION.items():
            chosen = settings_of(name)
            with step(f"Recording what {name} registers"), _stack(folder, variables, chosen) as recorded:
                recorded.deploy()
                program = bare_program(recorded.exported("--show-secrets"))
            with _stack(folder, variables, chosen) as ours, _stack(folder, variables, {}, program) as bare:
                subject = f"pulumi preview of {name} ({target})"
                yield compare(subject, _preview(ours), "the same resources with the SDKs alone", _preview(bare), pairs)
                yield compare(subject, _preview(ours), "pulumi preview of an empty program", _preview(empty), pairs)


def growth(folder: Path, variables: dict[str, str]) -> Iterator[Growth]:
    """Time a preview and an `up` from nothing of ever more worker groups, and of ever more applications."""
    for command in ("preview", "up"):
        groups = Growth(f"pulumi {command} by worker groups")
        for count in GROUPS:
            with _stack(folder, variables, _with_groups(count)) as stack:
                _measure(groups, count, command, stack)
        yield groups
        applications = Growth(f"pulumi {command} by applications")
        for count in APPLICATIONS:
            program = SEVERAL.format(count=count, app=json.dumps(settings()["app"]))
            with _stack(folder, variables, {}, program) as stack:
                _measure(applications, count, command, stack)
        yield applications


@contextmanager
def _stack(folder: Path, variables: dict[str, str], chosen: dict[str, Any], program: str | None = None) -> Iterator[EcsStack]:
    """An empty stack with these settings, or one that runs a program of its own."""
    own = Path(tempfile.mkdtemp(dir=folder))
    needed = variables | FAST | {"KUBECONFIG": os.devnull}
    with ecs_stack(own, needed, chosen or {"app": {}, "secrets": {}}) as stack:
        if program is not None:
            stack.program(program)
        yield stack


def _preview(stack: EcsStack) -> Callable[[], None]:
    return lambda: succeeded(stack.preview())


def _measure(grown: Growth, count: int, command: str, stack: EcsStack) -> None:
    with step(f"{grown.subject}: {count}"):
        seconds = measure(lambda: succeeded(stack.preview() if command == "preview" else stack.up()))
    resources = stack.event_log.count('"resourcePreEvent"')
    grown.points.append((count, resources, seconds))


def _with_groups(count: int) -> dict[str, Any]:
    chosen = settings()
    chosen["app"]["workers"] = {f"group{number}": {} for number in range(count)}
    return chosen
