"""EcsTaskRun: a one-off task in the graph, such as the database migration of a release."""

import pulumi
from pulumi_aws.ecs import TaskDefinition, TaskDefinitionArgs
from pulumi_aws.ssm import Parameter, ParameterArgs
from pydantic import Field

from railbed.args import EcsTaskRunArgs
from railbed.aws.ecs.component import EcsComponent
from railbed.aws.ecs.container_fields import CONTAINER_FIELDS
from railbed.aws.ecs.network import run_request
from railbed.aws.ecs.record import record_of
from railbed.aws.ecs.task import CONTAINER, EcsTask, EcsTaskOptions, Properties
from railbed.aws.ecs.task_definition import DefinedTask
from railbed.aws.ecs.watching.access import access_as
from railbed.aws.ecs.watching.stop_reasons import settings_of
from railbed.aws.ecs.watching.task_runner import RunPlan, TaskRunner
from railbed.aws.names import PARAMETER, SECURITY_GROUP
from railbed.description.command import Command
from railbed.description.commands import WAIT_FOR_DATABASE, phase_environment
from railbed.description.decided_variables import Deciding, of_migration
from railbed.enums import MigrationPhase
from railbed.validation.overrides import Known, check_overrides
from railbed.validation.rules import rule
from railbed.watching.log_text import Redaction
from railbed.watching.previews import known_in_previews

WAITING_CONTAINER = "wait-for-database"
STOP_SECONDS = 30
IMAGE_TAG = "railbed:image"


class EcsTaskRunOptions(EcsTaskOptions):
    """Options of EcsTaskRun."""

    command: Command = ["bin/rails", "db:prepare"]
    """Command whose exit code decides, one item a word. Default bin/rails db:prepare."""
    purpose: str = "migration"
    """What messages call it. Default migration."""
    phase: MigrationPhase = MigrationPhase.ONLY
    """Which part of the migration: only, pre or post. "only" migrates all; "pre" leaves post-deployment migrations out
    (SKIP_POST_DEPLOYMENT_MIGRATIONS=true); "post" runs them, after the services whose images it is given. Default only."""
    deadline_seconds: int = Field(3600, ge=10, le=86400)
    """Seconds after which the task is stopped and has failed. Default 3600."""
    start_seconds: int = Field(300, ge=10, le=3600)
    """Seconds in which its container must have started; then it is stopped with the reason. Default 300."""
    database_seconds: int = Field(120, ge=0, le=3600)
    """Seconds to wait for the database of DATABASE_URL to accept connections; 0 does not wait. Default 120."""

    def deciding(self) -> list[Deciding]:
        """The task's own settings decide its variables."""
        return [of_migration(self, phases=None if self.phase is MigrationPhase.ONLY else "phase")]

    @rule
    def _overrides_are_known(self) -> None:
        children: dict[str, Known] = {
            "task_definition": TaskDefinitionArgs,
            "record": ParameterArgs,
            "container": CONTAINER_FIELDS,
        }
        check_overrides(self.overrides, children)


class EcsTaskRunModel(EcsTaskRunOptions, EcsTask):
    """Arguments of EcsTaskRun."""


class EcsTaskRun(EcsComponent[EcsTaskRunModel]):
    """A command that runs once for every change of its image, command, environment or secrets: the migration of a release.

    It runs in a task of its own, to its end, before anything that is given its `image` output changes; its exit code decides.
    When it fails, `pulumi up` fails with the end of its log or the reason why it did not start, and the next one runs it
    again. A `pulumi up` that is ended at once, as by the second Ctrl-C, stops it. A parameter of SSM records the task
    definition that ran last.

    Raises `InvalidArguments` before anything is registered.
    """

    NAME_RULES = (PARAMETER, SECURITY_GROUP)

    image: pulumi.Output[str]
    """The image whose run has finished; known in previews."""
    task_definition_arn: pulumi.Output[str]
    """ARN of the task definition, to run it by hand."""
    log_group_name: pulumi.Output[str]
    """Group of its logs in CloudWatch."""

    def __init__(self, name: str, args: EcsTaskRunArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, EcsTaskRunModel, opts)
        run = self._arguments

        waits = bool(run.database_seconds and "DATABASE_URL" in {**run.env, **run.secrets, **run.secret_references})
        defaults = phase_environment(run.phase, run.database_seconds)
        task = DefinedTask(name, run, self, command=run.command, defaults=defaults)
        definition = _defined(task, waits)
        record = self._record(name, run, task, definition, waits)

        # From the record in the state, not from the argument: an `up` that leaves the run out leaves the services their image.
        self.image = known_in_previews(record.tags[IMAGE_TAG], run.image)
        self.task_definition_arn = definition.arn
        self.log_group_name = task.log_group.name
        self._register_outputs()

    def _record(self, name: str, run: EcsTaskRunModel, task: DefinedTask, definition: TaskDefinition, waits: bool) -> Parameter:
        plan, redaction = RunPlan(), Redaction()
        runner = TaskRunner(
            component=self,
            subject=run.purpose,
            containers=[*task.preparing, *([WAITING_CONTAINER] if waits else []), CONTAINER],
            start_seconds=run.start_seconds,
            deadline_seconds=run.deadline_seconds,
            plan=plan,
            redaction=redaction,
            connect=access_as(run.identity),
            settings=settings_of(run),
        )

        def ready(known: Properties) -> str:
            plan.region, plan.cluster, plan.log_group = known["region"], known["cluster"], known["log_group"]
            plan.request = known["request"]
            redaction.add(map(str, known["secrets"]))
            return str(known["ran"])

        # Everything that the hook needs is waited for here; what is recorded is no secret.
        ran = pulumi.Output.all(
            region=run.region_output(),
            cluster=run.cluster_arn,
            log_group=task.log_group.name,
            request=run_request(run, definition.arn),
            secrets=[*run.secrets.values(), *run.hidden_values],
            ran=definition.arn,
        ).apply(ready)
        hook = pulumi.ResourceHook(f"railbed:EcsTaskRun:{name}:run", runner.run)
        properties: Properties = {
            "description": f"Task definition that the {run.purpose} ran with last",
            "tags": {IMAGE_TAG: run.image},
        }
        return record_of(name, ran, hook, run.start_seconds + run.deadline_seconds, properties, run.overrides, self)


def _defined(task: DefinedTask, waits: bool) -> TaskDefinition:
    task.container.setdefault("stopTimeout", STOP_SECONDS)
    if not waits:
        return task.register()
    waiting = task.container_of(WAITING_CONTAINER, None, essential=False)
    waiting["entryPoint"] = ["ruby", "-e", WAIT_FOR_DATABASE]
    condition = {"containerName": WAITING_CONTAINER, "condition": "SUCCESS"}
    task.container["dependsOn"] = [*task.container.get("dependsOn", []), condition]
    return task.register(waiting)
