"""What containers print, put where their awslogs driver would put it."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

_BATCH = 200
Lines = Callable[[], Iterable[list[str]]]


class Logs:
    """Threads that follow containers, one each."""

    def __init__(self, client: Callable[..., Any]) -> None:
        self._client, self._following = client, dict[str, threading.Thread]()

    def follow(self, task_id: str, container: dict[str, Any], lines: Lines) -> None:
        """Put a container's lines into its stream, from now on until it ends; once for each container of a task."""
        configuration = container.get("logConfiguration") or {}
        key = f"{container['name']}/{task_id}"
        if configuration.get("logDriver") != "awslogs" or key in self._following:
            return
        options = configuration["options"]
        stream = f"{options['awslogs-stream-prefix']}/{key}"
        arguments = (options["awslogs-region"], options["awslogs-group"], stream, lines)
        self._following[key] = threading.Thread(target=self._put, args=arguments, daemon=True)
        self._following[key].start()

    def finish(self, task_id: str) -> None:
        """Wait for the last lines of a task that has ended."""
        for key, thread in list(self._following.items()):
            if key.endswith(f"/{task_id}"):
                thread.join(timeout=5)

    def _put(self, region: str, group: str, stream: str, lines: Lines) -> None:
        client = self._client("logs", region)
        client.create_log_stream(logGroupName=group, logStreamName=stream)
        for part in lines():
            for first in range(0, len(part), _BATCH):
                now = int(time.time() * 1000)
                # CloudWatch takes no empty event.
                events = [{"timestamp": now, "message": line} for line in part[first : first + _BATCH] if line]
                if events:
                    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
