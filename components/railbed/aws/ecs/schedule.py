"""Cron's five fields in the notation of EventBridge Scheduler.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from railbed.description.cron import DAYS, CronField, listed, read_schedule


def schedule_expression(cron: str) -> str:
    """`cron(...)` that fires when cron's five fields say.

    Raises `ValueError` for a schedule that EventBridge cannot have: one on a day of the month or of the week.
    """
    schedule = read_schedule(cron)
    if schedule.day.restricts and schedule.weekday.restricts:
        raise ValueError(
            f"schedule '{cron}' names a day of the month and a day of the week, which AWS cannot have in one schedule: "
            "make two tasks, one for each"
        )
    minute, hour, month = _numbers(schedule.minute, 60), _numbers(schedule.hour, 24), _numbers(schedule.month, 12)
    # AWS takes exactly one of the two days, the other one is "?".
    day, weekday = _numbers(schedule.day, 31), "?"
    if len(schedule.weekday.values) < len(DAYS):
        # cron counts from Sunday as 0, AWS from Sunday as 1: names leave no doubt.
        day, weekday = "?", ",".join(DAYS[number] for number in sorted(schedule.weekday.values))
    return f"cron({minute} {hour} {day} {month} {weekday} *)"


def _numbers(field: CronField, count: int) -> str:
    """Steps are written out, as AWS counts those of a range from elsewhere."""
    return "*" if len(field.values) == count else listed(field.values)
