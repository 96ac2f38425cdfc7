"""Two ways to do one thing, timed in turns, so that whatever else the machine does hits both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.progress import step


@dataclass
class Comparison:
    """The times of a way and of the way it is measured against."""

    subject: str
    baseline: str
    seconds: list[float] = field(default_factory=list)
    baseline_seconds: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as long as the baseline, by the medians."""
        return statistics.median(self.seconds) / statistics.median(self.baseline_seconds)


@dataclass
class Growth:
    """How the time of one command grows with what it has to do."""

    subject: str
    points: list[tuple[int, int, float]] = field(default_factory=list)
    """What was asked for, the resources that came of it, and seconds."""

    @property
    def line(self) -> tuple[float, float]:
        """Seconds for each resource, and for none at all: the straight line that fits best."""
        slope, start = statistics.linear_regression([each[1] for each in self.points], [each[2] for each in self.points])
        return slope, start


def measure(run: Callable[[], None]) -> float:
    """Seconds that something takes."""
    started = time.monotonic()
    run()
    return time.monotonic() - started


def compare(subject: str, way: Callable[[], None], baseline: str, other: Callable[[], None], pairs: int) -> Comparison:
    """Time both `pairs` times; which one goes first changes from pair to pair."""
    comparison = Comparison(subject, baseline)
    for pair in range(pairs):
        turns = [(subject, way, comparison.seconds), (baseline, other, comparison.baseline_seconds)]
        for name, run, seconds in turns if pair % 2 == 0 else reversed(turns):
            with step(f"{name}, {pair + 1} of {pairs}"):
                seconds.append(measure(run))
    return comparison
