"""Cron's five fields, read as Kubernetes reads them.

Kubernetes takes what ParseStandard of github.com/robfig/cron/v3 takes. railbed takes Sunday as 7 too, as other crons do, and
refuses what that parser takes but nobody means: lists with nothing between commas, and days that no month has.
"""

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator

NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

SUNDAY = 7
"""Sunday's other number, which Kubernetes does not know."""

_LEAP_YEAR = 2024


@dataclass(frozen=True)
class _Kind:
    """What one of the five fields may hold."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """The highest number of a step without an end; Sunday is the first day of the week then."""
        return self.high - 1 if self.high == SUNDAY else self.high

    def number(self, word: str) -> int:
        """The number that a word of the field stands for."""
        return self.names.index(word.upper()) + self.low if word.upper() in self.names else int(word)


_WEEKDAY = _Kind("day of the week", 0, SUNDAY, DAYS)
_KINDS = (
    _Kind("minute", 0, 59),
    _Kind("hour", 0, 23),
    _Kind("day of the month", 1, 31),
    _Kind("month", 1, 12, MONTHS),
    _WEEKDAY,
)


@dataclass(frozen=True)
class CronField:
    """One of the five fields."""

    text: str
    """As it was written."""
    values: frozenset[int]
    """The numbers that it stands for; Sunday is 0."""
    restricts: bool
    """Whether it names certain numbers; `*` and `?` do not."""


@dataclass(frozen=True)
class CronSchedule:
    """A schedule. With both a day of the month and a day of the week it runs on either, as in every cron."""

    minute: CronField
    hour: CronField
    day: CronField
    month: CronField
    weekday: CronField

    def fires(self) -> bool:
        """Whether there is a day on which it runs."""
        if self.weekday.restricts or not self.day.restricts:
            return True
        longest = {month: calendar.monthrange(_LEAP_YEAR, month)[1] for month in self.month.values}
        return any(min(self.day.values) <= days for days in longest.values())

    def for_kubernetes(self) -> str:
        """The five fields as Kubernetes takes them: as they were written, without Sunday as 7."""
        weekday = self.weekday.text
        if not _knows_sunday(weekday):
            weekday = listed(self.weekday.values) if self.weekday.restricts else "*"
        return " ".join([self.minute.text, self.hour.text, self.day.text, self.month.text, weekday])


def read_schedule(schedule: str) -> CronSchedule:
    """The fields of a schedule or nickname.

    Raises `ValueError` with everything that is wrong with it.
    """
    form = _check_form(schedule)
    texts = NICKNAMES.get(form, form).split()
    problems = [problem for kind, text in zip(_KINDS, texts, strict=True) for problem in _problems(kind, text)]
    if problems:
        raise ValueError(f"schedule '{schedule}': {'; '.join(problems)}")
    read = CronSchedule(*[_field(kind, text) for kind, text in zip(_KINDS, texts, strict=True)])
    if not read.fires():
        raise ValueError(f"schedule '{schedule}' never runs: no month of '{texts[3]}' has a day '{texts[2]}'")
    return read


def kubernetes_schedule(schedule: str) -> str:
    """A schedule as Kubernetes takes it."""
    return schedule.strip() if schedule.strip() in NICKNAMES else read_schedule(schedule).for_kubernetes()


def _check_form(schedule: str) -> str:
    """A schedule without the space around it, if it is a nickname or has five fields.

    Raises `ValueError`.
    """
    form = schedule.strip()
    if re.match(r"(CRON_)?TZ=", form):
        raise ValueError("set time_zone to the time zone, and leave it out of the schedule")
    if form not in NICKNAMES and not re.fullmatch(r"[-0-9A-Za-z*/,?]+([ \t]+[-0-9A-Za-z*/,?]+){4}", form):
        raise ValueError(
            'give cron\'s five fields, such as "0 6 * * *" for six every morning, or @hourly, @daily, @weekly, @monthly'
        )
    return form


def listed(values: Collection[int]) -> str:
    """Numbers as a list, three and more in a row as a range."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)


def _problems(kind: _Kind, field: str) -> list[str]:
    """What is wrong with a field, each kind of mistake once."""
    found = (_problem(kind, item) for item in field.split(","))
    return list(dict.fromkeys(problem.format(f"{kind.name} '{field}'") for problem in found if problem))


def _problem(kind: _Kind, item: str) -> str | None:
    span, slash, step = item.partition("/")
    words = span.split("-")
    if not item:
        return "the {} should have something before and after each comma"
    if not span:
        return "the {} should say what its step is of, as in */5"
    if slash and not re.fullmatch("0*[1-9][0-9]{0,8}", step):
        return "the step of the {} should be 1 or more"
    if slash and int(step) > kind.high - kind.low + 1:
        return f"the step of the {{}} should be {kind.high - kind.low + 1} or less"
    if words in (["*"], ["?"]):
        return None
    if len(words) > 2 or "" in words:
        return "the {} should have ranges of two numbers, as in 1-5"
    if any(not (word.isdigit() or word.upper() in kind.names) for word in words):
        return "the {} should be numbers" + (f" or {' '.join(kind.names)}" if kind.names else "")
    first, last = _ends(kind, span)
    if not (kind.low <= first <= kind.high and kind.low <= last <= kind.high):
        return f"the {{}} is outside {kind.low} to {kind.high}"
    return "the {} should start with the smaller number" if first > last else None


def _field(kind: _Kind, text: str) -> CronField:
    values: set[int] = set()
    everything = False
    for item in text.split(","):
        span, slash, step = item.partition("/")
        first, last = _ends(kind, span)
        if slash and "-" not in span:
            last = max(first, kind.last)
        values.update(range(first, last + 1, int(step or 1)))
        everything |= span in ("*", "?") and int(step or 1) == 1
    return CronField(text, frozenset(value % SUNDAY if kind is _WEEKDAY else value for value in values), not everything)


def _ends(kind: _Kind, span: str) -> tuple[int, int]:
    """First and last number of a range; a range that ends with Sunday ends with the week."""
    if span in ("*", "?"):
        return kind.low, kind.last
    first, _, last = span.partition("-")
    begin, end = kind.number(first), kind.number(last or first)
    return (begin, SUNDAY) if kind is _WEEKDAY and end == 0 < begin else (begin, end)


def _knows_sunday(weekday: str) -> bool:
    """Whether Kubernetes understands a day of the week: it counts Sunday as 0 only."""
    spans = [item.partition("/")[0] for item in weekday.split(",")]
    return all(span in ("*", "?") or SUNDAY not in _ends(_WEEKDAY, span) for span in spans)


def check_time_zone(name: str) -> None:
    """Raise `ValueError` for a time zone that is not known."""
    # A machine's own zone has no meaning elsewhere.
    if name not in available_timezones() - {"localtime"}:
        raise ValueError(f"time_zone '{name}' is not known: name it as in \"Europe/Berlin\"")


CronExpression: TypeAlias = Annotated[str, AfterValidator(_check_form)]
"""A schedule in cron's five fields, or as @daily and the like."""
