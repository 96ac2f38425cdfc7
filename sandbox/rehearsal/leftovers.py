"""What a rehearsal that was interrupted has left: objects in the cluster, lent stores, written-down resources, its state."""

import json
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from docker.errors import NotFound

from railbed.kubernetes.api.ownership import STACK
from sandbox import aws_account, backend, cluster, lending, machine
from sandbox.paths import STATE_DIRECTORY
from sandbox.progress import Step, StepFailed
from sandbox.providers.cloud import lent_name
from sandbox.providers.ledger import Ledger
from sandbox.rehearsal.stack import PREFIX

VALIDATION = "route53/Record _"
"""How records that validate certificates begin: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html"""
VOLUME = "volume"
_KEPT = (VALIDATION, f"{VOLUME} ")


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
    if cluster.running():
        aws_account.empty()
    if machine.running():
        _empty_machine(running)


def left() -> list[str]:
    """What clouds and machine still hold of rehearsals, but for what is kept."""
    return [each for each in _held() if not each.startswith(_KEPT)]


def kept() -> list[str]:
    """The records that validate certificates, which other certificates of the account for the same host share, and data."""
    return [each for each in _held() if each.startswith(_KEPT)]


def _held() -> list[str]:
    entries = [entry for folder in (STATE_DIRECTORY / "clouds").glob("*") for entry in Ledger(folder).all()]
    found = [f"{entry.kind} {entry.name}" for entry in entries if entry.stack.startswith(PREFIX)]
    return [*found, *(f"{kind} {name}" for kind, name, _ in _on_machine())]


def _on_machine() -> list[tuple[str, str, Callable[[], None]]]:
    """Kind and name of what the machine with Docker still holds of rehearsals, and what removes it, in an order that works."""
    if not machine.running():
        return []
    api = machine.client().api

    def ours(found: list[dict[str, Any]]) -> list[str]:
        """Names of those of rehearsals."""
        marked = [each for each in found if (each.get("Labels") or {}).get(STACK, "").startswith(PREFIX)]
        return [each["Name"] if "Name" in each else each["Names"][0].lstrip("/") for each in marked]

    containers, networks, volumes = ours(api.containers(all=True)), ours(api.networks()), ours(api.volumes()["Volumes"] or [])
    return [
        *(("container", name, partial(api.remove_container, name, v=True, force=True)) for name in containers),
        *(("network", name, partial(api.remove_network, name)) for name in networks),
        *((VOLUME, name, partial(api.remove_volume, name, force=True)) for name in volumes),
    ]


def _empty_machine(running: Step) -> None:
    for kind, name, remove in _on_machine():
        running.note(f"{kind} {name}")
        with suppress(NotFound):
            remove()


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
