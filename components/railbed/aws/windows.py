"""Times of the day or the week, in UTC, in which AWS backs up and maintains data stores.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
"""

import re
from collections.abc import Iterator
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
WEEK = 7 * DAY

_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY = re.compile(f"{_TIME}-{_TIME}")
_WEEKLY = re.compile(f"({'|'.join(DAYS)}):{_TIME}-({'|'.join(DAYS)}):{_TIME}")


def _daily(value: str) -> str:
    if not _DAILY.fullmatch(value):
        raise ValueError("specify times in UTC, such as 03:00-04:00")
    return value


def _weekly(value: str) -> str:
    if not _WEEKLY.fullmatch(value.lower()):
        raise ValueError(f"specify days ({' '.join(DAYS)}) and times in UTC, such as sun:04:30-sun:05:30")
    return value.lower()


DailyWindow: TypeAlias = Annotated[str, AfterValidator(_daily)]
"""A time of every day, such as 03:00-04:00."""

WeeklyWindow: TypeAlias = Annotated[str, AfterValidator(_weekly)]
"""A time of every week, such as sun:04:30-sun:05:30."""


def check_windows(daily: tuple[str, str], weekly: tuple[str, str], least_minutes: int) -> None:
    """Raise `ValueError` for windows that are too short or overlap; each is given as the argument's name and its value."""
    for name, window in (daily, weekly):
        begin, end = _minutes(window)
        period = WEEK if window[0].isalpha() else DAY
        if (end - begin) % period < least_minutes:
            raise ValueError(f"{name} {window} is shorter than the {least_minutes} minutes that AWS wants: end it later")
    begin, end = _minutes(weekly[1])
    taken = _within(begin, end, WEEK)
    first, last = _minutes(daily[1])
    each_day = _within(first, last, DAY)
    if {minute % DAY for minute in taken} & set(each_day):
        raise ValueError(
            f"{weekly[0]} {weekly[1]} overlaps {daily[0]} {daily[1]}, which is every day: begin one after the other has ended"
        )


def _within(begin: int, end: int, period: int) -> Iterator[int]:
    return (minute % period for minute in range(begin, end + (period if end < begin else 0)))


def _minutes(window: str) -> tuple[int, int]:
    """Begin and end of a window, in minutes of the day or week."""
    if found := _WEEKLY.fullmatch(window):
        day, hour, minute, last_day, last_hour, last_minute = found.groups()
        return (
            DAYS.index(day) * DAY + int(hour) * 60 + int(minute),
            DAYS.index(last_day) * DAY + int(last_hour) * 60 + int(last_minute),
        )
    hour, minute, last_hour, last_minute = map(int, re.findall(r"\d\d", window))
    return hour * 60 + minute, last_hour * 60 + last_minute
