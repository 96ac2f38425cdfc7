"""Layers, images and the archive in which the cluster takes them."""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

from sandbox.images.oci import File, Image, Layer, digest, layer_of_files, layer_of_stream, write_archive


def entries(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        return {member.name: _content(archive, member) for member in archive.getmembers()}


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file
    return file.read()


def image(name: str, *layers: Layer) -> Image:
    return Image(f"railbed.sandbox/{name}", layers, {"Cmd": [name]})


def test_same_files_make_the_same_layer_in_any_order() -> None:
    files = {"b": File(b"2"), "a": File(b"1", mode=0o755, owner=1000)}
    assert layer_of_files(files) == layer_of_files(dict(reversed(files.items())))


def test_layer_is_named_by_its_compressed_and_its_plain_content() -> None:
    layer = layer_of_files({"rails/VERSION": File(b"1\n"), "rails/tmp": File(mode=0o755, owner=1000)})
    assert isinstance(layer.content, bytes)
    plain = gzip.decompress(layer.content)
    assert (layer.digest, layer.diff_id, layer.size) == (digest(layer.content), digest(plain), len(layer.content))
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        folder, file = tar.getmember("rails/tmp"), tar.getmember("rails/VERSION")
    assert (folder.isdir(), folder.uid, folder.mode) == (True, 1000, 0o755)
    assert (file.isfile(), file.uid, file.mode, file.size) == (True, 0, 0o644, 2)


def test_stream_is_compressed_in_one_pass_with_the_right_names(tmp_path: Path) -> None:
    plain = bytes(range(256)) * 20_000
    layer = layer_of_stream(io.BytesIO(plain), tmp_path / "layer")
    packed = (tmp_path / "layer").read_bytes()
    assert gzip.decompress(packed) == plain
    assert (layer.digest, layer.diff_id, layer.size) == (digest(packed), digest(plain), len(packed))


def test_archive_leads_from_the_index_to_every_blob(tmp_path: Path) -> None:
    shared, own = layer_of_files({"a": File(b"1")}), layer_of_files({"b": File(b"2")})
    images = [image("demo:1", shared, own), image("redis:7", shared)]
    write_archive(tmp_path / "all.tar", images)
    content = entries(tmp_path / "all.tar")

    assert all(digest(blob) == "sha256:" + name.rpartition("/")[2] for name, blob in content.items() if "blobs" in name)
    named: dict[str, Any] = {
        entry["annotations"]["io.containerd.image.name"]: entry for entry in json.loads(content["index.json"])["manifests"]
    }
    assert {name: entry["digest"] for name, entry in named.items()} == {each.reference: each.digest for each in images}
    manifest = json.loads(content["blobs/" + images[0].digest.replace(":", "/")])
    for part in [manifest["config"], *manifest["layers"]]:
        assert len(content["blobs/" + part["digest"].replace(":", "/")]) == part["size"]


def test_archive_has_a_shared_layer_once_and_one_left_out_not_at_all(tmp_path: Path) -> None:
    shared, own = layer_of_files({"a": File(b"1")}), layer_of_files({"b": File(b"2")})
    write_archive(tmp_path / "all.tar", [image("demo:1", shared, own), image("redis:7", shared)])
    write_archive(tmp_path / "thin.tar", [image("demo:2", shared, own)], leave_out=[shared.digest])
    with tarfile.open(tmp_path / "all.tar") as archive:
        assert archive.getnames().count("blobs/" + shared.digest.replace(":", "/")) == 1
    thin = entries(tmp_path / "thin.tar")
    assert "blobs/" + shared.digest.replace(":", "/") not in thin
    assert "blobs/" + own.digest.replace(":", "/") in thin


def test_another_configuration_is_another_image() -> None:
    layer = layer_of_files({"a": File(b"1")})
    assert Image("x:1", [layer], {"User": "1000"}).digest != Image("x:1", [layer], {"User": "1001"}).digest


def test_archive_is_also_what_docker_loads(tmp_path: Path) -> None:
    shared, own = layer_of_files({"a": File(b"1")}), layer_of_files({"b": File(b"2")})
    built = image("demo:1", shared, own)
    write_archive(tmp_path / "all.tar", [built])
    content = entries(tmp_path / "all.tar")
    (entry,) = json.loads(content["manifest.json"])
    assert entry["RepoTags"] == ["railbed.sandbox/demo:1"]
    assert digest(content[entry["Config"]]) == built.identity
    assert [digest(content[layer]) for layer in entry["Layers"]] == [shared.digest, own.digest]
