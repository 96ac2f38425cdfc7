"""What the hooks of a migration do on the cluster: wait for others, end what cannot start, and touch only Jobs of the stack."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pulumi
import pytest
from kubernetes.client import ApiException
from kubernetes.config import ConfigException

from railbed.kubernetes.api.access import Observation, ObservedJob, ObservedPod
from railbed.kubernetes.watching import job_observer, patience
from railbed.kubernetes.watching.job_observer import JobObserver
from railbed.kubernetes.watching.patience import ClusterUnreadable
from railbed.watching.log_text import Redaction

T = TypeVar("T")
SELECTOR = "app.kubernetes.io/instance=shop,railbed/project=railbed,railbed/stack=test"
AWAY = OSError("connection refused")


@dataclass
class Cluster:
    """A cluster that answers as a test says."""

    job_lists: list[list[ObservedJob] | Exception] = field(default_factory=lambda: [[]])
    """The answers one after the other; the last one stays."""
    pod_lists: list[list[str] | Exception] = field(default_factory=lambda: [[]])
    started: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    calls: int = 0

    def jobs(self, namespace: str, selector: str) -> list[ObservedJob]:
        assert (namespace, selector) == ("shop-test", SELECTOR), "Jobs of others are looked at"
        self.calls += 1
        return self._next(self.job_lists)

    def ending_pods(self, namespace: str, deployment: str) -> list[str]:
        return self._next(self.pod_lists)

    def pods(self, namespace: str, job: str) -> list[ObservedPod]:
        return [ObservedPod(f"{job}-pod", self.started, "ErrImagePull: no such image")]

    def warnings(self, namespace: str, job: str) -> list[str]:
        return []

    def log(self, *arguments: Any) -> bytes:
        return b""

    def end_job(self, namespace: str, job: ObservedJob) -> None:
        self.ended.append(job.uid)
        # Kubernetes takes a moment to call it failed.
        self.job_lists = [[job], [job], []]

    def delete_job(self, namespace: str, job: ObservedJob) -> None:
        self.deleted.append(job.uid)

    @staticmethod
    def _next(answers: list[T | Exception]) -> T:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def job(uid: str, *, finished: bool = False, age: float = 5) -> ObservedJob:
    return ObservedJob(f"shop-migrate-{uid}", uid, finished, age)


def observer(connect: Callable[[], Any], **more: Any) -> JobObserver:
    resource: Any = None
    return JobObserver(resource, SELECTOR, 300, Observation(connect, Redaction()), **more)


def hook(name: str, **properties: Any) -> pulumi.ResourceHookArgs:
    metadata = {"metadata": {"namespace": "shop-test", "name": "shop-migrate-new", **properties}}
    return pulumi.ResourceHookArgs("urn", "id", name, "type", metadata, None, metadata, None)


def before(watcher: JobObserver) -> None:
    asyncio.run(watcher.before_create(hook("before")))
    watcher._ended.set()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_observer, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(patience, "LONGEST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(patience, "FIRST_PAUSE_SECONDS", 0.001)


def test_a_running_migration_is_waited_for(logged: list[tuple[str, str]]) -> None:
    cluster = Cluster([[job("old")], [job("old")], [job("old", finished=True)]])
    before(observer(lambda: cluster))
    assert cluster.calls == 3 and not cluster.ended, "two migrations would run at the same time"
    assert [text for _, text in logged if "An interrupted run left shop-migrate-old" in text], (
        "the user waits and knows not why"
    )


def test_a_lost_answer_does_not_double_a_migration() -> None:
    cluster = Cluster([[job("old")], AWAY, ApiException(status=503), [job("old")], [job("old", finished=True)]])
    before(observer(lambda: cluster))
    assert cluster.calls == 5, "one lost answer let a second migration start beside the first"


def test_a_lost_answer_does_not_let_the_post_migration_meet_old_pods() -> None:
    cluster = Cluster(pod_lists=[["shop-web-1"], AWAY, ["shop-web-1"], []])
    before(observer(lambda: cluster, after=["shop-web"]))
    assert len(cluster.pod_lists) == 1, "the post-migration ran while pods of the old release worked"


@pytest.mark.parametrize("error", [AWAY, ApiException(status=403, reason="Forbidden")])
def test_a_cluster_that_never_answers_fails_the_migration_clearly(
    error: Exception, monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.05)
    with pytest.raises(ClusterUnreadable, match="Whether a migration is still at work could not be read"):
        before(observer(lambda: Cluster([error])))


def test_a_component_without_any_kubeconfig_still_migrates(logged: list[tuple[str, str]]) -> None:
    def connect() -> Any:
        raise ConfigException("no kubeconfig")

    before(observer(connect))
    assert ("warn", "The log of the migration will not be shown: no kubeconfig") in logged


def test_a_leftover_that_cannot_start_ends_at_its_start_time(logged: list[tuple[str, str]]) -> None:
    cluster = Cluster([[job("old", age=299)], [job("old", age=301)]])
    before(observer(lambda: cluster))
    assert cluster.ended == ["old"], "a migration that cannot start blocks every release until its deadline"
    told = [text for _, text in logged if "has not started within 300 seconds" in text]
    assert len(told) == 1 and "ErrImagePull" in told[0], logged


def test_a_leftover_that_works_is_never_ended() -> None:
    cluster = Cluster([[job("old", age=5000)], [job("old", finished=True)]], started=["migrate"])
    before(observer(lambda: cluster))
    assert cluster.ended == [], "a migration at work was ended"


def finished(cluster: Cluster) -> None:
    watcher = observer(lambda: cluster)
    before(watcher)
    cluster.job_lists = [[job("new", finished=True), job("old", finished=True), job("running")]]
    asyncio.run(watcher.after_create(hook("after", uid="new")))


def test_only_finished_jobs_of_earlier_runs_are_removed() -> None:
    finished(cluster := Cluster())
    assert cluster.deleted == ["old"]


def test_nothing_is_removed_on_a_cluster_that_does_not_have_the_new_job() -> None:
    cluster = Cluster()
    watcher = observer(lambda: cluster)
    before(watcher)
    cluster.job_lists = [[job("of-another-cluster", finished=True)]]
    asyncio.run(watcher.after_create(hook("after", uid="new")))
    assert cluster.deleted == [], "without the provider's kubeconfig the hooks delete Jobs of another cluster"
