"""Container images without a container engine: built from Debian packages, imported into the sandbox's cluster or machine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import docker

from sandbox import cluster, machine
from sandbox.cluster import certificates
from sandbox.images import pushing
from sandbox.images.catalogue import (
    DEMO,
    caddy_image,
    demo_image,
    postgres_image,
    postgres_reference,
    redis_image,
    redis_reference,
    ruby_image,
    ruby_reference,
)
from sandbox.images.debian_base import base
from sandbox.images.idle import idle_image
from sandbox.images.oci import File, Image, layer_of_files, write_archive
from sandbox.progress import step

__all__ = [
    "DEMO",
    "File",
    "Image",
    "base",
    "demo",
    "demo_as",
    "demo_on_machine",
    "idle_as",
    "layer_of_files",
    "load_all",
    "load_into",
    "load_machine",
    "load_ruby",
    "postgres_reference",
    "redis_reference",
    "ruby_reference",
    "write_archive",
]


def load_all() -> None:
    """Give the cluster every image that the demo needs."""
    _load(_standard())


def demo(version: str, overlay: Mapping[str, str] | None = None, tag: str | None = None) -> str:
    """Give the cluster the demo application at a version and return the image's reference.

    An overlay adds or replaces files, by their path in the application; unless a tag is given, its content makes one.
    """
    image = demo_image(version, overlay, tag)
    _load([image])
    return image.reference


def load_machine() -> None:
    """Give the machine with Docker every image that the demo needs there."""
    load_into(machine.client(), [*_standard(), caddy_image()])


def load_ruby(engine: docker.DockerClient) -> None:
    """Give a Docker engine the image that stands in for Ruby's official one, unless it has it."""
    load_into(engine, [ruby_image()])


def load_into(engine: docker.DockerClient, images: Sequence[Image]) -> None:
    """Give a Docker engine those of the images that it has not got."""
    present = {(found.id, tag) for found in engine.images.list() for tag in found.tags}
    missing = [image for image in images if (image.identity, _short(image.reference)) not in present]
    if not missing:
        return
    with step(f"Loading {', '.join(image.reference for image in missing)}"), TemporaryDirectory() as directory:
        archive = Path(directory) / "images.tar"
        write_archive(archive, missing)
        with archive.open("rb") as content:
            engine.images.load(content)


def demo_as(reference: str, version: str, overlay: Mapping[str, str] | None = None) -> None:
    """Give the cluster the demo application under the name of another one's image.

    It is pushed to the sandbox's registry where its name leads there, and loaded into the node otherwise. It trusts the
    sandbox's certificates, as every image trusts those of the clouds' managed databases.
    """
    image = demo_image(version, overlay, "under-another-name")
    authority = File(certificates.authority().read_bytes())
    trusted = layer_of_files({f"etc/ssl/certs/{certificates.file_of_authority()}": authority})
    renamed = Image(reference, [*image.layers, trusted], image.config)
    if pushing.can_be_pulled(reference):
        pushing.push(renamed)
    else:
        _load([renamed])


def demo_on_machine(reference: str, version: str, overlay: Mapping[str, str] | None = None) -> None:
    """Give the machine with Docker the demo application under the name of another one's image."""
    image = demo_image(version, overlay, "under-another-name")
    load_into(machine.client(), [Image(reference, image.layers, image.config)])


def idle_as(reference: str, program: str, port: int, path: str) -> None:
    """Give the cluster an image under the name of one that cannot be had here: its program only answers health checks."""
    _load([idle_image(reference, program, port, path)])


def _short(reference: str) -> str:
    """How an engine names an image of Docker Hub's own."""
    return reference.removeprefix("docker.io/library/")


def _standard() -> list[Image]:
    return [demo_image("1"), demo_image("2"), postgres_image(), redis_image()]


def _load(images: Sequence[Image]) -> None:
    present = cluster.image_digests()
    missing = [image for image in images if present.get(image.reference) != image.digest]
    if not missing:
        return
    base_is_there = any(present.get(image.reference) == image.digest for image in _standard())
    with step(f"Loading {', '.join(image.reference for image in missing)}"), TemporaryDirectory() as directory:
        archive = Path(directory) / "images.tar"
        write_archive(archive, missing, leave_out=[base().digest] if base_is_there else [])
        cluster.import_image(archive)
