"""The images of the sandbox: what is in each besides the shared base, and what it runs."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from sandbox.images.debian_base import base
from sandbox.images.oci import File, Image, layer_of_files
from sandbox.images.suite import chosen_suite
from sandbox.progress import StepFailed

REPOSITORY = "railbed.sandbox"
DEMO = Path(__file__).parent.parent / "demo"

_HERE = Path(__file__).parent
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_RAILS_USER = 1000
_SERVER_USER = 999


def demo_image(version: str, overlay: Mapping[str, str] | None = None, tag: str | None = None) -> Image:
    """The demo Rails application at a version, with further or replaced files if an overlay has any."""
    if not version.isdecimal() or int(version) < 1:
        raise StepFailed(f"The demo has no version {version!r}.", "Its versions are whole numbers from 1.")
    files = {path: _file(source) for path, source in _sources(version)}
    files["VERSION"] = File(f"{version}\n".encode())
    files |= {path: File(text.encode()) for path, text in (overlay or {}).items()}
    writable = {name: File(mode=0o755, owner=_RAILS_USER) for name in ("log", "tmp")}
    layer = layer_of_files({f"rails/{path}": file for path, file in (files | writable).items()})
    if overlay and tag is None:
        tag = f"{version}-{hashlib.sha256(layer.diff_id.encode()).hexdigest()[:12]}"
    config = {
        "User": f"{_RAILS_USER}:{_RAILS_USER}",
        "WorkingDir": "/rails",
        "Env": [PATH, "LANG=C.UTF-8", "RAILS_ENV=production", "BUNDLE_FROZEN=true"],
        "Entrypoint": ["/rails/bin/docker-entrypoint"],
        "Cmd": ["./bin/rails", "server"],
        "ExposedPorts": {"3000/tcp": {}},
    }
    return Image(f"{REPOSITORY}/demo:{tag or version}", [base(), layer], config)


def _sources(version: str) -> Iterator[tuple[str, Path]]:
    """The application's files by their path in it; those of a later release replace the ones of an earlier."""
    ignored = (DEMO / ".dockerignore").read_text().split()
    for source in sorted(DEMO.rglob("*")):
        path = source.relative_to(DEMO)
        if source.is_file() and not any(path.match(pattern) or path.parts[0] == pattern for pattern in ignored):
            yield str(path), source
    for release in sorted(DEMO.glob("releases/*"), key=lambda release: int(release.name)):
        if int(release.name) <= int(version):
            yield from ((str(source.relative_to(release)), source) for source in release.rglob("*") if source.is_file())


def _file(source: Path) -> File:
    executable = source.stat().st_mode & 0o100  # the rest of the mode is this checkout's umask
    return File(source.read_bytes(), 0o755 if executable else 0o644)


def postgres_reference() -> str:
    """What the image of PostgreSQL is called."""
    return f"{REPOSITORY}/postgres:{chosen_suite().postgresql}"


def redis_reference() -> str:
    """What the image of Redis is called."""
    return f"{REPOSITORY}/redis:{chosen_suite().redis}"


def ruby_reference() -> str:
    """The image that a Dockerfile of an application with Debian's Ruby version starts from."""
    return f"docker.io/library/ruby:{chosen_suite().ruby}-slim"


def postgres_image() -> Image:
    """PostgreSQL, to be used like Docker's official image."""
    layer = layer_of_files(
        {
            "usr/local/bin/docker-entrypoint.sh": File((_HERE / "postgres-entrypoint").read_bytes(), 0o755),
            "var/lib/postgresql/data": File(mode=0o777, owner=_SERVER_USER),
            "run/postgresql": File(mode=0o3777, owner=_SERVER_USER),
        }
    )
    config = {
        "User": f"{_SERVER_USER}:{_SERVER_USER}",
        "Env": [
            f"{PATH}:/usr/lib/postgresql/{chosen_suite().postgresql}/bin",
            "LANG=C.UTF-8",
            "PGDATA=/var/lib/postgresql/data",
        ],
        "Entrypoint": ["docker-entrypoint.sh"],
        "Cmd": ["postgres"],
        "ExposedPorts": {"5432/tcp": {}},
        "StopSignal": "SIGINT",  # a fast shutdown; SIGTERM would wait for every client to leave
    }
    return Image(postgres_reference(), [base(), layer], config)


def redis_image() -> Image:
    """Redis, to be used like Docker's official image."""
    layer = layer_of_files(
        {
            "usr/local/bin/docker-entrypoint.sh": File((_HERE / "redis-entrypoint").read_bytes(), 0o755),
            "data": File(mode=0o755, owner=_SERVER_USER),
        }
    )
    config = {
        "User": f"{_SERVER_USER}:{_SERVER_USER}",
        "WorkingDir": "/data",
        "Env": [PATH],
        "Entrypoint": ["docker-entrypoint.sh"],
        "Cmd": ["redis-server"],
        "ExposedPorts": {"6379/tcp": {}},
    }
    return Image(redis_reference(), [base(), layer], config)


def caddy_image() -> Image:
    """Caddy 2, to be used like Docker's official image."""
    layer = layer_of_files({folder: File(mode=0o755) for folder in ("config", "data", "srv")})
    config = {
        "WorkingDir": "/srv",
        "Env": [PATH, "XDG_CONFIG_HOME=/config", "XDG_DATA_HOME=/data"],
        "Cmd": ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
        "ExposedPorts": {f"{port}/tcp": {} for port in (80, 443, 2019)},
    }
    return Image(f"{REPOSITORY}/caddy:2", [base(), layer], config)


def ruby_image() -> Image:
    """What stands in for Docker's official image of Debian's Ruby version: the gems are Debian's and installed already."""
    layer = layer_of_files(
        {
            "usr/local/bin/apt-get": File((_HERE / "apt-get").read_bytes(), 0o755),
            "usr/local/bundle": File(mode=0o755),
        }
    )
    return Image(ruby_reference(), [base(), layer], {"Env": [PATH, "LANG=C.UTF-8"], "Cmd": ["irb"]})
