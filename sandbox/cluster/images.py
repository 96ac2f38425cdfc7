"""Images in the node's container runtime."""

import subprocess
from pathlib import Path

from sandbox.cluster import node
from sandbox.progress import StepFailed

_NAMESPACE = "k8s.io"


def import_image(archive: Path) -> None:
    """Load the images of an OCI or Docker archive into the node."""
    _ctr("images", "import", str(archive))


def image_digests() -> dict[str, str]:
    """The digest of each image that the node has, by its reference."""
    lines = _ctr("images", "list").splitlines()[1:]
    return {words[0]: words[2] for line in lines if len(words := line.split()) > 2}


def remove_image(reference: str) -> None:
    """Take an image from the node, if it has it."""
    if reference in image_digests():
        _ctr("images", "remove", reference)


def _ctr(*arguments: str) -> str:
    pid = node.running()
    if pid is None:
        raise StepFailed("The sandbox's cluster does not run, so it cannot take images.", "Start it: python -m sandbox up")
    runtime = f"/proc/{pid}/root/run/containerd/containerd.sock"
    done = subprocess.run(
        ["ctr", "--address", runtime, "--namespace", _NAMESPACE, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise StepFailed(f"`ctr {' '.join(arguments)}` failed: {done.stderr.strip()}", "Repair it: python -m sandbox up")
    return done.stdout
