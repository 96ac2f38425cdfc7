"""Logs of tasks in CloudWatch: their end, and what they write from then on, also tasks that start meanwhile."""

import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from railbed.aws.ecs.task import CONTAINER
from railbed.aws.ecs.task_definition import LOG_PREFIX, stream_of
from railbed.watching.log_text import readable
from railbed_stacks.operations.ecs.access import EcsTasks, explained
from railbed_stacks.operations.operations import LogLine

POLL_SECONDS = 2.0
LATE_MILLISECONDS = 30_000
"""How late a line may reach CloudWatch after one that was written later."""


class TaskLogs:
    """Logs of the application's container in the tasks of one part."""

    def __init__(self, tasks: EcsTasks, group: str) -> None:
        self._tasks, self._group = tasks, group

    def end(self, task_ids: list[str], lines: int) -> Iterator[LogLine]:
        """The last lines of each task."""
        for task_id in task_ids:
            for event in self._events(task_id, limit=lines, startFromHead=False)["events"]:
                yield LogLine(task_id, readable(event["message"].encode()))

    def follow(self, task_ids: list[str], lines: int) -> Iterator[LogLine]:
        """The last lines of each task, then what all tasks of the part write, without end."""
        since = int(time.time() * 1000)
        yield from self.end(task_ids, lines)
        shown: dict[str, int] = {}
        while True:
            for event in self._written_since(since):
                if event["eventId"] not in shown:
                    shown[event["eventId"]] = event["timestamp"]
                    yield LogLine(event["logStreamName"].rsplit("/", 1)[-1], readable(event["message"].encode()))
            since = max([since, *(stamp - LATE_MILLISECONDS for stamp in shown.values())])
            shown = {identity: stamp for identity, stamp in shown.items() if stamp >= since}
            time.sleep(POLL_SECONDS)

    def _written_since(self, since: int) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            answer = self._tasks.ask(
                "logs",
                "filter_log_events",
                logGroupName=self._group,
                logStreamNamePrefix=f"{LOG_PREFIX}/{CONTAINER}/",
                startTime=since,
                **token,
            )
            yield from answer["events"]
            if not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def read_on(self, task_id: str, token: str | None) -> tuple[list[str], str | None]:
        """What a task has written since, and the token to read on with."""
        found, place = list[str](), {"nextToken": token} if token else {}
        while True:
            answer = self._events(task_id, startFromHead=True, **place)
            found += [readable(event["message"].encode()) for event in answer["events"]]
            following = answer.get("nextForwardToken")
            if following is None or following == place.get("nextToken"):  # the same one again is the end
                return found, following
            place = {"nextToken": following}

    def _events(self, task_id: str, **request: Any) -> dict[str, Any]:
        """Events of a task; none where it has written nothing yet."""
        with explained():
            try:
                return self._tasks.ask_as_it_is(
                    "logs", "get_log_events", logGroupName=self._group, logStreamName=stream_of(CONTAINER, task_id), **request
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == "ResourceNotFoundException":
                    return {"events": []}
                raise
