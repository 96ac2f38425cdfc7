"""The Dockerfile that railbed writes, for the versions of Rails and the application servers that it knows."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from dockerfile_parse import DockerfileParser

from railbed.enums import Server
from railbed.image.dockerfile import default_dockerfile, labelled
from railbed.image.rails_source import RailsSource

RAILS = ["6.1.7.8", "7.0.8", "7.1.4", "8.0.1"]


class Application:
    """A folder with as much of an application as its Dockerfile is made from."""

    def __init__(self, folder: Path, rails: str = "7.1.4", **gems: str) -> None:
        self.folder = folder
        locked = {"railties": rails, "puma": "6.4.3", "unicorn": "6.1.0", "passenger": "6.0.23", **gems}
        specs = "".join(f"    {gem.replace('_', '-')} ({version})\n" for gem, version in locked.items())
        self.write("Gemfile.lock", f"GEM\n  specs:\n{specs}\nRUBY VERSION\n   ruby 3.3.4p94\n")

    def write(self, path: str, content: str = "") -> "Application":
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(content)
        return self

    def dockerfile(self, server: Server = Server.PUMA, base: str | None = None) -> str:
        source = RailsSource.read(self.folder)
        source.check(server, needs_ruby=base is None)
        return default_dockerfile(source, server, base, port=3000, user=1000, workdir="/rails")


def parsed(text: str) -> list[tuple[str, str]]:
    """Instructions as an independent parser reads them."""
    parser = DockerfileParser(fileobj=io.BytesIO())
    parser.content = text
    found: list[dict[str, Any]] = parser.structure
    return [(each["instruction"], " ".join(each["value"].split())) for each in found]


def stages(instructions: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    starts = [at for at, (word, _) in enumerate(instructions) if word == "FROM"]
    return [instructions[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


@pytest.mark.parametrize("server", Server)
@pytest.mark.parametrize("rails", RAILS)
def test_every_rails_with_every_server(tmp_path: Path, rails: str, server: Server) -> None:
    text = Application(tmp_path, rails, bootsnap="1.18", sprockets_rails="3.5").write("app/assets/a.css").dockerfile(server)
    base, build, final = stages(parsed(text))

    assert base[0] == ("FROM", "docker.io/library/ruby:3.3.4-slim AS base")
    assert build[0] == ("FROM", "base AS build")
    assert final[0] == ("FROM", "base"), "compilers would be in the image that runs"
    words = dict(final)
    assert words["USER"] == "1000:1000"
    assert words["EXPOSE"] == "3000"
    command = json.loads(words["CMD"])
    assert command[:2] == ["bundle", "exec"]
    assert command[2] == ("puma" if server is Server.IMAGE else server.value)
    assert "0.0.0.0" in words["CMD"] or server is Server.UNICORN, "nothing outside the container could reach it"
    assert ("STOPSIGNAL" in words) is (server is Server.UNICORN), "on TERM, Unicorn drops the requests that it works on"
    (assets,) = (value for word, value in build if "assets:precompile" in value)
    dummy = "SECRET_KEY_BASE_DUMMY=1" if rails in ("7.1.4", "8.0.1") else "SECRET_KEY_BASE=dummy"
    assert assets == f"{dummy} bundle exec rails assets:precompile"
    assert not any("SECRET" in value for word, value in [*base, *final]), "a key would be in the image that runs"
    assert any("libjemalloc2" in value for word, value in base)
    assert "LD_PRELOAD=libjemalloc.so.2" in dict(base)["ENV"]


def test_gems_are_installed_before_the_code_is_copied(tmp_path: Path) -> None:
    _, build, _ = stages(parsed(Application(tmp_path, bootsnap="1.18").dockerfile()))
    copied = [value for word, value in build if word == "COPY"]
    assert copied == ["Gemfile Gemfile.lock ./", ". ."]
    order = [value for _, value in build]
    install = next(at for at, value in enumerate(order) if "bundle install" in value)
    assert install < order.index(". ."), "every change of code would install all gems anew"
    assert "bootsnap precompile --gemfile" in order[install]
    assert order[-1] == "bundle exec bootsnap precompile app/ lib/"


def test_without_the_gem_nothing_is_asked_of_bootsnap(tmp_path: Path) -> None:
    assert "bootsnap" not in Application(tmp_path).dockerfile()


@pytest.mark.parametrize(
    ("gem", "runs_with", "builds_with"),
    [
        ("pg", "libpq5", "libpq-dev"),
        ("mysql2", "libmariadb3", "default-libmysqlclient-dev"),
        ("sqlite3", "libsqlite3-0", "libsqlite3-dev"),
    ],
)
def test_the_databases_client_is_in_the_image_and_its_headers_are_not(
    tmp_path: Path, gem: str, runs_with: str, builds_with: str
) -> None:
    base, build, final = stages(parsed(Application(tmp_path, **{gem: "1.0"}).dockerfile()))
    assert runs_with in str(base).split()
    assert builds_with in str(build)
    assert builds_with not in str(base) + str(final)
    assert runs_with not in Application(tmp_path).dockerfile()


def test_a_schema_in_sql_needs_the_databases_own_client(tmp_path: Path) -> None:
    application = Application(tmp_path, pg="1.5")
    assert "postgresql-client" not in application.dockerfile()
    assert "postgresql-client" in application.write("db/structure.sql").dockerfile()


def test_without_package_json_there_is_no_node(tmp_path: Path) -> None:
    assert "/node:" not in Application(tmp_path).write("yarn.lock").dockerfile()


@pytest.mark.parametrize(
    ("package", "lock", "command"),
    [
        ({}, "yarn.lock", "yarn install --frozen-lockfile"),
        ({"packageManager": "yarn@4.5.0"}, "yarn.lock", "corepack enable && yarn install --immutable"),
        ({}, "package-lock.json", "npm ci"),
        (
            {"packageManager": "pnpm@9.1.0"},
            "pnpm-lock.yaml",
            "npm install --global pnpm@9.1.0 && pnpm install --frozen-lockfile",
        ),
        ({}, None, "npm install"),
    ],
)
def test_packages_are_installed_as_the_lock_file_asks(
    tmp_path: Path, package: dict[str, str], lock: str | None, command: str
) -> None:
    application = Application(tmp_path, propshaft="1.0").write("package.json", json.dumps(package)).write("app/javascript/a.js")
    if lock:
        application.write(lock)
    _, build, final = stages(parsed(application.dockerfile()))
    assert any(value.endswith(command) for _, value in build), build
    assert ("RUN", "rm -rf node_modules") in build
    assert "node" not in str(final).replace("node_modules", ""), "Node.js would be in the image that runs"


@pytest.mark.parametrize(
    ("file", "content", "version"),
    [(".node-version", "20.11.1\n", "20.11.1"), (".nvmrc", "v18\n", "18"), (".nvmrc", "lts/*\n", "22")],
)
def test_the_version_of_node_is_the_applications(tmp_path: Path, file: str, content: str, version: str) -> None:
    text = Application(tmp_path).write("package.json", "{}").write(file, content).dockerfile()
    assert f"docker.io/library/node:{version}-slim" in text


def test_an_engine_of_package_json_counts_too(tmp_path: Path) -> None:
    assert "node:20-slim" in Application(tmp_path).write("package.json", '{"engines": {"node": ">=20.9"}}').dockerfile()


@pytest.mark.parametrize(
    ("file", "content", "image"),
    [
        (".ruby-version", "ruby-3.2.2\n", "ruby:3.2.2-slim"),
        (".ruby-version", "3.1", "ruby:3.1-slim"),
        (".tool-versions", "node 20\nruby 3.4.1\n", "ruby:3.4.1-slim"),
    ],
)
def test_the_version_of_ruby_is_the_applications(tmp_path: Path, file: str, content: str, image: str) -> None:
    assert f"FROM docker.io/library/{image} AS base" in Application(tmp_path).write(file, content).dockerfile()


def test_passenger_is_compiled_into_the_image(tmp_path: Path) -> None:
    text = Application(tmp_path).dockerfile(Server.PASSENGER)
    assert "passenger-config install-agent --auto" in text, "each new container would download it first"
    assert "procps" in text.split("AS build")[0], "Passenger starts no process without `ps`"


def test_another_base_image_is_started_from(tmp_path: Path) -> None:
    base = "registry.example.com/ruby:3.3@sha256:4f5c"
    assert f"FROM {base} AS base" in Application(tmp_path).dockerfile(base=base)


@pytest.mark.parametrize(
    ("lock", "sentence"),
    [
        (None, "there is no Gemfile.lock in"),
        ("GEM\n  specs:\n    sinatra (4.0)\n", "has no Rails: the default Dockerfile is one for Rails"),
        ("GEM\n  specs:\n    railties (5.2.8)\n", "has Rails 5.2.8: add a Dockerfile; the default one builds Rails 6.1 to 8"),
        ("GEM\n  specs:\n    railties (7.1.4)\n    puma (6)\n", "names a version of Ruby: write it to .ruby-version"),
    ],
)
def test_what_cannot_be_built_is_told_in_a_sentence(tmp_path: Path, lock: str | None, sentence: str) -> None:
    if lock is not None:
        (tmp_path / "Gemfile.lock").write_text(lock)
    with pytest.raises(ValueError, match=sentence):
        RailsSource.read(tmp_path).check(Server.PUMA, needs_ruby=True)


def test_a_ruby_without_an_official_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Ruby 'jruby-9.4' has no official image"):
        Application(tmp_path).write(".ruby-version", "jruby-9.4").dockerfile()


def test_labels_are_the_last_thing_and_cannot_break_out(tmp_path: Path) -> None:
    text = labelled("FROM ruby\nCMD true \\\n  && false", None, {"a.b": 'quoted " and $HOME and \\'})
    assert parsed(text)[-1][0] == "LABEL"
    assert text.splitlines()[-1] == 'LABEL a.b="quoted \\" and \\$HOME and \\\\"'
