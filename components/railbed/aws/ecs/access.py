"""Reading and driving ECS from the Pulumi program itself, for what the provider cannot do: one-off tasks, reasons, logs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from railbed.aws.ecs.task_definition import stream_of

Answer = dict[str, Any]

LOG_ARRIVES_SECONDS = 10.0
"""How long after a container has ended its last lines may still be on their way to CloudWatch."""


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

    def reasons(self) -> str:
        """Why it stopped or does not start, in AWS' own words."""
        told = [self.stopped_reason, *(f"{each.name}: {each.reason}" for each in self.containers if each.reason)]
        return "; ".join(reason for reason in told if reason)


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


@dataclass(frozen=True)
class ServiceState:
    """A service's deployments, and what ECS says of it, the newest first."""

    deployments: list[Deployment]
    events: list[str] = field(default_factory=list)

    @property
    def primary(self) -> Deployment | None:
        """The deployment that the service is to become."""
        return next((each for each in self.deployments if each.status == "PRIMARY"), None)


class TaskPlacementError(Exception):
    """ECS did not take a task on; it may a moment later."""


class EcsAccess:
    """The few calls that running a task and watching a service need; credentials come from the environment, as boto3's do."""

    def __init__(self, region: str, cluster: str, client: Callable[..., Any] | None = None) -> None:
        if client is None:
            # Imported here because it takes half a second: a preview does not need it.
            import boto3

            client = boto3.client
        from botocore.config import Config

        config = Config(connect_timeout=10, read_timeout=30, retries={"mode": "standard", "max_attempts": 5})
        self._ecs: Any = client("ecs", region_name=region, config=config)
        self._logs: Any = client("logs", region_name=region, config=config)
        self._cluster = cluster

    def run_task(self, started_by: str, request: Answer) -> str:
        """Start one task and give its ARN. Raises `TaskPlacementError` when that may go well a moment later."""
        from botocore.exceptions import ClientError

        try:
            answer = self._ecs.run_task(cluster=self._cluster, count=1, startedBy=started_by, **request)
        except ClientError as error:
            message = error.response["Error"].get("Message", "")
            if "assume" in message or "role" in message.lower():  # a role is known everywhere only seconds after it is made
                raise TaskPlacementError(message) from error
            raise
        if answer["tasks"]:
            return str(answer["tasks"][0]["taskArn"])
        raise TaskPlacementError("; ".join(each.get("reason", "") for each in answer["failures"]) or "no reason given")

    def running(self, started_by: str) -> list[str]:
        """ARNs of the tasks that were started by this name and have not ended."""
        found = self._ecs.list_tasks(cluster=self._cluster, startedBy=started_by)["taskArns"]
        return [task.arn for task in self.tasks(found) if not task.stopped]

    def tasks(self, arns: list[str]) -> list[TaskState]:
        """The tasks, as far as ECS knows them."""
        if not arns:
            return []
        return [_task(each) for each in self._ecs.describe_tasks(cluster=self._cluster, tasks=arns)["tasks"]]

    def stop_task(self, arn: str, reason: str) -> None:
        """Stop a task."""
        self._ecs.stop_task(cluster=self._cluster, task=arn, reason=reason)

    def service(self, name: str) -> ServiceState:
        """A service. Raises `LookupError` if there is none of this name."""
        found = self._ecs.describe_services(cluster=self._cluster, services=[name])["services"]
        if not found or found[0].get("status") == "INACTIVE":
            raise LookupError(f"there is no service {name} in {self._cluster}")
        return ServiceState(
            [_deployment(each) for each in found[0].get("deployments", [])],
            [each["message"] for each in found[0].get("events", [])],
        )

    def deploy(self, service: str, task_definition: str) -> None:
        """Start a deployment of this task definition."""
        self._ecs.update_service(
            cluster=self._cluster, service=service, taskDefinition=task_definition, forceNewDeployment=True
        )

    def stopped_tasks(self, service: str) -> list[TaskState]:
        """Tasks of a service that stopped within about the last hour, the newest first."""
        found = self._ecs.list_tasks(cluster=self._cluster, serviceName=service, desiredStatus="STOPPED")["taskArns"]
        if not found:
            return []
        described = self._ecs.describe_tasks(cluster=self._cluster, tasks=found[:100])["tasks"]
        described.sort(key=lambda task: str(task.get("stoppedAt", task.get("createdAt", ""))), reverse=True)
        return [_task(each) for each in described]

    def log(self, group: str, container: str, task: TaskState, lines: int) -> str:
        """The end of a container's log; empty if it has none yet."""
        from botocore.exceptions import ClientError

        try:
            answer = self._logs.get_log_events(
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
    )
