"""Container images in the OCI image layout: layers, configuration and the archive that a container runtime imports."""

import gzip
import hashlib
import io
import json
import platform
import tarfile
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

TIMESTAMP = 1_700_000_000
"""Modification time of everything in a layer, so that the same content has the same digest."""

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_MEDIA = "application/vnd.oci.image"


@dataclass(frozen=True)
class File:
    """A file or, without content, a directory of a layer."""

    content: bytes | None = None
    mode: int = 0o644
    owner: int = 0


@dataclass(frozen=True)
class Layer:
    """A compressed tar archive, in memory or on disk."""

    digest: str
    diff_id: str
    size: int
    content: Path | bytes


@dataclass(frozen=True)
class Image:
    """An image: its name, its layers from the bottom up, and what a container of it runs."""

    reference: str
    layers: Sequence[Layer]
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def configuration(self) -> bytes:
        """The image configuration, as it is hashed."""
        return _json(
            {
                "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
                "os": "linux",
                "config": self.config,
                "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in self.layers]},
            }
        )

    @property
    def identity(self) -> str:
        """What Docker calls the image's ID."""
        return digest(self.configuration)

    @property
    def manifest(self) -> bytes:
        """The image manifest; its digest is the image's digest."""
        layers = [_descriptor("layer.v1.tar+gzip", layer.digest, layer.size) for layer in self.layers]
        configuration = self.configuration
        config = _descriptor("config.v1+json", digest(configuration), len(configuration))
        return _json({"schemaVersion": 2, "mediaType": f"{_MEDIA}.manifest.v1+json", "config": config, "layers": layers})

    @property
    def digest(self) -> str:
        """What pins this very image."""
        return digest(self.manifest)


def digest(content: bytes) -> str:
    """The content's SHA-256, as OCI writes it."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def layer_of_files(files: Mapping[str, File]) -> Layer:
    """A layer with these files, by path without a leading slash; the order does not matter."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for path, file in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.mode, entry.uid, entry.gid, entry.mtime = file.mode, file.owner, file.owner, TIMESTAMP
            entry.type = tarfile.DIRTYPE if file.content is None else tarfile.REGTYPE
            entry.size = len(file.content or b"")
            archive.addfile(entry, io.BytesIO(file.content or b""))
    compressed = gzip.compress(tar.getvalue(), compresslevel=1, mtime=0)
    return Layer(digest(compressed), digest(tar.getvalue()), len(compressed), compressed)


def layer_of_stream(tar: IO[bytes], target: Path) -> Layer:
    """Compress a tar stream into `target`, in one pass."""
    # Level 1: a level more costs seconds and saves a few per cent, and the layer travels no farther than this disk.
    compressor = zlib.compressobj(1, wbits=31)
    plain, packed, size = hashlib.sha256(), hashlib.sha256(), 0
    with target.open("wb") as file:
        for chunk in _chunks(tar, compressor, plain):
            packed.update(chunk)
            size += file.write(chunk)
    return Layer(f"sha256:{packed.hexdigest()}", f"sha256:{plain.hexdigest()}", size, target)


def _chunks(tar: IO[bytes], compressor: "zlib._Compress", plain: "hashlib._Hash") -> Iterable[bytes]:
    while chunk := tar.read(1 << 20):
        plain.update(chunk)
        yield compressor.compress(chunk)
    yield compressor.flush()


def write_archive(target: Path, images: Sequence[Image], leave_out: Collection[str] = ()) -> None:
    """Write images into one archive; a layer that several share, once, and one whose digest is left out, not at all."""
    layers = {layer.digest: layer for image in images for layer in image.layers if layer.digest not in leave_out}
    documents = {digest(content): content for image in images for content in (image.manifest, image.configuration)}
    index = [
        {
            **_descriptor("manifest.v1+json", image.digest, len(image.manifest)),
            "annotations": {
                "io.containerd.image.name": image.reference,
                "org.opencontainers.image.ref.name": image.reference.rpartition(":")[2],
            },
        }
        for image in images
    ]
    with tarfile.open(target, "w") as archive:
        _add(archive, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
        for layer in layers.values():
            _add(archive, _blob(layer.digest), layer.content)
        for name, content in documents.items():
            _add(archive, _blob(name), content)
        _add(archive, "manifest.json", _json([_docker_entry(image) for image in images]))
        _add(archive, "index.json", _json({"schemaVersion": 2, "manifests": index}))


def _docker_entry(image: Image) -> dict[str, Any]:
    """The image in the words of `docker save`, which is all that older Docker engines load."""
    layers = [_blob(layer.digest) for layer in image.layers]
    return {"Config": _blob(digest(image.configuration)), "RepoTags": [image.reference], "Layers": layers}


def _add(archive: tarfile.TarFile, name: str, content: Path | bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.mtime = TIMESTAMP
    if isinstance(content, bytes):
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    else:
        entry.size = content.stat().st_size
        with content.open("rb") as file:
            archive.addfile(entry, file)


def _blob(name: str) -> str:
    return "blobs/" + name.replace(":", "/")


def _descriptor(kind: str, name: str, size: int) -> dict[str, Any]:
    return {"mediaType": f"{_MEDIA}.{kind}", "digest": name, "size": size}


def _json(document: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
