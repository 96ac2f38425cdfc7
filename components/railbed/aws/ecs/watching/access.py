"""Reading and driving ECS from the Pulumi program itself, for what the provider cannot do: one-off tasks, reasons, logs."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from railbed.aws.configuration import AwsConfiguration
from railbed.aws.ecs.states import ContainerState, Deployment, FailedStart, ServiceState, TaskState
from railbed.aws.ecs.task_definition import stream_of
from railbed.aws.ecs.watching.patience import is_lost_sign_in
from railbed.aws.identity import AwsIdentity
from railbed.aws.session import AwsSession, session_of

Answer = dict[str, Any]

LOG_ARRIVES_SECONDS = 10.0
"""How long after a container has ended its last lines may still be on their way to CloudWatch."""

LARGEST_DESCRIPTION = 100
"""Tasks that one DescribeTasks takes."""


Connect: TypeAlias = "Callable[[str, str], EcsAccess]"
"""Connects to the cluster of a region."""


class TaskPlacementError(Exception):
    """ECS did not take a task on; it may a moment later."""


_MAY_BE_PLACED_LATER = re.compile(
    # A role is known everywhere only seconds after it is made, instances join a cluster minutes after it.
    r"assume|\brole\b|capacity is unavailable|limit on the number|no container instances were found",
    re.IGNORECASE,
)


class EcsAccess:
    """The few calls that running a task and watching a service need, by the identity of the program."""

    def __init__(self, region: str, cluster: str, session: AwsSession) -> None:
        self._region, self._cluster, self._session = region, cluster, session

    def _ask(self, operation: str, *, of: str = "ecs", **request: Any) -> Answer:
        try:
            answer: Answer = getattr(self._session.client(of, self._region), operation)(**request)
        except Exception as error:
            if is_lost_sign_in(error):  # the user may sign in again while this waits
                self._session.renew()
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
        tasks = self._all(startedBy=started_by)
        return [task for task in tasks if not task.stopped and task.started_by in ("", started_by)]

    def replaced(self, service: str, deployment_id: str) -> list[TaskState]:
        """Tasks of a service that another deployment started and that still work, those too that are being stopped."""
        tasks = self._all(serviceName=service)
        return [task for task in tasks if task.works and task.started_by not in ("", deployment_id)]

    def _all(self, **filters: str) -> list[TaskState]:
        # A task that is being stopped runs code until it has stopped, and is listed only where all that should stop are.
        found = [arn for status in ("RUNNING", "STOPPED") for arn in self._list(**filters, desiredStatus=status)]
        return self.tasks(list(dict.fromkeys(found)))

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

    def deploy(self, service: str, task_definition: str) -> Deployment | None:
        """Start a deployment of this task definition, and give it; None if ECS does not say which it is."""
        answer = self._ask(
            "update_service",
            cluster=self._cluster,
            service=service,
            taskDefinition=task_definition,
            forceNewDeployment=True,
        )
        found = map(_deployment, answer["service"].get("deployments", []))
        return next((each for each in found if each.status == "PRIMARY" and each.task_definition == task_definition), None)

    def stopped_tasks(self, service: str = "", *, family: str = "") -> list[TaskState]:
        """Tasks of a service or family that stopped within about the last hour, the newest first."""
        of = {"serviceName": service} if service else {"family": family}
        described = self._described(list(self._list(**of, desiredStatus="STOPPED")))
        described = [task for task in described if task.get("lastStatus") == "STOPPED"]
        described.sort(key=lambda task: str(task.get("stoppedAt", task.get("createdAt", ""))), reverse=True)
        return [_task(each) for each in described]

    def failed_start(self, state_machine_arn: str) -> FailedStart | None:
        """How the last execution of a state machine failed; None if it did not, or there is none."""
        found = self._ask("list_executions", of="stepfunctions", stateMachineArn=state_machine_arn, maxResults=1)["executions"]
        if not found or found[0]["status"] not in ("FAILED", "TIMED_OUT", "ABORTED"):
            return None
        told = self._ask("describe_execution", of="stepfunctions", executionArn=found[0]["executionArn"])
        words = ": ".join(filter(None, (told.get("error"), told.get("cause")))) or found[0]["status"]
        return FailedStart(found[0]["startDate"].astimezone(UTC), words)

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


def access_as(identity: AwsIdentity | None) -> Connect:
    """What connects to a cluster by this identity, or by the stack's: its config is known now, and not in a hook."""
    session = session_of(AwsConfiguration.of_stack().signed_in_as(identity))
    return partial(EcsAccess, session=session)


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
