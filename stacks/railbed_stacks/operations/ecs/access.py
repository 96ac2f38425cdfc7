"""The application's services and tasks on ECS, and why AWS does not show or change them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from railbed.aws.configuration import AwsConfiguration
from railbed.aws.ecs.task import CONTAINER
from railbed.aws.ecs.watching.access import EcsAccess
from railbed.aws.ecs.watching.patience import is_lost_sign_in, words_of
from railbed.aws.session import session_of
from railbed_stacks.operations.errors import OperationError

Answer = dict[str, Any]

LARGEST_QUESTION = 10
"""Services that one DescribeServices takes."""

FORBIDDEN = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


@dataclass(frozen=True)
class EcsPlace:
    """Where an application is on ECS."""

    region: str
    cluster: str
    services: Mapping[str, str]
    """Names of services by part: web, workers.NAME."""
    families: Mapping[str, str]
    """Families of task definitions by part that runs at times: migration, cron.NAME, console."""


class EcsTasks:
    """What ECS and CloudWatch tell of an application, by the identity of the stack's config."""

    def __init__(self, place: EcsPlace) -> None:
        self.place = place
        self._session = session_of(AwsConfiguration.of_stack())
        self.access = EcsAccess(place.region, place.cluster, self._session)

    def ask(self, service: str, operation: str, /, **request: Any) -> Answer:
        """Ask AWS. Raises `OperationError`."""
        with explained():
            return self.ask_as_it_is(service, operation, **request)

    def ask_as_it_is(self, service: str, operation: str, /, **request: Any) -> Answer:
        """The same with boto3's own errors."""
        answer: Answer = getattr(self._session.client(service, self.place.region), operation)(**request)
        return answer

    def services(self) -> dict[str, Answer]:
        """The services by part, as ECS describes them."""
        names = list(self.place.services.values())
        found = {
            each["serviceName"]: each
            for begin in range(0, len(names), LARGEST_QUESTION)
            for each in self.ask(
                "ecs",
                "describe_services",
                cluster=self.place.cluster,
                services=names[begin : begin + LARGEST_QUESTION],
            )["services"]
        }
        return {part: found[name] for part, name in self.place.services.items() if name in found}

    def definition(self, task_definition: str) -> Answer:
        """A task definition by its ARN, or the newest one of a family."""
        found: Answer = self.ask("ecs", "describe_task_definition", taskDefinition=task_definition)["taskDefinition"]
        return found

    def running(self, **of: str) -> list[str]:
        """ARNs of the tasks of a service or family that run."""
        arns: list[str] = []
        token: dict[str, str] = {}
        while True:
            answer = self.ask("ecs", "list_tasks", cluster=self.place.cluster, desiredStatus="RUNNING", **of, **token)
            arns += answer["taskArns"]
            if not answer.get("nextToken"):
                return arns
            token = {"nextToken": answer["nextToken"]}


def container_of(definition: Answer) -> Answer:
    """The container of the application."""
    found: Answer = next(each for each in definition["containerDefinitions"] if each["name"] == CONTAINER)
    return found


def log_group_of(part: str, definition: Answer) -> str:
    """The group of a part's log. Raises `OperationError` where it is not in CloudWatch."""
    logs = container_of(definition).get("logConfiguration") or {}
    if logs.get("logDriver") != "awslogs":
        raise OperationError(
            f"the log of {part} is not in CloudWatch: ecs.log_router_options send it elsewhere, where it can be read"
        )
    return str(logs["options"]["awslogs-group"])


@contextmanager
def explained() -> Iterator[None]:
    """What AWS refuses, in words for the user. Raises `OperationError`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        words = words_of(error)
        if error.response["Error"]["Code"] in FORBIDDEN:
            raise OperationError(f"you may not do that on AWS: ask for the right. AWS says: {words}") from None
        if is_lost_sign_in(error):
            raise OperationError(f"sign in to AWS again. AWS says: {words}") from None
        raise OperationError(f"AWS says: {words}") from None
    except BotoCoreError as error:
        remedy = "sign in to AWS again" if is_lost_sign_in(error) else "AWS cannot be reached or used"
        raise OperationError(f"{remedy}: {words_of(error)}") from None
