"""What a rehearsal that was interrupted has left: objects in the cluster, lent stores, written-down resources, its state."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from sandbox import aws_account, backend, cluster, lending
from sandbox.paths import STATE_DIRECTORY
from sandbox.progress import Step, StepFailed
from sandbox.providers.cloud import lent_name
from sandbox.providers.ledger import Ledger
from sandbox.rehearsal.stack import PREFIX

VALIDATION = "route53/Record _"
"""How records that validate certificates begin: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html"""


def remove_leftovers(running: Step) -> None:
    """Remove what is left of every rehearsal, whatever state it is in.

    Not by `pulumi destroy`, which would need the protection taken off and a stack that works.
    """
    for name, resources in backend.stacks():
        if name.rpartition("/")[2].startswith(PREFIX):
            running.note(f"of {name}")
            _delete_objects(resources)
            backend.forget(name)
    for folder in (STATE_DIRECTORY / "clouds").glob("*"):
        ledger = Ledger(folder)
        entries = [entry for entry in ledger.all() if entry.stack.startswith(PREFIX)]
        if entries:
            running.note(f"{len(entries)} resources of {folder.name}")
            lending.take_back(*(lent_name(entry.identity) for entry in entries))
        for entry in entries:
            ledger.strike(entry.identity)
    aws_account.empty()


def left() -> list[str]:
    """What the clouds still hold of rehearsals, but for what is kept."""
    return [each for each in _held() if not each.startswith(VALIDATION)]


def kept() -> list[str]:
    """The records that validate certificates: other certificates of the account for the same host share them."""
    return [each for each in _held() if each.startswith(VALIDATION)]


def _held() -> list[str]:
    entries = [entry for folder in (STATE_DIRECTORY / "clouds").glob("*") for entry in Ledger(folder).all()]
    return [f"{entry.kind} {entry.name}" for entry in entries if entry.stack.startswith(PREFIX)]


def _delete_objects(resources: list[dict[str, Any]]) -> None:
    found = [_object(each.get("outputs") or {}) for each in resources if each["type"].startswith("kubernetes:")]
    objects = [each for each in found if each is not None]
    if not objects:
        return
    # Pods of an abandoned rehearsal have nothing to finish.
    for namespace in (each["metadata"]["name"] for each in objects if each["kind"] == "Namespace"):
        _kubectl("delete", "pods", "--all", "--namespace", namespace, "--grace-period=0", "--force", "--ignore-not-found")
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    _kubectl("delete", "--ignore-not-found", "--timeout=180s", "--filename", "-", text=json.dumps(listed))


def _object(outputs: Mapping[str, Any]) -> dict[str, Any] | None:
    metadata = outputs.get("metadata")
    if not isinstance(metadata, dict) or not {"apiVersion", "kind"} <= set(outputs):
        return None
    place = {key: metadata[key] for key in ("name", "namespace") if key in metadata}
    return {"apiVersion": outputs["apiVersion"], "kind": outputs["kind"], "metadata": place}


def _kubectl(*arguments: str, text: str | None = None) -> None:
    command = [str(cluster.binaries() / "kubectl"), f"--kubeconfig={cluster.kubeconfig()}", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepFailed(
            f"What an earlier rehearsal left cannot be removed: {done.stderr.strip()}",
            "Start the sandbox afresh: python -m sandbox down, then the same command again.",
        )
