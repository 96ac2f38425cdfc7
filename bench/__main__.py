"""`python -m bench`: how long railbed takes, compared with doing without it."""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.table import Table

from bench import preview, release
from bench.timing import Comparison
from sandbox import environment
from sandbox.progress import StepFailed, console, step
from tests.cluster.rails_stack import rails_stack


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparisons on the sandbox and print them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3, help="releases of each kind (default 3)")
    parser.add_argument("--only", choices=["release", "preview", "production"], help="one comparison only")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.only != "production":
            subprocess.run([sys.executable, "-m", "sandbox", "up"], check=True)
        found = _compare(chosen.pairs, chosen.only)
    except StepFailed as failed:
        console.print(f"{failed.what}\n{failed.remedy}".strip(), markup=False)
        return 1
    except subprocess.CalledProcessError:
        return 1  # the sandbox has said why
    _show(found)
    return 0


def _compare(pairs: int, only: str | None) -> list[Comparison]:
    with ExitStack() as stack:
        variables = stack.enter_context(environment.pulumi_environment())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="railbed-bench-")))

        def folder_of(name: str) -> Path:
            (folder / name).mkdir()
            return folder / name

        empty = preview.EmptyStack(folder_of("empty"), variables)
        found = []
        if only in (None, "production"):
            found += preview.production_previews(folder_of("production"), variables, empty, pairs)
        if only != "production":
            application = stack.enter_context(rails_stack(folder_of("application"), variables))
            application.app["web"]["drain_seconds"] = 2
            with step("Deploying the application"):
                release.succeeded(application.up())
        if only in (None, "release"):
            found.append(release.releases(application, pairs))
        if only in (None, "preview"):
            found += preview.previews(application, empty, pairs)
        return found


def _show(comparisons: Sequence[Comparison]) -> None:
    table = Table("", "median", "fastest", "slowest", "ratio")
    for each in comparisons:
        table.add_row(each.subject, *_times(each.seconds), f"[bold]{each.ratio:.2f}")
        table.add_row(each.baseline, *_times(each.baseline_seconds), "1", end_section=True)
    console.file = sys.stdout
    console.print(table)


def _times(seconds: Sequence[float]) -> list[str]:
    return [f"{value:.1f} s" for value in (statistics.median(seconds), min(seconds), max(seconds))]


if __name__ == "__main__":
    sys.exit(main())
