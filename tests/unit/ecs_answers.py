"""Takes boto3's place: answers as ECS and CloudWatch document it, and refuses requests that they would refuse."""

from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

TASK = "arn:aws:ecs:eu-central-1:123456789012:task/shop/0123456789abcdef"
Answer = dict[str, Any]


def task(status: str, **fields: Any) -> Answer:
    """A task as DescribeTasks gives it; `exit_code`, `reason` and `waiting` are of its containers."""
    app = {"name": "app", "lastStatus": status}
    for key, name in (("exit_code", "exitCode"), ("reason", "reason")):
        if fields.get(key) is not None:
            app[name] = fields[key]
    containers = [app, *fields.get("others", [])]
    stopped = {"stoppedReason": fields["stopped_reason"]} if "stopped_reason" in fields else {}
    return {"taskArn": fields.get("arn", TASK), "lastStatus": status, "containers": containers, **stopped}


RUNNING = task("RUNNING")
PENDING = task("PENDING")
SUCCEEDED = task("STOPPED", exit_code=0, stopped_reason="Essential container in task exited")


class Aws:
    """What a test lets AWS answer, and everything that AWS was asked.

    `answers` are lists of answers by operation, the last of which stays; one that is a function is given the request.
    """

    def __init__(self, **answers: list[Any]) -> None:
        usual: dict[str, Answer] = {"list_tasks": {"taskArns": []}, "stop_task": {}, "list_executions": {"executions": []}}
        self.answers: dict[str, list[Any]] = {operation: [answer] for operation, answer in usual.items()} | answers
        self.asked: list[tuple[str, Answer]] = []
        self.regions: set[str] = set()
        self.now = 0.0

    def client(self, service: str, *, region_name: str, config: object) -> "_Client":
        self.regions.add(region_name)
        return _Client(self, service)

    def calls(self, operation: str) -> list[Answer]:
        return [request for name, request in self.asked if name == operation]

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        assert self.now < 100_000, "it would wait forever"

    def clock(self) -> float:
        return self.now

    def answer(self, operation: str) -> Any:
        left = self.answers[operation]
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, BaseException):
            raise found
        return found


class _Client:
    def __init__(self, aws: Aws, service: str) -> None:
        self._aws = aws
        self._model = botocore.session.get_session().get_service_model(service)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        name = "".join(word.capitalize() for word in operation.split("_"))
        shape = self._model.operation_model(name).input_shape

        def call(**request: Any) -> Any:
            problems = ParamValidator().validate(request, shape)
            assert not problems.has_errors(), f"AWS would refuse {name}: {problems.generate_report()}"
            self._aws.asked.append((operation, request))
            found = self._aws.answer(operation)
            return found(request) if callable(found) else found

        return call


def refused(operation: str, code: str, message: str) -> ClientError:
    """An error as boto3 raises it."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def log(*lines: str) -> Answer:
    """Lines as GetLogEvents gives them."""
    return {"events": [{"message": line} for line in lines]}


def messages(recorded: list[tuple[str, str]], level: str) -> Iterator[str]:
    """What was logged at a level."""
    return (text for found, text in recorded if found == level)
