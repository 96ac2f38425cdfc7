"""Images that a rehearsal pushes, for the node to pull them: against a real registry of the test's own."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import cluster
from sandbox.cluster import certificates, registry
from sandbox.images import pushing
from sandbox.images.oci import File, Image, Layer, digest, layer_of_files
from sandbox.progress import StepFailed
from tests.cluster.waiting import eventually

PROGRAMS = ("docker-registry", "htpasswd", "openssl")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
PASSWORD = "of-the-registry"
REFERENCE = "registry.digitalocean.com/example/shop:1f3c2ab"

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not run: this machine lacks {', '.join(MISSING)}")


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a registry with TLS and a password keeps its images; it stands for the node's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "certificate", "-days", "2"]
    subprocess.run(
        [*made, "-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    users = subprocess.run(
        ["htpasswd", "-n", "-i", "-B", "sandbox"], input=PASSWORD, capture_output=True, text=True, check=True
    )
    (tmp_path / "users").write_text(users.stdout)
    text = (Path(cluster.__file__).parent / "configuration/registry.yml").read_text()
    for name, value in {
        "$inside/registry-users": "users",
        "$inside": str(tmp_path),
        "$node_address:443": f"127.0.0.1:{port}",
        "$certificates/registry.crt": "certificate",
        "$certificates/registry.key": "key",
    }.items():
        text = text.replace(name, value)
    (tmp_path / "registry.yml").write_text(text)
    monkeypatch.setattr(cluster, "NODE_ADDRESS", "127.0.0.1")
    monkeypatch.setattr(pushing, "_PORT", port)
    monkeypatch.setattr(certificates, "authority", lambda: tmp_path / "certificate")
    monkeypatch.setattr(registry, "login", lambda: ("sandbox", PASSWORD))
    with subprocess.Popen(
        ["docker-registry", "serve", "registry.yml"], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        eventually(lambda: _answers(port), "the registry answers")
        yield tmp_path / "registry"
        running.terminate()


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(cluster, "remove_image", found.append)
    return found


def image(folder: Path, reference: str = REFERENCE) -> Image:
    on_disk = folder / "layer"
    on_disk.write_bytes(b"layer" * 100_000)
    name = digest(on_disk.read_bytes())
    return Image(reference, [layer_of_files({"a": File(b"hello")}), Layer(name, name, on_disk.stat().st_size, on_disk)], {})


def test_a_pushed_image_is_in_the_registry_and_no_longer_in_the_node(storage: Path, tmp_path: Path, removed: list[str]) -> None:
    pushed = image(tmp_path)
    for _ in range(2):  # what is there already is no obstacle
        pushing.push(pushed)
    link = storage / "docker/registry/v2/repositories/example/shop/_manifests/tags/1f3c2ab/current/link"
    assert link.read_text() == pushed.digest, "the node would not find the image under its name"
    assert removed == [REFERENCE, REFERENCE], "the node would not pull, and a missing pull secret would stay unseen"


def test_a_wrong_login_is_told_without_the_password(
    storage: Path, tmp_path: Path, removed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "login", lambda: ("sandbox", "another-password"))
    with pytest.raises(StepFailed) as failed:
        pushing.push(image(tmp_path))
    assert "401" in failed.value.what
    assert "another-password" not in failed.value.what
    assert removed == []


@pytest.mark.parametrize(
    ("reference", "pulled"),
    [
        (REFERENCE, True),
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1", True),
        ("210987654321.dkr.ecr.eu-central-1.amazonaws.com/shop:1", False),
        ("registry.example.com/shop:1", False),
        ("railbed.sandbox/shop:1", False),
    ],
)
def test_only_names_that_lead_to_the_sandboxs_registry_are_pulled(reference: str, pulled: bool) -> None:
    assert pushing.can_be_pulled(reference) is pulled


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0
