"""Modules import one another in one direction: whoever reads one needs to know only what is below it."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "railbed": ROOT / "components/railbed",
    "railbed_stacks": ROOT / "stacks/railbed_stacks",
    "sandbox": ROOT / "sandbox",
}


def modules(package: str) -> dict[str, Path]:
    folder = PACKAGES[package]
    found = {file: ".".join([package, *file.relative_to(folder).with_suffix("").parts]) for file in folder.rglob("*.py")}
    return {name.removesuffix(".__init__"): file for file, name in found.items()}


def imports(file: Path, known: dict[str, Path]) -> Iterator[str]:
    """Modules that a file imports, inside of functions too; a name out of a package is a module of it, if there is one."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in known else node.module


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_in_no_circle(package: str) -> None:
    known = modules(package)
    # The package itself names everything: it may be imported by nobody inside.
    graph = {name: {found for found in imports(file, known) if found in known} for name, file in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"{' -> '.join(error.args[1])} is a circle: move what both need into a module of its own")
