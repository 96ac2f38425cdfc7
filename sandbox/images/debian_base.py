"""The layer that all images of the sandbox share: Debian with Ruby on Rails, Sidekiq, PostgreSQL, Redis and Caddy."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from subprocess import PIPE
from threading import Thread
from typing import IO

from sandbox import debian
from sandbox.builds import exclusive
from sandbox.images.oci import TIMESTAMP, Layer, layer_of_stream
from sandbox.images.suite import Suite, chosen_suite
from sandbox.paths import CACHE_DIRECTORY
from sandbox.progress import Step, StepFailed, step

GEMFILE = Path(__file__).parent.parent / "demo" / "Gemfile"

RAILS = ["ruby", "ruby-rails", "puma", "unicorn", "ruby-sidekiq", "ruby-pg"]
"""Debian's packages of the Gemfile's gems."""
_TOOLS = ["passenger", "procps", "libnss-wrapper", "redis-server", "caddy", "ca-certificates"]
_LEFT_OUT = [
    *(f"/usr/share/{part}/*" for part in ["doc", "fonts*", "i18n", "info", "javascript", "lintian", "locale", "man"]),
    # PostgreSQL's just-in-time compiler, half of everything; the server runs without it when its files are absent.
    *(f"/usr/lib/*/{library}" for library in ["libLLVM*", "libz3*"]),
    *(f"/usr/lib/postgresql/*/lib/{part}" for part in ["llvmjit*", "bitcode/*"]),
]
_BEFORE_PACKAGES = [
    'echo postgres:x:999:999::/var/lib/postgresql:/bin/bash >> "$1/etc/passwd"',
    'echo rails:x:1000:1000::/rails:/bin/bash >> "$1/etc/passwd"',
    'printf "%s:x:%s:\\n" postgres 999 rails 1000 >> "$1/etc/group"',
    'mkdir -p "$1/etc/postgresql-common" "$1/rails"',
    'echo create_main_cluster=false > "$1/etc/postgresql-common/createcluster.conf"',
]
_AFTER_PACKAGES = [
    # Debian has no archives of gems, which checksums would be of; without them Bundler 4 would not take its own lock file.
    'chroot "$1" sh -c "cd /rails && BUNDLE_SILENCE_DEPRECATIONS=true BUNDLE_LOCKFILE_CHECKSUMS=false bundle lock --local"',
    # What names this host, its proxy or its mirror, and what differs from build to build.
    'cd "$1" && rm -rf etc/apt/sources.list* etc/apt/apt.conf.d/99mmdebstrap etc/hostname etc/resolv.conf',
    'cd "$1" && rm -rf etc/passwd- etc/group- etc/shadow- etc/gshadow- var/cache/* var/log/*',
    'rm "$1"/etc/ssl/*/ssl-cert-snakeoil.*; chroot "$1" find /etc/ssl/certs -xtype l -delete',
]
_REMEDIES = {
    "is not signed": "Install a debian-archive-keyring of 2023 or later (https://packages.debian.org/debian-archive-keyring): "
    "the keys of this machine are from before Debian 12.",
    "No space left on device": f"Free some disk space: the image needs 1 GB in {CACHE_DIRECTORY}.",
    "Failed to fetch": "Check the network, and the proxy in apt's configuration if there is one.",
    "Unable to locate package": "Check that apt's sources reach a complete Debian mirror.",
    "does not have a Release file": "Check that the Debian mirror in apt's sources has more than this machine's own release.",
    "unshare": "Run it as root, on a kernel that allows new mount and process namespaces.",
}


def base() -> Layer:
    """The shared layer, built once and kept by what it is made from."""
    directory = CACHE_DIRECTORY / "images" / f"base-{_fingerprint()}"
    if not directory.exists():
        debian.install(["mmdebstrap", "debian-archive-keyring"])
        title = "Building the base of the container images from Debian packages, once"
        with step(title) as building, exclusive(directory.with_suffix(".lock"), building):
            if not directory.exists():  # the one we waited for may have built it
                _build(directory, building)
    facts = json.loads((directory / "layer.json").read_text())
    return Layer(**facts, content=directory / "layer.tar.gz")


def _packages(suite: Suite) -> list[str]:
    return [*RAILS, *_TOOLS, f"postgresql-{suite.postgresql}"]


def _fingerprint() -> str:
    suite = chosen_suite()
    recipe = [suite.name, *_packages(suite), *_LEFT_OUT, *_BEFORE_PACKAGES, *_AFTER_PACKAGES, GEMFILE.read_text()]
    return hashlib.sha256("\0".join(recipe).encode()).hexdigest()[:12]


def _build(directory: Path, building: Step) -> None:
    partial = directory.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)  # of a build that was killed; its mounts ended with its namespace
    partial.mkdir()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(TIMESTAMP), "TMPDIR": str(partial)}
    try:
        with subprocess.Popen(_command(), env=environment, stdout=PIPE, stderr=PIPE) as running:
            assert running.stdout and running.stderr
            lines: list[str] = []
            reader = Thread(target=_follow, args=(running.stderr, lines, building), daemon=True)
            reader.start()
            try:
                layer = layer_of_stream(running.stdout, partial / "layer.tar.gz")
            except BaseException:
                running.kill()
                raise
            reader.join()
        if running.returncode != 0:
            raise _failure(lines)
        facts = {"digest": layer.digest, "diff_id": layer.diff_id, "size": layer.size}
        (partial / "layer.json").write_text(json.dumps(facts))
        partial.replace(directory)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _command() -> list[str]:
    suite = chosen_suite()
    # Everything happens in namespaces of its own: whoever kills us, the kernel ends the build and undoes its mounts.
    isolation = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    options = [
        "--variant=essential",
        "--mode=root",
        "--format=tar",
        "--skip=output/dev",
        "--aptopt=APT::Install-Recommends false",
        *(f"--aptopt={option}" for option in _host_options()),
        *(["--aptopt=Acquire::Check-Valid-Until false"] if not suite.has_updates else []),
        "--dpkgopt=force-unsafe-io",
        *(f"--dpkgopt=path-exclude={path}" for path in _LEFT_OUT),
        f"--include={','.join(_packages(suite))}",
        *(f"--essential-hook={command}" for command in _BEFORE_PACKAGES),
        f"--customize-hook=copy-in {GEMFILE} /rails",
        *(f"--customize-hook={command}" for command in _AFTER_PACKAGES),
    ]
    return [*isolation, "mmdebstrap", *options, suite.name, "-", *_host_sources(suite)]


def _host_options() -> list[str]:
    """The host's settings for reaching its mirror, such as a proxy."""
    lines = _lines("apt-config", "dump")
    return [line.rstrip(";") for line in lines if line.startswith(("Acquire::http::", "Acquire::https::"))]


def _host_sources(suite: Suite) -> list[str]:
    """The suite at the host's own mirror, whatever release of Debian the host has; none means Debian's own mirror."""
    sources = _lines("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Origin: Debian", "Component: main")
    found = set()
    for mirror, codename in map(str.split, sources):
        _, dash, pocket = codename.partition("-")  # bookworm, bookworm-updates, bookworm-security
        if not dash or (suite.has_updates and pocket in {"updates", "security"}):
            found.add(f"deb {mirror} {suite.name}{dash}{pocket} main")
    return sorted(found)


def _lines(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def _follow(stream: IO[bytes], lines: list[str], building: Step) -> None:
    for raw in stream:
        lines.append(raw.decode(errors="replace").rstrip())
        building.note(lines[-1].removeprefix("I: "))


def _failure(lines: list[str]) -> StepFailed:
    errors = [line for line in lines if line.startswith(("E: ", "unshare: ", "setpriv: "))] or lines
    text = "\n".join(errors[-6:])
    remedy = next((remedy for symptom, remedy in _REMEDIES.items() if symptom in text), "Run the same command again.")
    return StepFailed(f"mmdebstrap could not build the base image:\n{text}", remedy)
