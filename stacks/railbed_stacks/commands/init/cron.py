"""Scheduled commands: Copilot's jobs are written; what runs inside the application is told."""

import re

from railbed.description.cron import read_schedule
from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.copilot import JOB_TYPE, CopilotService
from railbed_stacks.application_files.place import Place
from railbed_stacks.commands.init.clear_commands import put_command
from railbed_stacks.commands.init.draft import Draft
from railbed_stacks.commands.init.names import as_name
from railbed_stacks.commands.init.resources import decide_resources

_WHENEVER = "config/schedule.rb"
_RATE = re.compile(r"@every (\d+)(m|h)")
_EVENT_BRIDGE = re.compile(r"cron\((.+)\)")


def decide_cron(draft: Draft, files: ApplicationFiles) -> None:
    """Write what the settings can say of schedules."""
    for job in (each for each in files.copilot if each.type == JOB_TYPE):
        _decide_job(draft, job)
    if files.has(_WHENEVER):
        draft.note("Tasks of whenever are not read: add each one to app.cron, with its schedule and command", Place(_WHENEVER))
    if files.heroku is not None:
        for addon in files.heroku.addons:
            if addon.value == "scheduler":
                draft.note("Jobs of Heroku Scheduler are in no file: add each one to app.cron", addon.place)


def _decide_job(draft: Draft, job: CopilotService) -> None:
    name, schedule = as_name(job.name), _in_five_fields(job.schedule.value) if job.schedule else None
    if job.schedule is None or schedule is None or job.command is None or not name:
        draft.note(
            f"Scheduled job {job.name} is not written, as its schedule or command is not in the manifest in a form that cron "
            f"knows: add app.cron.{name or 'task'}",
            job.place,
        )
        return
    draft.set(f"app.cron.{name}.schedule", schedule, job.schedule.place)
    put_command(draft, f"app.cron.{name}", job.command.value.words, job.command.place)
    decide_resources(draft, f"app.cron.{name}", job)


def _in_five_fields(schedule: str) -> str | None:
    """A schedule of Copilot in cron's five fields: they, @daily and the like, @every 2h, or EventBridge's cron(...)."""
    if rate := _RATE.fullmatch(schedule):
        count, hours = int(rate[1]), rate[2] == "h"
        if not count or (24 if hours else 60) % count:
            return None  # it would not be even across midnight, or the full hour
        return f"0 */{count} * * *" if hours else f"*/{count} * * * *"
    if event := _EVENT_BRIDGE.fullmatch(schedule):
        fields = event[1].split()
        # Numbers of weekdays are others there, names are the same; and a year has no field in cron.
        same = len(fields) == 6 and fields[5] == "*" and re.fullmatch(r"[?*]|[A-Z,-]+", fields[4])
        schedule = " ".join(fields[:5]).replace("?", "*") if same else ""
    try:
        read_schedule(schedule)
    except ValueError:
        return None
    return schedule
