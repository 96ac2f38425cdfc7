"""Scheduled tasks on a Docker host: a container for each, with the application's image, that starts its command in time."""

import json

from railbed.description.app import AppCron
from railbed.description.cron import CronField, read_schedule
from railbed.description.ruby_source import ruby_source

SCHEDULER = ruby_source("scheduler.rb")
STOP_SECONDS = 60
"""For a run that has reached its deadline to end."""


def scheduler_command(task: AppCron) -> list[str]:
    """The command of the container. The image's ENTRYPOINT stays in front of it."""
    return ["ruby", "--disable-gems", "-e", SCHEDULER, json.dumps(_plan(task)), *task.command]


def _plan(task: AppCron) -> dict[str, object]:
    schedule = read_schedule(task.schedule)
    fields = {
        "minute": schedule.minute,
        "hour": schedule.hour,
        "day": schedule.day,
        "month": schedule.month,
        "weekday": schedule.weekday,
    }
    numbers: dict[str, object] = {name: _numbers(field) for name, field in fields.items()}
    return {
        **numbers,
        "either_day": schedule.day.restricts and schedule.weekday.restricts,
        "time_zone": task.time_zone,
        "deadline_seconds": task.deadline_seconds,
        "overlap": task.overlap,
    }


def _numbers(field: CronField) -> list[int]:
    return sorted(field.values)
