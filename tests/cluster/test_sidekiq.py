"""Jobs survive whatever happens to the workers, as far as Sidekiq promises it."""

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from railbed.aws.ecs.autoscaling import METRIC_NAME, METRIC_NAMESPACE, PUBLISH_LATENCY, EcsAutoscaling, latency_settings
from railbed.aws.names import name_of_stack
from tests.cluster.node_processes import send
from tests.cluster.rails_stack import RailsStack, rails_stack
from tests.cluster.waiting import eventually

SHUTDOWN_SECONDS = 8
CONCURRENCY = 5
HEARTBEAT = "/tmp/railbed-heartbeat"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.app["web"]["replicas"] = 1
        stack.app["workers"]["default"] |= {"shutdown_seconds": SHUTDOWN_SECONDS, "concurrency": CONCURRENCY}
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield stack


class Jobs:
    """The counts of one test's own jobs."""

    def __init__(self, stack: RailsStack) -> None:
        self._stack = stack
        self._before = self._counts()

    def enqueue(self, count: int, seconds: float) -> None:
        with self._stack.client() as client:
            answer = client.post("/jobs", params={"count": count, "seconds": seconds})
        assert answer.status_code == 201, answer.text

    def __getitem__(self, name: str) -> int:
        """How many are enqueued, done, completions, attempts, retried, duplicated or in progress."""
        counts = self._counts()
        return counts[name] - self._before[name]

    def finish(self) -> None:
        eventually(lambda: self["done"] == self["enqueued"], "all jobs are done", 240)

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = self._stack.status()["jobs"]
        return counts


def worker(stack: RailsStack) -> dict[str, Any]:
    """The worker's pod: the newest one that is not about to end."""
    selector = f"app.kubernetes.io/instance={stack.name}-default"
    pods = json.loads(stack.kubectl("get", "pods", "-l", selector, "-o", "json"))["items"]
    staying = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
    newest: dict[str, Any] = max(staying, key=lambda pod: str(pod["metadata"]["creationTimestamp"]))
    return newest


def restarts(pod: dict[str, Any]) -> int:
    return sum(int(status["restartCount"]) for status in pod["status"].get("containerStatuses", []))


def age_heartbeat(stack: RailsStack) -> None:
    """Make the last sign of life ten minutes old, so that the test need not wait as long."""
    stack.kubectl("exec", worker(stack)["metadata"]["name"], "--", "touch", "-d", "10 minutes ago", HEARTBEAT)


def test_the_kill_comes_after_sidekiqs_own_timeout(shop: RailsStack) -> None:
    specification = worker(shop)["spec"]
    arguments = specification["containers"][0]["args"]
    timeout = int(arguments[arguments.index("-t") + 1])
    assert specification["terminationGracePeriodSeconds"] >= timeout + 5, "jobs would be killed before they can be put back"


def test_a_rollout_of_the_workers_loses_no_job_and_repeats_none(shop: RailsStack) -> None:
    jobs, old = Jobs(shop), worker(shop)["metadata"]["name"]
    jobs.enqueue(4, seconds=2)
    jobs.enqueue(800, seconds=0.2)
    shop.app["workers"]["default"]["env"] = {"DEMO_WORKER": "changed"}
    run = shop.up()
    assert run.code == 0, run.text
    assert run.changed("Deployment") == {f"{shop.name}-default"}, "the change of a worker's setting rolled something else"
    assert worker(shop)["metadata"]["name"] != old, "the workers were not replaced"
    jobs.finish()
    assert jobs["completions"] == jobs["enqueued"] == 804, "a job was lost or had its effect twice"
    assert jobs["retried"] == 0, "a job was interrupted although it would have finished in time"


def test_jobs_that_outlast_their_worker_are_run_again(shop: RailsStack) -> None:
    jobs = Jobs(shop)
    jobs.enqueue(2, seconds=SHUTDOWN_SECONDS + 17)
    jobs.enqueue(50, seconds=0.1)
    eventually(lambda: jobs["attempts"] >= 2, "the long jobs start")
    shop.kubectl("delete", "pod", worker(shop)["metadata"]["name"])
    jobs.finish()
    assert jobs["completions"] == jobs["enqueued"] == 52, "a job was lost or had its effect twice"
    assert jobs["retried"] == 2, "only the two jobs that outlast the worker may be tried twice"


def test_the_latency_of_the_queues_is_told_in_the_format_that_cloudwatch_reads(shop: RailsStack) -> None:
    """The container that railbed puts beside Sidekiq on ECS, in a pod that has the same image and environment."""
    jobs = Jobs(shop)
    jobs.enqueue(60, seconds=1)
    eventually(lambda: jobs["attempts"] >= CONCURRENCY, "jobs start")
    scaling = EcsAutoscaling(minimum=1, maximum=2, queue_latency_seconds=10, queues=["default"])
    script = ["timeout", "--preserve-status", "15", "ruby", "-e", PUBLISH_LATENCY]
    settings = f"RAILBED_QUEUE_LATENCY={latency_settings(scaling, 'shop-default')}"
    said = shop.kubectl("exec", worker(shop)["metadata"]["name"], "--", "env", settings, *script)
    told = json.loads(said.splitlines()[0])
    (metric,) = told["_aws"]["CloudWatchMetrics"]
    assert metric == {
        "Namespace": METRIC_NAMESPACE,
        "Dimensions": [["Service"]],
        "Metrics": [{"Name": METRIC_NAME, "Unit": "Seconds"}],
    }
    assert told["Service"] == name_of_stack("shop-default")
    assert told[METRIC_NAME] > 0, "jobs wait, and nobody would know"
    assert abs(told["_aws"]["Timestamp"] / 1000 - time.time()) < 120
    jobs.finish()


def test_a_killed_worker_loses_at_most_the_jobs_in_progress(shop: RailsStack) -> None:
    """Sidekiq without super_fetch promises no more: what a killed process was working on is in no queue."""
    jobs, pod = Jobs(shop), worker(shop)
    jobs.enqueue(100, seconds=0.5)
    eventually(lambda: jobs["attempts"] >= CONCURRENCY, "jobs start")
    send(signal.SIGKILL, pod, "sidekiq")
    waiting = jobs["enqueued"] - CONCURRENCY
    eventually(lambda: jobs["done"] >= waiting, "the jobs that were waiting are done by the restarted worker", 240)
    time.sleep(2)
    print(f"lost with the killed worker: {jobs['enqueued'] - jobs['done']} jobs of {CONCURRENCY} in progress")
    assert jobs["completions"] == jobs["done"], "a job had its effect twice"


def test_a_frozen_worker_is_restarted(shop: RailsStack) -> None:
    pod = worker(shop)
    before = restarts(pod)
    send(signal.SIGSTOP, pod, "sidekiq")
    age_heartbeat(shop)
    eventually(lambda: restarts(worker(shop)) > before, "the kubelet restarts a worker that shows no sign of life", 240)
    jobs = Jobs(shop)
    jobs.enqueue(5, seconds=0)
    jobs.finish()


def test_workers_outlive_redis_being_away(shop: RailsStack) -> None:
    jobs, before = Jobs(shop), worker(shop)
    redis = f"statefulset/{shop.name}-redis"
    jobs.enqueue(100, seconds=1)
    eventually(lambda: jobs["attempts"] >= CONCURRENCY, "jobs start")
    shop.kubectl("scale", redis, "--replicas=0")
    try:
        shop.kubectl("wait", "--for=delete", f"pod/{shop.name}-redis-0", "--timeout=120s")
        age_heartbeat(shop)
        fresh = ("exec", before["metadata"]["name"], "--", "find", HEARTBEAT, "-mmin", "-2")
        eventually(lambda: shop.kubectl(*fresh).strip(), "the worker shows signs of life without Redis")
        time.sleep(65)  # two liveness checks
    finally:
        shop.kubectl("scale", redis, "--replicas=1")
    after = worker(shop)
    assert after["metadata"]["uid"] == before["metadata"]["uid"], "the worker was replaced because Redis was away"
    assert restarts(after) == restarts(before), "the worker was killed because Redis was away"
    ready = ("get", redis, "-o", "jsonpath={.status.readyReplicas}")
    eventually(lambda: shop.kubectl(*ready) == "1", "Redis comes back", 300)
    jobs.finish()
    assert jobs["completions"] == 100, "a job was lost or had its effect twice"
