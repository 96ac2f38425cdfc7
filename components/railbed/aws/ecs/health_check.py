"""Container health checks of ECS, whose limits its API describes (API_HealthCheck)."""

from collections.abc import Sequence

from railbed.aws.ecs.task import Properties

LONGEST_START_PERIOD = 300
LONGEST_INTERVAL = 300
MOST_RETRIES = 10
LONGEST_STARTUP_SECONDS = LONGEST_START_PERIOD + LONGEST_INTERVAL * MOST_RETRIES

INTERVAL, TIMEOUT, RETRIES = 10, 10, 6
"""A new task is known to be well 10 seconds after it is; one that fails for a minute is replaced."""


def health_check(command: Sequence[str], startup_seconds: int) -> Properties:
    """A check in which a container may fail for `startup_seconds` after its start.

    ECS does not count failures for 300 seconds at most. What takes longer to start has more and longer tries, which it then has
    later too.
    """
    more = max(0, startup_seconds - LONGEST_START_PERIOD)
    retries = min(MOST_RETRIES, max(RETRIES, -(-more // INTERVAL)))
    return {
        "command": list(command),
        "interval": max(INTERVAL, -(-more // retries)),
        "timeout": TIMEOUT,
        "retries": retries,
        "startPeriod": min(startup_seconds, LONGEST_START_PERIOD),
    }
