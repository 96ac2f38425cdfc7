import hashlib
import io
import os
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sandbox import downloads
from sandbox.progress import StepFailed

VERSION = "9.9.9"
ARCHIVE = f"pulumi-v{VERSION}-linux-x64.tar.gz"


class _Quiet(SimpleHTTPRequestHandler):
    requests = 0

    def log_message(self, *_: object) -> None:
        type(self).requests += 1


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place of releases on this machine."""
    root = tmp_path / "site"
    (root / "sdk").mkdir(parents=True)
    (root / "plugins").mkdir()
    _Quiet.requests = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(downloads, "RELEASES", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(downloads, "CACHE_DIRECTORY", tmp_path / "cache")
        monkeypatch.setattr(downloads, "_ARCHITECTURE", "amd64")
        monkeypatch.setattr(sys, "platform", "linux")
        yield root
        server.shutdown()


def _publish(site: Path, checksum: str | None = None) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        program = tarfile.TarInfo("pulumi/pulumi")
        program.size, program.mode = 4, 0o755
        archive.addfile(program, io.BytesIO(b"real"))
    (site / "sdk" / ARCHIVE).write_bytes(packed.getvalue())
    checksum = checksum or hashlib.sha256(packed.getvalue()).hexdigest()
    (site / "sdk" / f"pulumi-{VERSION}-checksums.txt").write_text(f"{'0' * 64}  other.zip\n{checksum}  {ARCHIVE}\n")


def test_a_release_whose_checksum_is_right_is_installed(site: Path, tmp_path: Path) -> None:
    _publish(site)
    assert downloads.release(VERSION, tmp_path / "cache" / "pulumi-9") is True
    installed = tmp_path / "cache" / "pulumi-9" / "pulumi"
    assert installed.read_text() == "real"
    assert os.access(installed, os.X_OK)
    assert not downloads.refused()


def test_a_release_whose_checksum_is_wrong_is_never_installed(site: Path, tmp_path: Path) -> None:
    _publish(site, checksum="f" * 64)
    with pytest.raises(StepFailed, match="does not match its published checksum"):
        downloads.release(VERSION, tmp_path / "cache" / "pulumi-9")
    assert not (tmp_path / "cache" / "pulumi-9").exists()


def test_a_refusal_is_remembered_for_a_day(tmp_path: Path) -> None:
    target = tmp_path / "cache" / "pulumi-9"
    assert downloads.release(VERSION, target) is False
    asked = _Quiet.requests
    assert downloads.release(VERSION, target) is False
    assert downloads.plugin_offered("kubernetes", "1.0.0") is False
    assert _Quiet.requests == asked, "a refused download was tried again"

    marker = tmp_path / "cache" / "downloads-refused"
    yesterday = marker.stat().st_mtime - 25 * 3600
    os.utime(marker, (yesterday, yesterday))
    assert downloads.release(VERSION, target) is False
    assert _Quiet.requests > asked, "the next day must try again"


def test_a_host_that_does_not_answer_counts_as_refusing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "RELEASES", "http://127.0.0.1:9")
    assert downloads.release(VERSION, tmp_path / "cache" / "pulumi-9") is False
    assert downloads.refused()


def test_a_plugin_is_offered_where_its_archive_is(site: Path) -> None:
    (site / "plugins" / "pulumi-resource-kubernetes-v1.2.3-linux-amd64.tar.gz").write_text("")
    assert downloads.plugin_offered("kubernetes", "1.2.3") is True
    assert downloads.plugin_offered("kubernetes", "1.2.4") is False
    assert not downloads.refused(), "one missing version must not keep the others from being tried"
