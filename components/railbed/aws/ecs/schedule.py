"""Cron's five fields in the notation of EventBridge Scheduler.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

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


def schedule_expression(cron: str) -> str:
    """`cron(...)` that fires when cron's five fields say.

    Raises `ValueError` for a schedule that EventBridge cannot have: one on a day of the month or of the week.
    """
    minute, hour, day, month, weekday = NICKNAMES.get(cron, cron).split()
    if day != "*" and weekday != "*":
        raise ValueError(
            f"schedule '{cron}' names a day of the month and a day of the week, which AWS cannot have in one schedule: "
            "make two tasks, one for each"
        )
    day_of_month = "?" if weekday != "*" else _numbers(day, 1, 31)
    day_of_week = "?" if weekday == "*" else _weekdays(weekday)
    months = _numbers(_by_number(month, MONTHS, 1), 1, 12)
    return f"cron({_numbers(minute, 0, 59)} {_numbers(hour, 0, 23)} {day_of_month} {months} {day_of_week} *)"


def _by_number(field: str, names: tuple[str, ...], first: int) -> str:
    text = field.upper()
    for number, name in enumerate(names, first):
        text = text.replace(name, str(number))
    return text


def _numbers(field: str, low: int, high: int) -> str:
    """Steps are written out, as AWS counts those of a range from elsewhere."""
    if "/" not in field:
        return field
    return ",".join(map(str, _listed(field, low, high)))


def _weekdays(field: str) -> str:
    # cron counts from Sunday as 0, also as 7; AWS from Sunday as 1: names leave no doubt.
    return ",".join(DAYS[number] for number in sorted({each % 7 for each in _listed(_by_number(field, DAYS, 0), 0, 6)}))


def _listed(field: str, low: int, high: int) -> list[int]:
    values: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        if first == "*":
            first, last = str(low), str(high)
        elif not last:
            last = str(high) if step else first
        values.update(range(int(first), int(last) + 1, int(step or 1)))
    return sorted(values)
