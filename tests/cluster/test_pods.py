"""Cron task, console and the security of the pods, as the real API server and kubelet enforce them."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import cluster
from tests.cluster.rails_stack import RailsStack, rails_stack
from tests.cluster.waiting import eventually


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.app["console"] = {"enabled": True}
        stack.app["cron"] = {"heartbeat": {"schedule": "* * * * *", "command": ["bin/rails", "demo:cron"]}}
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield stack


def execute(stack: RailsStack, target: str, *command: str) -> "subprocess.CompletedProcess[str]":
    kubectl = [str(cluster.binaries() / "kubectl"), "--namespace", stack.namespace, "exec", target, "--"]
    return subprocess.run([*kubectl, *command], env=stack.variables, capture_output=True, text=True, check=False)


def running_pods(stack: RailsStack) -> list[dict[str, Any]]:
    """The pods that go on running: one of a cron task may end while a test looks at it."""
    return [
        pod
        for pod in stack.objects("pods")
        if pod["status"]["phase"] == "Running" and pod["metadata"]["ownerReferences"][0]["kind"] != "Job"
    ]


def test_the_console_runs_code_of_the_application(shop: RailsStack) -> None:
    answer = execute(shop, f"deployment/{shop.name}-console", "bin/rails", "runner", "puts 1 + JobResult.where(id: -1).count")
    assert (answer.returncode, answer.stdout.strip()) == (0, "1"), answer.stderr


@pytest.mark.parametrize(("code", "command"), [(7, ["sh", "-c", "exit 7"]), (3, ["bin/rails", "runner", "exit 3"])])
def test_one_off_tasks_end_with_their_own_exit_code(shop: RailsStack, code: int, command: list[str]) -> None:
    assert execute(shop, f"deployment/{shop.name}-console", *command).returncode == code


def test_the_stack_tells_how_to_open_a_console(shop: RailsStack) -> None:
    assert (
        shop.outputs()["console"] == f"kubectl -n {shop.namespace} exec -it deployment/{shop.name}-console -- bin/rails console"
    )


def test_the_cron_task_runs_every_minute(shop: RailsStack) -> None:
    eventually(lambda: shop.status()["cron_runs"] >= 1, "the cron task runs", 180)


def test_the_namespace_admits_only_restricted_pods(shop: RailsStack) -> None:
    namespace = json.loads(shop.kubectl("get", "namespace", shop.namespace, "-o", "json"))
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    refused = subprocess.run(
        [str(cluster.binaries() / "kubectl"), "-n", shop.namespace, "run", "root", "--image=railbed.sandbox/pause:1"],
        env=shop.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "violates PodSecurity" in refused.stderr, "a pod without restrictions was let in"
    kinds = {pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in running_pods(shop)}
    assert {"web", "worker", "console", "database", "cache"} <= kinds, "not every kind of pod passes Pod Security"


def test_no_container_can_write_to_its_image(shop: RailsStack) -> None:
    for pod in running_pods(shop):
        name = pod["metadata"]["name"]
        for folder in ("/", "/usr", "/etc"):
            answer = execute(shop, name, "sh", "-c", f": > {folder}/written")
            assert answer.returncode != 0, f"{name} wrote to {folder}"
        for folder in ("/rails", "/rails/app"):
            answer = execute(shop, name, "sh", "-c", f"test ! -d {folder} || : > {folder}/written")
            assert "Read-only file system" in answer.stderr or answer.returncode == 0, answer.stderr
            assert execute(shop, name, "test", "-e", f"{folder}/written").returncode != 0, f"{name} wrote to {folder}"


def test_files_can_be_uploaded(shop: RailsStack) -> None:
    with shop.client() as client:
        answer = client.post("/jobs", params={"count": 1}, files={"photo": ("photo.jpg", b"light" * 100_000)})
    assert answer.status_code < 400, f"Rails finds no folder for the file: {answer.status_code}"


def test_no_pod_holds_a_token_of_the_cluster(shop: RailsStack) -> None:
    for pod in running_pods(shop):
        name = pod["metadata"]["name"]
        answer = execute(shop, name, "test", "-e", "/var/run/secrets/kubernetes.io")
        assert answer.returncode == 1, f"{name} could talk to the Kubernetes API: {answer.stderr}"


def test_web_pods_are_spread_and_only_one_may_be_evicted_at_a_time(shop: RailsStack) -> None:
    eventually(lambda: int(shop.kubectl("get", "pdb", f"{shop.name}-web", "-o", "jsonpath={.status.disruptionsAllowed}")), "")
    (deployment,) = (one for one in shop.objects("deployments") if one["metadata"]["name"] == f"{shop.name}-web")
    keys = {one["topologyKey"] for one in deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]}
    assert keys == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
    first, second = shop.web_pods()
    assert evict(shop, first) == ""
    assert "Cannot evict pod as it would violate the pod's disruption budget" in evict(shop, second), (
        "both web pods could be evicted at once: an outage"
    )
    shop.kubectl("rollout", "status", f"deployment/{shop.name}-web", "--timeout=180s")


def evict(stack: RailsStack, pod: str) -> str:
    """Ask for a pod's eviction as `kubectl drain` does; why it was refused, if it was."""
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": stack.namespace}}
    path = f"/api/v1/namespaces/{stack.namespace}/pods/{pod}/eviction"
    answer = subprocess.run(
        [str(cluster.binaries() / "kubectl"), "create", "--raw", path, "-f", "-"],
        input=json.dumps(eviction),
        env=stack.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stderr if answer.returncode else ""
