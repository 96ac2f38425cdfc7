"""The API of ECS and of CloudWatch's logs, as far as a deployment asks it: answers in the documented form, and no scheduler.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.engine.local_server import local_server
from tests.engine.recording_provider import Record

Answer = dict[str, Any]

BREAKER = "ECS deployment circuit breaker: tasks failed to start."
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html"""


class ThrottledError(Exception):
    """A request that AWS does not answer now."""


@dataclass
class EcsApi:
    """What ECS would know of the services and tasks of a recorded stack, and how they are to go."""

    record: Record
    exit_code: int = 0
    """Of the tasks that are started from now on; they end at once."""
    log: list[str] = field(default_factory=lambda: ["== migrated"])
    """What every task prints."""
    holding: bool = False
    """Whether tasks that are started from now on run until they are let go."""
    out_of_reach: bool = False
    """Whether nobody can stop a task any more, as when the machine that started it is lost."""
    throttled: set[str] = field(default_factory=set)
    """Operations that AWS refuses for now, as too many."""
    failing: set[str] = field(default_factory=set)
    """Services whose new deployments ECS gives up and rolls back."""
    asked: list[tuple[str, Answer]] = field(default_factory=list)
    tasks: dict[str, Answer] = field(default_factory=dict)
    """Tasks that were started, by ARN."""
    running: threading.Event = field(default_factory=threading.Event)
    """Set once a task runs that does not end by itself."""
    _deployed: dict[str, list[str]] = field(default_factory=dict)
    """Task definitions of a service, the newest last."""
    _wanted: dict[str, str] = field(default_factory=dict)
    _begun: dict[str, int] = field(default_factory=dict)
    """The newest deployment of a service, by its number, that was seen in progress."""

    def calls(self, operation: str) -> list[Answer]:
        """Requests of one operation."""
        return [request for name, request in self.asked if name == operation]

    def forget(self) -> None:
        """Forget what was asked before."""
        self.asked.clear()

    def let_go(self) -> None:
        """Let all tasks end, and those that come."""
        self.holding = self.out_of_reach = False
        self.throttled.clear()
        for task in self.tasks.values():
            task.update(self._ended())

    def stopping(self) -> None:
        """Let all tasks be on the way to their end: told to stop, and still running code."""
        for task in self.tasks.values():
            task |= {"desiredStatus": "STOPPED", "lastStatus": "DEACTIVATING"}

    def answer(self, operation: str, request: Answer) -> Answer:
        """The answer to a request. Raises `ThrottledError`."""
        self.asked.append((operation, request))
        if operation in self.throttled:
            raise ThrottledError
        return dict(getattr(self, f"_{operation}")(request))

    def _RunTask(self, request: Answer) -> Answer:  # noqa: N802
        for known in self.tasks.values():
            if known["clientToken"] == request["clientToken"]:
                return {"tasks": [known], "failures": []}
        arn = f"arn:aws:ecs:eu-central-1:123456789012:task/shop/{len(self.tasks):032x}"
        running = {"desiredStatus": "RUNNING", "lastStatus": "RUNNING", "containers": [_container("RUNNING")]}
        state = running if self.holding else self._ended()
        self.tasks[arn] = {"taskArn": arn, **{key: request[key] for key in ("startedBy", "clientToken")}, **state}
        if self.holding:
            self.running.set()
        return {"tasks": [self.tasks[arn]], "failures": []}

    def _StopTask(self, request: Answer) -> Answer:  # noqa: N802
        task = self.tasks[request["task"]]
        if self.out_of_reach:
            return {"task": task}
        task |= self._ended() | {"stoppedReason": request["reason"], "containers": [_container("STOPPED", 143)]}
        return {"task": task}

    def _ListTasks(self, request: Answer) -> Answer:  # noqa: N802
        if "serviceName" in request:
            return {"taskArns": [_stopped_task(name) for name in self.failing if request["serviceName"].startswith(name)]}
        if "family" in request:
            return {"taskArns": []}  # no scheduled task has run
        mine = [arn for arn, task in self.tasks.items() if task["startedBy"] == request["startedBy"]]
        return {
            "taskArns": [arn for arn in mine if self.tasks[arn]["desiredStatus"] == request.get("desiredStatus", "RUNNING")]
        }

    def _DescribeTasks(self, request: Answer) -> Answer:  # noqa: N802
        gone = {
            "lastStatus": "STOPPED",
            "stoppedReason": "Task failed ELB health checks",
            "containers": [_container("STOPPED", 1)],
        }
        return {"tasks": [self.tasks.get(arn, {"taskArn": arn, **gone}) for arn in request["tasks"]]}

    def _DescribeServices(self, request: Answer) -> Answer:  # noqa: N802
        (service,) = request["services"]
        self._take_over()
        deployed = self._deployed[service]
        newest = {
            "id": f"ecs-svc/{len(deployed)}",
            "status": "PRIMARY",
            "taskDefinition": deployed[-1],
            "rolloutState": "COMPLETED",
            "rolloutStateReason": "ECS deployment completed.",
            "runningCount": 2,
            "desiredCount": 2,
        }
        deployments = [newest]
        if any(service.startswith(name) for name in self.failing) and self._begun.get(service) != len(deployed):
            self._begun[service] = len(deployed)  # ECS gives no deployment up at once
            deployments = [{**newest, "rolloutState": "IN_PROGRESS", "runningCount": 0}]
        elif any(service.startswith(name) for name in self.failing):
            before = {**newest, "id": "ecs-svc/0", "taskDefinition": deployed[-2]}
            failed = {**newest, "status": "ACTIVE", "rolloutState": "FAILED", "rolloutStateReason": BREAKER, "runningCount": 0}
            deployments = [before, failed]
        events = [{"message": f"(service {service}) has reached a steady state."}]
        return {"services": [{"serviceName": service, "status": "ACTIVE", "deployments": deployments, "events": events}]}

    def _UpdateService(self, request: Answer) -> Answer:  # noqa: N802
        service, definition = request["service"], request["taskDefinition"]
        self._deployed[service].append(definition)
        begun = {"id": f"ecs-svc/{len(self._deployed[service])}", "status": "PRIMARY", "taskDefinition": definition}
        return {"service": {"serviceName": service, "deployments": [{**begun, "rolloutState": "IN_PROGRESS"}]}}

    def _ListExecutions(self, request: Answer) -> Answer:  # noqa: N802
        return {"executions": []}  # no schedule has come due

    def _GetLogEvents(self, request: Answer) -> Answer:  # noqa: N802
        return {"events": [{"message": line} for line in self.log]}

    def roll_back(self, service: str) -> None:
        """Let a service be back at what it ran before, with nothing of the failed deployment left."""
        self.failing.discard(service)
        for name, deployed in self._deployed.items():
            if name.startswith(service):
                deployed.append(deployed[-2])

    def _take_over(self) -> None:
        """Deploy what the provider has given to services since."""
        for operation in self.record.done:
            name, wanted = str(operation.inputs.get("name")), operation.inputs.get("taskDefinition")
            if operation.kind == "Service" and wanted and self._wanted.get(name) != wanted:
                self._wanted[name] = wanted
                self._deployed.setdefault(name, []).append(wanted)

    def _ended(self) -> Answer:
        reason = "Essential container in task exited"
        ended = {"desiredStatus": "STOPPED", "lastStatus": "STOPPED", "stoppedReason": reason}
        return {**ended, "containers": [_container("STOPPED", self.exit_code)]}


@contextmanager
def serving(api: EcsApi) -> Iterator[str]:
    """The API at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            try:
                status, answer = 200, api.answer(operation, request)
            except ThrottledError:
                status, answer = 400, {"__type": "ThrottlingException", "message": "Rate exceeded"}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with local_server(Handler) as address:
        yield address


def _container(status: str, exit_code: int | None = None) -> Answer:
    return {"name": "app", "lastStatus": status, **({} if exit_code is None else {"exitCode": exit_code})}


def _stopped_task(service: str) -> str:
    return f"arn:aws:ecs:eu-central-1:123456789012:task/shop/stopped-{service}"
