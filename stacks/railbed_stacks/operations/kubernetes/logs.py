"""Logs of pods: their end, and what they write from then on, also pods that start meanwhile."""

import queue
import threading
from collections.abc import Iterator
from typing import Any

from railbed.kubernetes.watching.pod_status import reason_of_pod
from railbed.kubernetes.workload import Labels
from railbed.watching.log_text import readable
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.kubernetes.access import TIMEOUT_SECONDS, KubernetesAccess
from railbed_stacks.operations.operations import LogLine

POLL_SECONDS = 2.0
SILENT_SECONDS = 24 * 3600
"""How long a log that is followed may be silent before the connection counts as lost."""


class PodLogs:
    """Logs of the main containers of a part's pods."""

    def __init__(self, access: KubernetesAccess, labels: Labels) -> None:
        self._access, self._labels = access, labels

    def end(self, lines: int) -> Iterator[LogLine]:
        """The last lines of each pod. Raises `OperationError` where no pod has started."""
        pods = self._access.pods(self._labels)
        started = [pod for pod in pods if run_of(pod) is not None]
        if not started:
            reasons = [reason for pod in pods if (reason := reason_of_pod(pod))]
            raise OperationError(f"it has no log, as no pod of it runs. {' '.join(reasons[-1:])}".strip())
        for pod in started:
            for text in self.read(pod, lines):
                yield LogLine(pod.metadata.name, text)

    def follow(self, lines: int) -> Iterator[LogLine]:
        """The last lines of each pod, then what all of them write, without end."""
        written, followed, first = queue.Queue[LogLine](), set[tuple[str, int]](), True
        while True:
            for pod in self._access.pods(self._labels):
                run = run_of(pod)
                if run is None or run in followed:
                    continue
                followed.add(run)
                # A pod that has come since is read from its beginning.
                arguments = (pod, run, lines if first else None, written, followed)
                threading.Thread(target=self._read_into, args=arguments, daemon=True).start()
            first = False
            yield from _written_within(written, POLL_SECONDS)

    def read(self, pod: Any, lines: int | None, *, follow: bool = False) -> Iterator[str]:
        """The lines of a pod's main container; `lines` of those that it has written, None for all."""
        tail = {} if lines is None else {"tail_lines": lines}
        with self._access.explained():
            response = self._access.core.read_namespaced_pod_log(
                pod.metadata.name,
                pod.metadata.namespace,
                container=pod.spec.containers[0].name,
                follow=follow,
                _preload_content=False,
                _request_timeout=(TIMEOUT_SECONDS, SILENT_SECONDS if follow else TIMEOUT_SECONDS),
                **tail,
            )
            yield from _lines_of(response)

    def _read_into(
        self,
        pod: Any,
        run: tuple[str, int],
        lines: int | None,
        written: "queue.Queue[LogLine]",
        followed: set[tuple[str, int]],
    ) -> None:
        try:
            for text in self.read(pod, lines, follow=True):
                written.put(LogLine(pod.metadata.name, text))
        except OperationError:  # the connection was lost, or the pod is gone: the next look at the pods tells
            followed.discard(run)


def run_of(pod: Any) -> tuple[str, int] | None:
    """What tells one run of a pod's main container from any other; None before it has started."""
    name = pod.spec.containers[0].name
    for status in pod.status.container_statuses or []:
        if status.name == name and (status.state.running or status.state.terminated or status.restart_count):
            return pod.metadata.uid, status.restart_count or 0
    return None


def _written_within(written: "queue.Queue[LogLine]", seconds: float) -> Iterator[LogLine]:
    """Lines until none has come for so long."""
    while True:
        try:
            yield written.get(timeout=seconds)
        except queue.Empty:
            return


def _lines_of(response: Any) -> Iterator[str]:
    rest = b""
    for chunk in response.stream(65536):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from map(readable, whole)
    if rest:
        yield readable(rest)
