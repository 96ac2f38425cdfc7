"""Progress of long steps: a live line on a terminal, plain lines in a log."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

_PLAIN_INTERVAL = 30.0
console = Console(stderr=True, highlight=False)


class StepFailed(Exception):  # noqa: N818 - it reads as what happened
    """An expected failure: what failed, and what the user can do about it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class Step:
    """A running step; `note` says what it is doing just now."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.started = time.monotonic()
        self.latest = ""
        self.outcome = ""
        """Said at the end, where a step ended otherwise than its title promises."""

    @property
    def seconds(self) -> int:
        """How long it has been running."""
        return round(time.monotonic() - self.started)

    def note(self, text: str) -> None:
        """Show one line beside the step, in place of the one before."""
        self.latest = text.strip().replace("\n", " ")


class _Title(ProgressColumn):
    """A running step and what it says of itself, cut to the width of the terminal."""

    def get_table_column(self) -> Column:
        return Column(no_wrap=True, overflow="ellipsis", ratio=1)

    def render(self, task: Task) -> Text:
        shown: Step = task.fields["step"]
        return Text.assemble(shown.title, " ", (shown.latest, "dim"))


class _LiveDisplay:
    """Steps of a terminal: one line each, also when they are nested or run in several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress: Progress | None = None

    @contextmanager
    def show(self, step: Step) -> Iterator[None]:
        with self._lock:
            if self._progress is None:
                self._progress = Progress(
                    SpinnerColumn(), TimeElapsedColumn(), _Title(), console=console, transient=True, expand=True
                )
                self._progress.start()
            progress = self._progress
            task = progress.add_task("", total=None, step=step)
        try:
            yield
        finally:
            with self._lock:
                progress.remove_task(task)
                if not progress.tasks:
                    progress.stop()
                    self._progress = None


@contextmanager
def _plain(step: Step) -> Iterator[None]:
    def report() -> None:
        while not ended.wait(_PLAIN_INTERVAL):
            print(f"    {step.title}: {step.seconds} s {step.latest}".rstrip(), file=sys.stderr, flush=True)

    print(f"... {step.title}", file=sys.stderr, flush=True)
    ended = threading.Event()
    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        ended.set()
        reporter.join()


_live = _LiveDisplay()


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show that a step runs, for how long, what it does, and how it ended."""
    running = Step(title)
    on_terminal = console.is_terminal
    try:
        with _live.show(running) if on_terminal else _plain(running):
            yield running
    except BaseException:
        _end(running, "[red]✗[/red]" if on_terminal else "failed:", on_terminal)
        raise
    _end(running, "[green]✓[/green]" if on_terminal else "done:", on_terminal)


def _end(step: Step, mark: str, on_terminal: bool) -> None:
    if on_terminal:
        console.print(f"{mark} {escape(step.title)} [dim]{step.seconds} s {escape(step.outcome)}".rstrip())
    else:
        print(f"{mark} {step.title} ({step.seconds} s) {step.outcome}".rstrip(), file=sys.stderr, flush=True)
