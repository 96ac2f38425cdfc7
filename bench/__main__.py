"""`python -m bench`: how long railbed takes, compared with doing without it."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.table import Table

from bench import preview, recorded, release
from bench.timing import Comparison, Growth
from sandbox import environment
from sandbox.progress import StepFailed, console, step
from tests.cluster.rails_stack import rails_stack

WITHOUT_CLUSTER = ("production", "growth")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparisons on the sandbox and print them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3, help="runs of each kind (default 3)")
    parser.add_argument("--only", choices=["release", "preview", *WITHOUT_CLUSTER], help="one comparison only")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.only not in WITHOUT_CLUSTER:
            subprocess.run([sys.executable, "-m", "sandbox", "up"], check=True)
        comparisons, grown = _compare(chosen.pairs, chosen.only)
    except StepFailed as failed:
        console.print(f"{failed.what}\n{failed.remedy}".strip(), markup=False)
        return 1
    except subprocess.CalledProcessError:
        return 1  # the sandbox has said why
    console.file = sys.stdout
    _show(comparisons)
    _show_growth(grown)
    return 0


def _compare(pairs: int, only: str | None) -> tuple[list[Comparison], list[Growth]]:
    comparisons: list[Comparison] = []
    grown: list[Growth] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="railbed-bench-")))
        if only in (None, *WITHOUT_CLUSTER):
            without = environment.variables() | {"PULUMI_HOME": str(folder)}
            stack.enter_context(_path(without["PATH"]))
            if only != "growth":
                comparisons += recorded.production_previews(folder, without, pairs)
            if only != "production":
                grown += recorded.growth(folder, without)
        if only not in WITHOUT_CLUSTER:
            comparisons += _compare_on_cluster(stack, folder, pairs, only)
    return comparisons, grown


def _compare_on_cluster(stack: ExitStack, folder: Path, pairs: int, only: str | None) -> Iterator[Comparison]:
    variables = stack.enter_context(environment.pulumi_environment())
    for name in ("application", "empty"):
        (folder / name).mkdir()
    application = stack.enter_context(rails_stack(folder / "application", variables))
    application.app["web"]["drain_seconds"] = 2
    with step("Deploying the application"):
        release.succeeded(application.up())
    if only in (None, "release"):
        yield release.releases(application, pairs)
    if only in (None, "preview"):
        yield from preview.previews(application, preview.EmptyStack(folder / "empty", variables), pairs)


@contextmanager
def _path(path: str) -> Iterator[None]:
    """Find `pulumi` where the sandbox keeps it, for a while."""
    before = os.environ["PATH"]
    os.environ["PATH"] = path
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _show(comparisons: Sequence[Comparison]) -> None:
    table = Table("", "median", "fastest", "slowest", "ratio")
    for each in comparisons:
        table.add_row(each.subject, *_times(each.seconds), f"[bold]{each.ratio:.2f}")
        table.add_row(each.baseline, *_times(each.baseline_seconds), "1", end_section=True)
    if comparisons:
        console.print(table)


def _show_growth(grown: Sequence[Growth]) -> None:
    for each in grown:
        table = Table(each.subject, "resources", "seconds", "for each resource")
        for count, resources, seconds in each.points:
            table.add_row(str(count), str(resources), f"{seconds:.1f}", f"{1000 * seconds / resources:.0f} ms")
        slope, start = each.line
        console.print(table, f"{start:.1f} s, and {1000 * slope:.0f} ms for each resource\n")


def _times(seconds: Sequence[float]) -> list[str]:
    return [f"{value:.1f} s" for value in (statistics.median(seconds), min(seconds), max(seconds))]


if __name__ == "__main__":
    sys.exit(main())
