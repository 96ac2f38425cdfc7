"""Pushes images to the registry of the sandbox, from which the node pulls them as it would on a cloud."""

import base64
import http.client
import io
import ssl
from collections.abc import Mapping
from typing import IO
from urllib.parse import urlsplit

from railbed.image.registry import registry_of, repository_path
from sandbox import cluster
from sandbox.cluster import certificates, registry
from sandbox.cluster.layout import REGISTRY, REGISTRY_NAMES
from sandbox.images.oci import Image, Layer, digest
from sandbox.progress import StepFailed, step

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_PORT = 443
_SECONDS = 120


def can_be_pulled(reference: str) -> bool:
    """Whether the name of an image leads the node to the sandbox's registry."""
    return registry_of(reference) in REGISTRY_NAMES


def push(image: Image) -> None:
    """Push an image, and take it from the node, so that the next pod with it has to pull."""
    with step(f"Pushing {image.reference}"):
        repository = repository_path(image.reference)
        for layer in image.layers:
            _push_blob(repository, layer)
        configuration = image.configuration
        _push_blob(repository, Layer(digest(configuration), "", len(configuration), configuration))
        tag = image.reference.rpartition(":")[2]
        headers = {"Content-Type": _MANIFEST, "Content-Length": str(len(image.manifest))}
        _ask("PUT", f"/v2/{repository}/manifests/{tag}", io.BytesIO(image.manifest), headers)
        cluster.remove_image(image.reference)


def _push_blob(repository: str, layer: Layer) -> None:
    status, _ = _ask("HEAD", f"/v2/{repository}/blobs/{layer.digest}", missing=True)
    if status == http.client.OK:
        return
    _, place = _ask("POST", f"/v2/{repository}/blobs/uploads/")
    parts = urlsplit(place)
    target = f"{parts.path}?{parts.query}&digest={layer.digest}"
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(layer.size)}
    content: IO[bytes] = io.BytesIO(layer.content) if isinstance(layer.content, bytes) else layer.content.open("rb")
    with content:
        _ask("PUT", target, content, headers)


def _ask(
    method: str, path: str, body: IO[bytes] | None = None, headers: Mapping[str, str] | None = None, *, missing: bool = False
) -> tuple[int, str]:
    """Status and Location of the registry's answer, at the node's address and by the registry's name."""
    username, password = registry.login()
    login = base64.b64encode(f"{username}:{password}".encode()).decode()
    trust = ssl.create_default_context(cadata=certificates.authority().read_text())
    connection = http.client.HTTPSConnection(cluster.NODE_ADDRESS, _PORT, timeout=_SECONDS, context=trust)
    try:
        connection.request(method, path, body, {"Host": REGISTRY, "Authorization": f"Basic {login}", **(headers or {})})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
    finally:
        connection.close()
    if answer.status >= http.client.BAD_REQUEST and not (missing and answer.status == http.client.NOT_FOUND):
        raise StepFailed(f"The sandbox's registry answered {answer.status}: {text.strip()}", "Repair it: python -m sandbox up")
    return answer.status, answer.getheader("Location") or ""
