"""Builds Go programs from module sources, once: the result is kept by a hash of everything that went in."""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, STDOUT

from sandbox.paths import CACHE_DIRECTORY
from sandbox.progress import Step, StepFailed, step

_MODULES = Path(__file__).parent / "go"
_GO = "Install Go 1.21 or newer (https://go.dev/dl) and run the same command again."
_REMEDIES = {
    "no space left on device": f"Free 3 GB of disk space, in {CACHE_DIRECTORY} and in Go's caches (go env).",
    "invalid go version": _GO,
    "unknown directive": _GO,
    "requires go >=": _GO,
    "dial tcp": "Go could not reach its module proxy: check the network, or GOPROXY if you use a mirror.\n"
    "Without a network, put your own pulumi on PATH and use a cluster you have: python -m sandbox up --kubeconfig FILE\n"
    "The tests that need no cluster run anyway: make test-unit",
    "checksum mismatch": "A module is not the one that was pinned: check GOPROXY, then run `go clean -modcache`.",
    "signal: killed": "The compiler was killed, likely for want of memory: close other programs, or set GOFLAGS=-p=1.",
}


def go_build(module: str | Path, package: str, binary: str, ldflags: str = "") -> Path:
    """Build `package` in sandbox/go/<module> or another folder, unless that was done before, and return the executable."""
    if found := built(module, package, binary, ldflags):
        return found
    source = _MODULES / module
    target = _target(source, package, binary, ldflags)
    with step(f"Building {binary}, once") as building, exclusive(target.parent.with_suffix(".lock"), building):
        if not target.exists():  # the one we waited for may have built it
            _build(source, package, ldflags, target, building)
    return target


def go_build_published(module: str, version: str, package: str, binary: str) -> Path:
    """Build `package` of a published module with the versions that it pins itself, unless that was done before."""
    target = published(binary, version)
    with step(f"Building {binary} {version}, once") as building, exclusive(target.parent.with_suffix(".lock"), building):
        if not target.exists():
            _needs_go(binary)
            building.note("downloading")
            # In its folder Go has no module to check against go.sum of; the checksum database is asked instead.
            downloaded = _go(target.parent.parent, ["mod", "download", "-json", f"{module}@{version}"], building)
            source = json.loads("\n".join(line for line in downloaded if not line.startswith("go: ")))["Dir"]
            _build(Path(source), package, "-s -w", target, building)
    return target


def published(binary: str, version: str) -> Path:
    """Where a program of a published module is, or would be."""
    return CACHE_DIRECTORY / "builds" / f"{binary}-{version}" / binary


def built(module: str | Path, package: str, binary: str, ldflags: str = "") -> Path | None:
    """The executable, if it was built before from the same sources."""
    target = _target(_MODULES / module, package, binary, ldflags)
    if not target.exists():
        return None
    _remove_partial(target)
    return target


@contextmanager
def exclusive(lock: Path, waiting: Step) -> Iterator[None]:
    """Hold a file lock; the kernel frees it when this process ends, in whatever way."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        waiting.note("waits for another run that is doing the same")
        fcntl.flock(file, fcntl.LOCK_EX)
        waiting.note("")
        yield


def _target(source: Path, package: str, binary: str, ldflags: str) -> Path:
    return CACHE_DIRECTORY / "builds" / f"{binary}-{_fingerprint(source, package, ldflags)}" / binary


def _fingerprint(source: Path, package: str, ldflags: str) -> str:
    # Go's own version is left out on purpose: an upgrade of Go must not cost everyone a build of many minutes.
    digest = hashlib.sha256("\0".join([platform.system(), platform.machine(), package, ldflags]).encode())
    for file in sorted([source / "go.mod", source / "go.sum", *source.glob("*.go")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _build(source: Path, package: str, ldflags: str, target: Path, building: Step) -> None:
    _needs_go(target.name)
    building.note("downloading modules")
    packages = _go(source, ["list", "-deps", package], building)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_partial(target)
    partial = target.with_suffix(f".{os.getpid()}")
    compile_it = ["build", "-v", "-trimpath", "-ldflags", ldflags, "-o", str(partial), package]
    try:
        _go(source, compile_it, building, total=len(packages))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _needs_go(binary: str) -> None:
    if not shutil.which("go"):
        raise StepFailed(f"{binary} has to be built, but there is no Go compiler on PATH.", _GO)


def _remove_partial(target: Path) -> None:
    """Remove what a killed run left: its compiler goes on without it, and may write its result much later."""
    for stale in target.parent.glob(f"{target.name}.*"):
        stale.unlink(missing_ok=True)


def _go(source: Path, arguments: list[str], building: Step, total: int = 0) -> list[str]:
    """Run `go`, note what it does, and return its lines."""
    lines: list[str] = []
    command = ["go", *arguments]
    with subprocess.Popen(command, cwd=source, stdout=PIPE, stderr=STDOUT, text=True, errors="replace") as running:
        for line in running.stdout or ():
            lines.append(line.rstrip())
            if total:
                building.note(f"compiled {len(lines)} of {total} packages: {lines[-1]}")
            elif lines[-1].startswith("go: downloading"):
                building.note(lines[-1].removeprefix("go: "))
    if running.returncode != 0:
        text = "\n".join(lines[-12:])
        remedy = next((remedy for symptom, remedy in _REMEDIES.items() if symptom in text), "")
        raise StepFailed(
            f"`go {arguments[0]}` failed in {source}:\n{text}", remedy or "Run it again: what was compiled is kept."
        )
    return lines
