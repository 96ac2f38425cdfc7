"""Reading and driving ECS from the Pulumi program itself, for what the provider cannot do: one-off tasks, reasons, logs."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from railbed.aws.ecs.task_definition import stream_of
from railbed.aws.ecs.watching.patience import is_lost_sign_in

Answer = dict[str, Any]

LOG_ARRIVES_SECONDS = 10.0
"""How long after a container has ended its last lines may still be on their way to CloudWatch."""

LARGEST_DESCRIPTION = 100
"""Tasks that one DescribeTasks takes."""


@dataclass(frozen=True)
class ContainerState:
    """A container of a task."""

    name: str
    status: str
    exit_code: int | None
    reason: str


@dataclass(frozen=True)
class TaskState:
    """A task, as far as it matters how it goes."""

    arn: str
    status: str
    stopped_reason: str
    containers: list[ContainerState]
    started_by: str = ""
    stop_code: str = ""
    stopped_at: datetime | None = None
    """When it ended, in UTC; None where ECS does not say."""

    @property
    def stopped(self) -> bool:
        """Whether it has ended."""
        return self.status == "STOPPED"

    @property
    def started(self) -> bool:
        """Whether a container of it runs or ran."""
        return any(each.status == "RUNNING" or each.exit_code is not None for each in self.containers)

    @property
    def id(self) -> str:
        """Last part of its ARN."""
        return self.arn.rsplit("/", 1)[-1]

    def reasons(self, *, besides: str = "") -> str:
        """Why it stopped or does not start, in AWS' own words, besides what ECS was given as the reason."""
        stopped = self.stopped_reason or self.stop_code
        told = [
            "" if stopped == besides else stopped,
            *(f"{each.name}: {each.reason}" for each in self.containers if each.reason),
        ]
        return "; ".join(reason for reason in told if reason)

    def end(self) -> str:
        """Why and how it ended: AWS' own words, and the exit codes of its containers."""
        codes = [f"{each.name} ended with exit code {each.exit_code}" for each in self.containers if each.exit_code is not None]
        return "; ".join(part for part in (self.reasons(), *codes) if part)


@dataclass(frozen=True)
class Deployment:
    """A deployment of a service."""

    id: str
    status: str
    """PRIMARY is what the service is to become, ACTIVE what it still is in part."""
    task_definition: str
    rollout: str
    """COMPLETED, FAILED or IN_PROGRESS."""
    reason: str
    running: int
    desired: int
    created: Any = None
    """When it began, by ECS' own clock; None if it does not say."""


@dataclass(frozen=True)
class ServiceState:
    """A service's deployments, and what ECS says of it, the newest first."""

    deployments: list[Deployment]
    events: list[tuple[Any, str]] = field(default_factory=list)
    """Each with its time by ECS' own clock, or None."""

    @property
    def primary(self) -> Deployment | None:
        """The deployment that the service is to become."""
        return next((each for each in self.deployments if each.status == "PRIMARY"), None)

    def events_since(self, deployment: Deployment) -> list[str]:
        """What ECS has said since a deployment began: what it said of an earlier release is no reason of this one."""
        begun = deployment.created
        return [text for time, text in self.events if begun is None or time is None or time >= begun]


class TaskPlacementError(Exception):
    """ECS did not take a task on; it may a moment later."""


_MAY_BE_PLACED_LATER = re.compile(
    # A role is known everywhere only seconds after it is made, instances join a cluster minutes after it.
    r"assume|\brole\b|capacity is unavailable|limit on the number|no container instances were found",
    re.IGNORECASE,
)


class EcsAccess:
    """The few calls that running a task and watching a service need; credentials come from the environment, as boto3's do."""

    def __init__(self, region: str, cluster: str, client: Callable[..., Any] | None = None) -> None:
        self._region, self._cluster, self._client = region, cluster, client
        self._connect()

    def _connect(self) -> None:
        # Imported here because it takes half a second: a preview does not need it.
        import boto3
        from botocore.config import Config

        client = self._client or boto3.client
        config = Config(connect_timeout=10, read_timeout=30, retries={"mode": "standard", "max_attempts": 5})
        self._clients: dict[str, Any] = {
            service: client(service, region_name=self._region, config=config) for service in ("ecs", "logs")
        }

    def _ask(self, operation: str, *, of: str = "ecs", **request: Any) -> Answer:
        try:
            answer: Answer = getattr(self._clients[of], operation)(**request)
        except Exception as error:
            if is_lost_sign_in(error):  # the user may sign in again while this waits
                _forget_credentials()
                self._connect()
            raise
        return answer

    def run_task(self, started_by: str, client_token: str, request: Answer) -> str:
        """Start one task and give its ARN; with the same token again, the ARN of the same task.

        Raises `TaskPlacementError` when that may go well a moment later.
        """
        from botocore.exceptions import ClientError

        try:
            answer = self._ask(
                "run_task", cluster=self._cluster, count=1, startedBy=started_by, clientToken=client_token, **request
            )
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            if code == "ConflictException" and (known := error.response.get("resourceIds")):
                return str(known[0])  # started by a request whose answer was lost
            if code != "AccessDeniedException" and _MAY_BE_PLACED_LATER.search(message):
                raise TaskPlacementError(message) from error
            raise
        if answer["tasks"]:
            return str(answer["tasks"][0]["taskArn"])
        told = [" ".join(filter(None, (each.get("reason"), each.get("detail")))) for each in answer["failures"]]
        raise TaskPlacementError("; ".join(filter(None, told)) or "no reason given")

    def running(self, started_by: str) -> list[TaskState]:
        """Tasks that were started by this name and have not ended, those too that are being stopped."""
        # A task that is being stopped runs code until it has stopped, and is listed only where all that should stop are.
        found = [arn for status in ("RUNNING", "STOPPED") for arn in self._list(startedBy=started_by, desiredStatus=status)]
        tasks = self.tasks(list(dict.fromkeys(found)))
        return [task for task in tasks if not task.stopped and task.started_by in ("", started_by)]

    def _list(self, **filters: str) -> Iterator[str]:
        token: dict[str, str] = {}
        while True:
            answer = self._ask("list_tasks", cluster=self._cluster, **filters, **token)
            yield from answer["taskArns"]
            if not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def tasks(self, arns: list[str]) -> list[TaskState]:
        """The tasks, as far as ECS knows them."""
        return [_task(each) for each in self._described(arns)]

    def _described(self, arns: list[str]) -> list[Answer]:
        return [
            task
            for begin in range(0, len(arns), LARGEST_DESCRIPTION)
            for task in self._ask("describe_tasks", cluster=self._cluster, tasks=arns[begin : begin + LARGEST_DESCRIPTION])[
                "tasks"
            ]
        ]

    def stop_task(self, arn: str, reason: str) -> None:
        """Stop a task."""
        self._ask("stop_task", cluster=self._cluster, task=arn, reason=reason)

    def service(self, name: str) -> ServiceState:
        """A service. Raises `LookupError` if there is none of this name."""
        found = self._ask("describe_services", cluster=self._cluster, services=[name])["services"]
        if not found or found[0].get("status") == "INACTIVE":
            raise LookupError(f"there is no service {name} in {self._cluster}")
        return ServiceState(
            [_deployment(each) for each in found[0].get("deployments", [])],
            [(each.get("createdAt"), each["message"]) for each in found[0].get("events", [])],
        )

    def deploy(self, service: str, task_definition: str) -> None:
        """Start a deployment of this task definition."""
        self._ask(
            "update_service",
            cluster=self._cluster,
            service=service,
            taskDefinition=task_definition,
            forceNewDeployment=True,
        )

    def stopped_tasks(self, service: str = "", *, family: str = "") -> list[TaskState]:
        """Tasks of a service or family that stopped within about the last hour, the newest first."""
        of = {"serviceName": service} if service else {"family": family}
        described = self._described(list(self._list(**of, desiredStatus="STOPPED")))
        described = [task for task in described if task.get("lastStatus") == "STOPPED"]
        described.sort(key=lambda task: str(task.get("stoppedAt", task.get("createdAt", ""))), reverse=True)
        return [_task(each) for each in described]

    def log(self, group: str, container: str, task: TaskState, lines: int) -> str:
        """The end of a container's log; empty if it has none yet."""
        from botocore.exceptions import ClientError

        try:
            answer = self._ask(
                "get_log_events",
                of="logs",
                logGroupName=group,
                logStreamName=stream_of(container, task.id),
                limit=lines,
                startFromHead=False,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return ""
            raise
        return "\n".join(event["message"] for event in answer["events"])


def _forget_credentials() -> None:
    """Let boto3's default session look credentials up again, for the profile that it was given."""
    import boto3

    default = boto3.DEFAULT_SESSION
    if default is None:
        return
    with contextlib.suppress(Exception):  # (what cannot be looked up is not known from elsewhere)
        credentials = default.get_credentials()
        if credentials is not None and credentials.method == "explicit":
            return  # the program named them itself
    known = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or "default"
    profile = default.profile_name
    boto3.setup_default_session(profile_name=None if profile == known else profile)


def _task(task: Answer) -> TaskState:
    return TaskState(
        arn=task["taskArn"],
        status=task.get("lastStatus", ""),
        stopped_reason=task.get("stoppedReason", ""),
        containers=[
            ContainerState(each["name"], each.get("lastStatus", ""), each.get("exitCode"), each.get("reason", ""))
            for each in task.get("containers", [])
        ],
        started_by=task.get("startedBy", ""),
        stop_code=task.get("stopCode", ""),
        stopped_at=ended.astimezone(UTC) if isinstance(ended := task.get("stoppedAt"), datetime) else None,
    )


def _deployment(deployment: Answer) -> Deployment:
    return Deployment(
        id=deployment["id"],
        status=deployment["status"],
        task_definition=deployment["taskDefinition"],
        rollout=deployment.get("rolloutState", ""),
        reason=deployment.get("rolloutStateReason", ""),
        running=deployment.get("runningCount", 0),
        desired=deployment.get("desiredCount", 0),
        created=deployment.get("createdAt"),
    )
