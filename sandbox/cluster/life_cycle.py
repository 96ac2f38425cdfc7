"""Brings the cluster up, repairs it, and takes it down."""

import os
import shutil
import sys
from pathlib import Path

from sandbox import debian
from sandbox.builds import exclusive
from sandbox.cluster import certificates, control_groups, health, node, pause, plan, registry
from sandbox.cluster.images import image_digests, import_image
from sandbox.cluster.layout import CHOSEN_NETWORK, DIRECTORY, NETWORK
from sandbox.paths import STATE_DIRECTORY
from sandbox.progress import Step, StepFailed, step

_LOCK = STATE_DIRECTORY / "cluster.lock"
_FINGERPRINT = DIRECTORY / "fingerprint"
_COMPLETE = DIRECTORY / "complete"


def kubeconfig() -> Path:
    """The administrator's kubeconfig, usable on this machine."""
    return health.KUBECONFIG


def running() -> bool:
    """Whether the node runs; its parts may still be starting."""
    return node.running() is not None


def up() -> None:
    """Make the cluster run and answer: start it, repair it, or find it well."""
    _require_machine()
    debian.install(plan.packages())
    plan.build()
    with step("Starting Kubernetes") as starting, exclusive(_LOCK, starting):
        CHOSEN_NETWORK.write_text(str(NETWORK))
        certificates.issue()
        registry.make_user()
        changed = not _FINGERPRINT.exists() or _FINGERPRINT.read_text() != plan.fingerprint()
        if changed or node.running() is None:
            _start_afresh()
        elif not _COMPLETE.exists() or not health.healthy():
            starting.note("something does not answer")
            try:
                _finish(starting, seconds=45)
            except StepFailed:
                starting.note("starting the node again")
                _start_afresh()
        else:
            return
        _finish(starting, seconds=120)


def down() -> None:
    """End the cluster and remove everything of it: processes, mounts, network, control groups and files."""
    if not DIRECTORY.exists() and node.running() is None:
        return
    with step("Removing Kubernetes") as removing, exclusive(_LOCK, removing):
        _clear()
        shutil.rmtree(DIRECTORY)
    _LOCK.unlink(missing_ok=True)


def _start_afresh() -> None:
    _COMPLETE.unlink(missing_ok=True)
    _clear()
    plan.CONFIGURATION.mkdir(exist_ok=True)
    for name, content in plan.files().items():
        (plan.CONFIGURATION / name).write_text(content)
    _FINGERPRINT.write_text(plan.fingerprint())
    node.connect(node.start(plan.CONFIGURATION / "plan.toml"))


def _clear() -> None:
    node.end()
    node.disconnect()
    control_groups.remove()


def _finish(starting: Step, seconds: float) -> None:
    """Wait for each part and add what a cluster needs beside its daemons."""
    node.connect(node.running() or 0)
    health.wait(health.API, starting, seconds)
    additions = str(plan.CONFIGURATION / "additions.yaml")
    applied = health.kubectl("apply", "--server-side", "--force-conflicts", "-f", additions)
    if applied.returncode != 0:
        raise StepFailed(f"The cluster does not take its additions: {applied.stderr}", "Run the same command again.")
    health.wait(health.RUNTIME, starting, seconds)
    if pause.IMAGE not in image_digests():
        archive = DIRECTORY / "pause.tar"
        pause.write_archive(archive)
        import_image(archive)
        archive.unlink()
    for check in health.CHECKS:
        health.wait(check, starting, seconds)
    _COMPLETE.touch()


def _require_machine() -> None:
    instead = "Use a cluster of your own: python -m sandbox up --kubeconfig FILE"
    if sys.platform != "linux":
        raise StepFailed(f"The sandbox's Kubernetes needs Linux, and this is {sys.platform}.", instead)
    if os.geteuid() != 0:
        raise StepFailed("The sandbox's Kubernetes needs root, for namespaces and control groups.", f"Use sudo. {instead}")
    for program in ("unshare", "nsenter"):
        if not shutil.which(program):
            raise StepFailed(f"There is no `{program}` on this machine.", "Install util-linux.")
