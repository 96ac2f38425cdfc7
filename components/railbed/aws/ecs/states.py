"""What ECS says of tasks, deployments and services, as far as it matters how they go."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ContainerState:
    """A container of a task."""

    name: str
    status: str
    exit_code: int | None
    reason: str


_WITHOUT_CONTAINERS = ("DEPROVISIONING", "STOPPED", "DELETED")
"""After its containers have stopped, a task of network mode awsvpc gives its network interface back, which takes a while.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html"""


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
    def works(self) -> bool:
        """Whether a container of it may still run, or is yet to."""
        return self.status not in _WITHOUT_CONTAINERS

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


@dataclass(frozen=True)
class FailedStart:
    """A scheduled run that has not started."""

    time: datetime
    """When it should have, in UTC."""
    words: str
    """Why, in AWS' words."""
