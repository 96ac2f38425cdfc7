"""Official releases of Pulumi, where they can be downloaded; a refusal is remembered for a day."""

import hashlib
import platform
import shutil
import sys
import tarfile
import time
import urllib.request
from pathlib import Path

from sandbox.builds import exclusive
from sandbox.paths import CACHE_DIRECTORY
from sandbox.progress import Step, StepFailed, step

RELEASES = "https://get.pulumi.com/releases"
_ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
_TIMEOUT = 5.0
_REFUSAL_HOLDS = 24 * 3600.0
_CHUNK = 1 << 20


def refused() -> bool:
    """Whether downloads were refused within the last day."""
    marker = CACHE_DIRECTORY / "downloads-refused"
    return marker.exists() and time.time() - marker.stat().st_mtime < _REFUSAL_HOLDS


def _cache() -> Path:
    CACHE_DIRECTORY.mkdir(parents=True, exist_ok=True)
    return CACHE_DIRECTORY


def _refuse(reason: object) -> None:
    (_cache() / "downloads-refused").write_text(f"{reason}\n")


def plugin_offered(name: str, version: str) -> bool:
    """Try, once and quickly, whether a provider's plugin can be downloaded."""
    if refused():
        return False
    archive = f"pulumi-resource-{name}-v{version}-{sys.platform}-{_ARCHITECTURE}.tar.gz"
    request = urllib.request.Request(f"{RELEASES}/plugins/{archive}", method="HEAD")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310
            return True
    except OSError as error:
        if getattr(error, "code", None) != 404:  # a version that is not there says nothing of the others
            _refuse(error)
        return False


def release(version: str, target: Path) -> bool:
    """Install the official release of the engine in the folder `target`; False where downloads are refused."""
    if refused():
        return False
    archive = f"pulumi-v{version}-{sys.platform}-{_ARCHITECTURE.replace('amd', 'x')}.tar.gz"
    with (
        step(f"Downloading pulumi {version}") as downloading,
        exclusive(target.with_name(f"{target.name}.lock"), downloading),
    ):
        if target.exists():  # by the run we waited for
            return True
        folder = target.with_name(f"{target.name}.partial")
        shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
        folder.mkdir()
        try:
            _fetch(f"{RELEASES}/sdk/pulumi-{version}-checksums.txt", folder / "checksums", downloading)
            checksum = _fetch(f"{RELEASES}/sdk/{archive}", folder / archive, downloading)
            expected = dict(line.split()[::-1] for line in (folder / "checksums").read_text().splitlines() if line)
            if expected.get(archive) != checksum:
                raise StepFailed(
                    f"The download of {archive} does not match its published checksum.",
                    "Something between here and get.pulumi.com changes it. Install pulumi yourself, and put it on PATH.",
                )
            with tarfile.open(folder / archive) as packed:
                packed.extractall(folder, filter="data")
            (folder / "pulumi").replace(target)
        except (OSError, tarfile.TarError) as error:
            _refuse(error)
            downloading.outcome = "refused: it will be built"
            return False
        finally:
            shutil.rmtree(folder)
    return True


def _fetch(url: str, target: Path, downloading: Step) -> str:
    """Download, and return the SHA-256."""
    digest = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=_TIMEOUT) as response, target.open("wb") as file:  # noqa: S310
        while chunk := response.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            downloading.note(f"{file.tell() >> 20} MB")
    return digest.hexdigest()
