"""The Dockerfile that is built: the application's own or a default one, with labels that tell where the image comes from."""

import json
from collections.abc import Iterator, Mapping

from railbed.description.app import AppWeb
from railbed.description.commands import server_command
from railbed.enums import Server
from railbed.image.rails_source import RailsSource

_RUNTIME_PACKAGES = {
    "pg": ["libpq5"],
    "mysql2": ["libmariadb3"],
    "sqlite3": ["libsqlite3-0"],
    "ruby-vips": ["libvips"],
    "mini_magick": ["imagemagick"],
    "passenger": ["libcurl4", "procps"],  # it runs `ps` to start a process
}
_BUILD_PACKAGES = {
    "pg": ["libpq-dev"],
    "mysql2": ["default-libmysqlclient-dev"],
    "sqlite3": ["libsqlite3-dev"],
    "passenger": ["libcurl4-openssl-dev", "libssl-dev", "zlib1g-dev"],
}
_SCHEMA_CLIENTS = {"pg": "postgresql-client", "mysql2": "default-mysql-client", "sqlite3": "sqlite3"}
"""What Rails loads db/structure.sql with."""


def default_dockerfile(
    source: RailsSource,
    server: Server,
    base_image: str | None,
    *,
    port: int,
    user: int,
    workdir: str,
    left_out: str = "development:test",
) -> str:
    """A Dockerfile of two stages: one with compilers, and one with what runs, as a user other than root.

    `left_out` are groups of gems.
    """
    base = base_image or f"docker.io/library/ruby:{source.ruby}-slim"
    parts = [
        _base_stage(source, base, workdir, left_out),
        _build_stage(source, server),
        _final_stage(server, port=port, user=user, workdir=workdir),
    ]
    return "\n".join(parts)


def labelled(dockerfile: str, target: str | None, labels: Mapping[str, str]) -> str:
    """A Dockerfile whose image has labels; a target becomes a last stage of its own."""
    stage = f"\nFROM {target}" if target else ""
    lines = "".join(f"\nLABEL {name}={json.dumps(value).replace('$', chr(92) + '$')}" for name, value in labels.items())
    return f"{dockerfile.rstrip()}\n{stage}{lines}\n"


def _base_stage(source: RailsSource, base: str, workdir: str, left_out: str) -> str:
    packages = ["libjemalloc2", *_packages(source, _RUNTIME_PACKAGES)]
    if source.has("db/structure.sql"):
        packages += [client for gem, client in _SCHEMA_CLIENTS.items() if gem in source.gems]
    return f"""FROM {base} AS base
WORKDIR {workdir}
{_install(packages)}
ENV RAILS_ENV=production \\
    RACK_ENV=production \\
    NODE_ENV=production \\
    BUNDLE_FROZEN=true \\
    BUNDLE_WITHOUT={left_out} \\
    RAILS_LOG_TO_STDOUT=1 \\
    RAILS_SERVE_STATIC_FILES=1 \\
    LANG=C.UTF-8 \\
    LD_PRELOAD=libjemalloc.so.2
"""


def _build_stage(source: RailsSource, server: Server) -> str:
    lines = [
        "FROM base AS build",
        _install(["build-essential", "git", "libyaml-dev", "pkg-config", *_packages(source, _BUILD_PACKAGES)]),
    ]
    lines += _gems(source)
    if server is Server.PASSENGER:
        # Else the first start of each container would download its agent, or compile it.
        lines.append(
            "RUN bundle exec passenger-config install-agent --auto \\\n && bundle exec passenger-config build-native-support"
        )
    if source.package is not None:
        lines += _node(source)
    lines.append("COPY . .")
    if "bootsnap" in source.gems:
        lines.append("RUN bundle exec bootsnap precompile app/ lib/")
    if source.has_assets:
        # A key for this one command: Rails 7.1 makes up its own. None of them is kept in a layer.
        dummy = "SECRET_KEY_BASE_DUMMY=1" if source.rails >= (7, 1) else "SECRET_KEY_BASE=dummy"
        lines.append(f"RUN {dummy} bundle exec rails assets:precompile")
        if source.package is not None:
            lines.append("RUN rm -rf node_modules")
    return "\n".join(lines) + "\n"


def _final_stage(server: Server, *, port: int, user: int, workdir: str) -> str:
    written = ["log", "tmp", "storage", "db"]
    lines = [
        "FROM base",
        # Owned by root: the process cannot change its own program.
        "COPY --from=build /usr/local/bundle /usr/local/bundle",
        f"COPY --from=build {workdir} {workdir}",
        f"RUN (getent group {user} || groupadd --system --gid {user} rails) \\\n"
        f" && (getent passwd {user} || useradd --uid {user} --gid {user} --create-home --shell /bin/bash rails) \\\n"
        f" && mkdir -p {' '.join(written)} \\\n"
        f" && chown -R {user}:{user} {' '.join(written)}",
        f"USER {user}:{user}",
    ]
    if server is Server.UNICORN:
        # On TERM it drops its requests, on QUIT it finishes them.
        lines.append("STOPSIGNAL SIGQUIT")
    # `image` means the image's own command; here that is the server that Rails comes with.
    command = server_command(AppWeb(server=Server.PUMA if server is Server.IMAGE else server, port=port))
    return "\n".join([*lines, f"EXPOSE {port}", f"CMD {json.dumps(command)}"]) + "\n"


def _gems(source: RailsSource) -> Iterator[str]:
    beside = [name for name in (".ruby-version", ".tool-versions") if source.has(name)]
    yield f"COPY {' '.join(['Gemfile', 'Gemfile.lock', *beside])} ./"
    for folder in ("vendor", "engines", "gems"):  # where a Gemfile's `path:` points to
        if source.has(folder):
            yield f"COPY {folder} {folder}"
    bootsnap = " \\\n && bundle exec bootsnap precompile --gemfile" if "bootsnap" in source.gems else ""
    yield (
        'RUN bundle install \\\n && rm -rf ~/.bundle "$(gem env home)"/cache "$(gem env home)"/bundler/gems/*/.git' + bootsnap
    )


def _node(source: RailsSource) -> Iterator[str]:
    image = f"docker.io/library/node:{source.node}-slim"
    for path in ("/usr/local/bin", "/usr/local/lib/node_modules", "/opt"):
        yield f"COPY --from={image} {path} {path}"
    manager = str((source.package or {}).get("packageManager", ""))
    if source.has("yarn.lock"):
        modern = manager.startswith("yarn@") and not manager.startswith("yarn@1.")
        beside = ["yarn.lock", *([".yarnrc.yml"] if source.has(".yarnrc.yml") else [])]
        enable = "npm install --global corepack && corepack enable && " if modern else ""
        install = f"{enable}yarn install {'--immutable' if modern else '--frozen-lockfile'}"
    elif source.has("pnpm-lock.yaml"):
        beside = ["pnpm-lock.yaml"]
        install = f"npm install --global {manager if manager.startswith('pnpm@') else 'pnpm'} && pnpm install --frozen-lockfile"
    elif source.has("package-lock.json"):
        beside, install = ["package-lock.json"], "npm ci"
    else:
        beside, install = [], "npm install"
    yield f"COPY {' '.join(['package.json', *beside])} ./"
    # The tools that bundle assets are development dependencies.
    yield f"RUN export NODE_ENV=development && {install}"


def _packages(source: RailsSource, table: Mapping[str, list[str]]) -> list[str]:
    return [package for gem, packages in table.items() if gem in source.gems for package in packages]


def _install(packages: list[str]) -> str:
    listed = " ".join(packages)
    return (
        "RUN apt-get update --quiet \\\n"
        f" && apt-get install --no-install-recommends --yes {listed} \\\n"
        " && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*"
    )
