"""EcsScheduledTask: a command of the application on a schedule."""

import pulumi
from pulumi_aws.ecs import TaskDefinitionArgs
from pulumi_aws.scheduler import Schedule, ScheduleArgs
from pydantic import Field

from railbed.args import EcsScheduledTaskArgs
from railbed.aws.ecs.component import EcsComponent
from railbed.aws.ecs.container_fields import CONTAINER_FIELDS
from railbed.aws.ecs.log_router import LogRouterOptions
from railbed.aws.ecs.schedule import schedule_expression
from railbed.aws.ecs.scheduled_start import LATEST_START_SECONDS, ScheduledStart
from railbed.aws.ecs.task import EcsTask, EcsTaskOptions, Properties
from railbed.aws.ecs.task_definition import DefinedTask
from railbed.aws.ecs.watching.access import access_as
from railbed.aws.ecs.watching.run_observer import RunObserver
from railbed.description.command import Command
from railbed.description.cron import CronExpression, check_time_zone, read_schedule
from railbed.validation.overrides import Known, check_overrides, merged
from railbed.validation.rules import rule

STOP_SECONDS = 30


class EcsScheduledTaskOptions(EcsTaskOptions, LogRouterOptions):
    """Options of EcsScheduledTask."""

    schedule: CronExpression
    """When, in cron's five fields or as @hourly, @daily and the like; not on a day of the month and of the week at once."""
    command: Command
    """What to run, one item a word."""
    time_zone: str = "Etc/UTC"
    """Time zone of the schedule, as in "Europe/Berlin". Default Etc/UTC."""
    deadline_seconds: int = Field(3600, ge=1, le=86400)
    """Seconds after which a run is stopped, with `timeout` of the image, which Debian and Alpine have. Default 3600."""
    overlap: bool = False
    """Whether a run may start while the one before it still runs. Default false: it is left out."""
    suspended: bool = False
    """Whether it does not run at its times. Default false."""

    @rule
    def _schedule_comes(self) -> None:
        read_schedule(self.schedule)
        schedule_expression(self.schedule)

    @rule
    def _time_zone_is_known(self) -> None:
        check_time_zone(self.time_zone)

    @rule
    def _overrides_are_known(self) -> None:
        children: dict[str, Known] = {
            "schedule": ScheduleArgs,
            "task_definition": TaskDefinitionArgs,
            "container": CONTAINER_FIELDS,
        }
        check_overrides(self.overrides, children)


class EcsScheduledTaskModel(EcsScheduledTaskOptions, EcsTask):
    """Arguments of EcsScheduledTask."""


class EcsScheduledTask(EcsComponent[EcsScheduledTaskModel]):
    """A command of the application that runs on a schedule (EventBridge Scheduler), in a task of its own.

    A run that fails is not repeated before its next time. A small state machine (Step Functions) starts it, again while ECS
    throttles or has no capacity; one that could not start within 5 minutes of its time is left out. Without `overlap` so is
    one while the run before it still runs. `pulumi up` warns if the last run could not start, or if it failed, as long as ECS
    knows it: for about an hour.

    Raises `InvalidArguments` before anything is registered.
    """

    schedule_name: pulumi.Output[str]
    """Name of the schedule."""
    task_definition_arn: pulumi.Output[str]
    """ARN of the task definition; `aws ecs run-task` runs it now."""
    log_group_name: pulumi.Output[str]
    """Group of its logs in CloudWatch."""

    def __init__(self, name: str, args: EcsScheduledTaskArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, EcsScheduledTaskModel, opts)
        given = self._arguments

        # ECS has no deadline for tasks.
        command = ["timeout", "-k", str(STOP_SECONDS), str(given.deadline_seconds), *given.command]
        task = DefinedTask(name, given, self, command=command)
        task.container.setdefault("stopTimeout", STOP_SECONDS)
        definition = task.register()
        start = ScheduledStart(name, given, definition, task.roles, self, overlap=given.overlap)
        schedule = self._schedule(name, given, start.target())
        observer = RunObserver(self, given, given.deadline_seconds, access_as(given.identity))
        observer.follow(task, definition, start.arn)

        self.schedule_name = schedule.name
        self.task_definition_arn = definition.arn
        self.log_group_name = task.log_group.name
        self._register_outputs()

    def _schedule(self, name: str, given: EcsScheduledTaskModel, target: Properties) -> Schedule:
        properties: Properties = {
            # AWS takes 38 characters before those that the provider adds.
            "name_prefix": f"{name[:37]}-",
            "schedule_expression": schedule_expression(given.schedule),
            "schedule_expression_timezone": given.time_zone,
            "flexible_time_window": {"mode": "OFF"},
            "state": "DISABLED" if given.suspended else "ENABLED",
            "target": {
                **target,
                "retry_policy": {"maximum_event_age_in_seconds": LATEST_START_SECONDS, "maximum_retry_attempts": 3},
            },
        }
        return Schedule(
            name,
            **merged(properties, given.overrides.get("schedule", {})),
            opts=pulumi.ResourceOptions(parent=self),
        )
