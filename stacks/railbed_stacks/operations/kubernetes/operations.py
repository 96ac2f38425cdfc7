"""What can be done with an application on Kubernetes."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from railbed.kubernetes.watching.pod_status import is_ready, reason_of_pod
from railbed.kubernetes.workload import COMPONENT, INSTANCE
from railbed_stacks.operations.errors import part_named
from railbed_stacks.operations.kubernetes.access import TIMEOUT_SECONDS, KubernetesAccess, KubernetesPlace
from railbed_stacks.operations.kubernetes.logs import PodLogs
from railbed_stacks.operations.kubernetes.run import KubernetesRun
from railbed_stacks.operations.operations import CONSOLE, MIGRATION, LogLine, PartStatus, Show, Size
from railbed_stacks.operations.terminal import installed, is_interactive, run_with_terminal

RESTARTED = "kubectl.kubernetes.io/restartedAt"
"""The annotation of `kubectl rollout restart`."""

FIELD_MANAGER = "railbed"
"""Whose field a restart is. Pulumi applies its own fields, by server-side apply, and neither removes nor shows those of others:
https://kubernetes.io/docs/reference/using-api/server-side-apply/"""

INSTALL_KUBECTL = "https://kubernetes.io/docs/tasks/tools/"


class KubernetesOperations:
    """An application on Kubernetes."""

    def __init__(self, place: KubernetesPlace) -> None:
        """Connect to the cluster. Raises `OperationError`."""
        self._access = KubernetesAccess(place)

    def status(self) -> list[PartStatus]:
        """Every part, and how it is."""
        access = self._access
        stores = access.objects(access.apps, "stateful_set", access.owned())
        jobs = access.objects(access.batch, "job", access.owned())
        running = [*access.deployments().values(), *stores]
        crons = access.objects(access.batch, "cron_job", access.owned())
        found = [
            *(self._running(each) for each in running),
            *(self._at_times(access.part_of(each), each.spec.job_template.spec, jobs, each.spec.suspend) for each in crons),
        ]
        first = [job for job in jobs if (job.metadata.labels or {}).get(INSTANCE) == f"{access.place.app}-migrate"]
        if first:
            found.append(self._at_times(MIGRATION, first[-1].spec, jobs))
        return found

    def logs(self, part: str, lines: int, *, follow: bool) -> Iterator[LogLine]:
        """The last lines of each pod of a part; with `follow` what they write from then on."""
        logs = PodLogs(self._access, part_named(self._access.parts(), part))
        return logs.follow(lines) if follow else logs.end(lines)

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        """Run a command in a Job to its end; its exit code."""
        return KubernetesRun(self._access).run(command, size, show)

    def open_terminal(self, command: Sequence[str]) -> int:
        """Run a command in the console's pod, or without one in a web pod, with this terminal."""
        kubectl = installed("kubectl", INSTALL_KUBECTL)
        deployments = self._access.deployments()
        chosen = deployments.get(CONSOLE) or part_named(deployments, "web")
        place = self._access.place
        words = ["-n", place.namespace, "exec", "-i", *(["-t"] if is_interactive() else [])]
        words += [f"deployment/{chosen.metadata.name}", "--", *command]
        with _kubeconfig_file(place.kubeconfig) as path:
            which = [*(["--kubeconfig", path] if path else []), *(["--context", place.context] if place.context else [])]
            return run_with_terminal([kubectl, *which, *words])

    def restart(self, part: str) -> None:
        """Roll a part's pods, as `kubectl rollout restart` does."""
        deployment = part_named(self._access.deployments(), part)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._access.explained():
            self._access.apps.patch_namespaced_deployment(
                deployment.metadata.name,
                self._access.namespace,
                {"spec": {"template": {"metadata": {"annotations": {RESTARTED: now}}}}},
                field_manager=FIELD_MANAGER,
                _request_timeout=TIMEOUT_SECONDS,
            )

    def _running(self, workload: Any) -> PartStatus:
        pods = self._access.pods(workload.spec.selector.match_labels)
        ready = sum(map(is_ready, pods))
        reasons = [reason for pod in pods if not is_ready(pod) and (reason := reason_of_pod(pod))]
        images = sorted({pod.spec.containers[0].image for pod in pods})
        told = reasons[-1] if reasons else ""
        return PartStatus(self._access.part_of(workload), ready, workload.spec.replicas, tuple(images), told)

    def _at_times(self, part: str, described: Any, jobs: list[Any], suspended: bool | None = False) -> PartStatus:
        wanted = described.template.metadata.labels or {}
        of_part = [
            job
            for job in jobs
            if all((job.spec.template.metadata.labels or {}).get(key) == wanted.get(key) for key in (INSTANCE, COMPONENT))
        ]
        last = max(of_part, key=lambda job: job.metadata.creation_timestamp, default=None)
        told = ["suspended"] if suspended else []
        told += [_end_of(last)] if last is not None else []
        running = sum(job.status.active or 0 for job in of_part)
        image = described.template.spec.containers[0].image
        return PartStatus(part, running, None, (image,), ", ".join(told))


def _end_of(job: Any) -> str:
    for condition in job.status.conditions or []:
        if condition.type in ("Complete", "Failed") and condition.status == "True":
            how = "succeeded" if condition.type == "Complete" else "failed"
            when = job.status.completion_time or condition.last_transition_time
            return f"last run {how}{f' at {when:%Y-%m-%d %H:%M} UTC' if when else ''}"
    return "runs"


@contextmanager
def _kubeconfig_file(kubeconfig: str | None) -> Iterator[str | None]:
    """The path of a kubeconfig: contents are in a file that only this user reads, for as long as kubectl runs."""
    if kubeconfig is None or "\n" not in kubeconfig:
        yield kubeconfig
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kubeconfig"
        path.touch(mode=0o600)
        path.write_text(kubeconfig)
        yield str(path)
