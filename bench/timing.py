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


def compare(subject: str, way: Callable[[], None], baseline: str, other: Callable[[], None], pairs: int) -> Comparison:
    """Time both `pairs` times; which one goes first changes from pair to pair."""
    comparison = Comparison(subject, baseline)
    for pair in range(pairs):
        turns = [(subject, way, comparison.seconds), (baseline, other, comparison.baseline_seconds)]
        for name, run, seconds in turns if pair % 2 == 0 else reversed(turns):
            with step(f"{name}, {pair + 1} of {pairs}"):
                started = time.monotonic()
                run()
                seconds.append(time.monotonic() - started)
    return comparison
