"""A release (new image, migration, rollout): `pulumi up` against the same steps by hand with kubectl.

The steps by hand are those of a usual deploy script: create the Job of the migration and wait for it, delete it, give the
Deployments the new image and wait for their rollout. What is released by hand are copies of the live objects that railbed made,
beside them in the same namespace: the same pods, probes and drain settings, on the same database.
"""

import copy
import json
import os
import subprocess
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.timing import Comparison, compare
from sandbox import cluster
from sandbox.progress import StepFailed, step
from tests.cluster.rails_stack import RailsStack, Run

IMAGES = ("railbed.sandbox/demo:2", "railbed.sandbox/demo:1")
SCRIPT = """
set -eu
kubectl create -f -
kubectl wait --for=condition=complete --timeout=600s job/migrate
kubectl delete job migrate
kubectl set image deployment/web web={image}
kubectl set image deployment/default sidekiq={image}
kubectl rollout status --timeout=600s deployment/web
kubectl rollout status --timeout=600s deployment/default
"""


def releases(stack: RailsStack, pairs: int) -> Comparison:
    """Time releases of a deployed application and of its copy."""
    with step("Copying the application for the releases by hand"):
        kubeconfig = _kubeconfig_of(stack)
        for deployment in stack.objects("deployments"):
            _run("kubectl create -f -", json.dumps(_copy(deployment, stack.name)), kubeconfig)
        _run("kubectl rollout status --timeout=600s deployment/web deployment/default", "", kubeconfig)
    images, images_by_hand = cycle(IMAGES), cycle(IMAGES)
    (job,) = stack.objects("jobs")

    def release() -> None:
        stack.app["image"]["ref"] = next(images)
        succeeded(stack.up())

    def release_by_hand() -> None:
        image = next(images_by_hand)
        _run(SCRIPT.format(image=image), json.dumps(_migration(job, image)), kubeconfig)

    return compare("a release by pulumi up", release, "the same by hand with kubectl", release_by_hand, pairs)


def succeeded(run: Run) -> None:
    """Stop with what pulumi said, if it failed."""
    if run.code != 0:
        raise StepFailed(f"`pulumi` failed: {run.text[-3000:]}", "Run `make up` and see whether the demo can be deployed.")


def _kubeconfig_of(stack: RailsStack) -> Path:
    """A kubeconfig with the stack's namespace as the current one, as the script expects it."""
    config = json.loads(stack.kubectl("config", "view", "--raw", "--flatten", "-o", "json"))
    for context in config["contexts"]:
        context["context"]["namespace"] = stack.namespace
    file = stack.folder / "kubeconfig"
    file.write_text(json.dumps(config))
    return file


def _copy(deployment: dict[str, Any], application: str) -> dict[str, Any]:
    """The same Deployment under another name and other labels."""
    name = deployment["metadata"]["name"]
    short = name.removeprefix(f"{application}-")
    spec: dict[str, Any] = json.loads(json.dumps(deployment["spec"]).replace(f'"{name}"', f'"{short}"'))
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": short}, "spec": spec}


def _migration(job: dict[str, Any], image: str) -> dict[str, Any]:
    """The migration's Job as railbed made it, for another image, as a file that `kubectl create` takes."""
    spec = copy.deepcopy(job["spec"])
    spec.pop("selector")
    spec["template"]["metadata"].pop("labels")
    pod = spec["template"]["spec"]
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        container["image"] = image
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migrate"}, "spec": spec}


def _run(script: str, given: str, kubeconfig: Path) -> None:
    path = f"{cluster.binaries()}:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", "-c", script], input=given, env=os.environ | {"PATH": path, "KUBECONFIG": str(kubeconfig)},
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise StepFailed(f"The release by hand failed: {done.stdout}{done.stderr}")
