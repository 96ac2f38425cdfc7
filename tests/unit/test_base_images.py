"""Base images that are followed: which ones, and how a newer one makes another image."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from railbed import RailsImage
from railbed.image.base_images import open_bases
from tests.unit.recording import Deployment, record
from tests.unit.samples import RAILS

REPOSITORY = "registry.example.com/shop"
DIGEST = "sha256:" + "0" * 64


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application outside git, beside the program's folder, in which we are."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "Gemfile.lock").write_text((RAILS / "Gemfile.lock").read_text())
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path / "deploy")
    return folder


def built(**arguments: Any) -> Deployment:
    complete: Any = {"build": "../shop", "repository": REPOSITORY, **arguments}
    return record(lambda: RailsImage("shop", complete))


@pytest.mark.parametrize(
    ("dockerfile", "bases"),
    [
        ("FROM ruby:3.3-slim", ["ruby:3.3-slim"]),
        ("from ruby:3.3-slim as base\nFROM base AS build\nFROM base", ["ruby:3.3-slim"]),
        ("FROM --platform=linux/amd64 node:20 AS node\nFROM ruby:3.3\nCOPY --from=node /a /a", ["node:20", "ruby:3.3"]),
        (
            "ARG RUBY_VERSION=3.3.4\nFROM docker.io/library/ruby:$RUBY_VERSION-slim AS base",
            ["docker.io/library/ruby:3.3.4-slim"],
        ),
        ("ARG VERSION=3.3\nFROM ruby:${VERSION}", ["ruby:3.3"]),
        ("FROM ruby:${VERSION:-3.2}", ["ruby:3.2"]),
        ("ARG GIVEN\nFROM ruby:$GIVEN", ["ruby:9"]),
        ("FROM ruby:$UNKNOWN", []),
        (f"FROM ruby:3.3@{DIGEST}", []),
        ("FROM scratch\nCOPY . .", []),
    ],
)
def test_images_of_from_are_followed(dockerfile: str, bases: list[str]) -> None:
    opened = open_bases(f"# syntax=docker/dockerfile:1\n{dockerfile}\nRUN true\n", {"GIVEN": "9"})
    assert list(opened.bases.values()) == bases
    assert opened.text.startswith("# syntax=docker/dockerfile:1\n"), "the syntax has to stay in the first line"
    for name, image in opened.bases.items():
        assert f"ARG {name}={image}\n" in opened.text.partition("FROM")[0] + opened.text.partition("from")[0]
        assert f"${{{name}}}" in opened.text


@pytest.mark.parametrize("dockerfile", [None, "FROM ruby:3.3-slim\n"])
def test_what_is_built_starts_from_the_newest_image(app: Path, dockerfile: str | None) -> None:
    if dockerfile:
        (app / "Dockerfile").write_text(dockerfile)
        name = "ruby:3.3-slim"
    else:
        (app / ".ruby-version").write_text("3.3.4")
        name = "docker.io/library/ruby:3.3.4-slim"
    plain, followed = built(), built(follow_base=True)
    build = followed.the("Image").inputs["build"]
    newest = f"{name}@sha256:{hashlib.sha256(name.encode()).hexdigest()}"
    assert build["args"]["RAILBED_BASE_0"] == newest, "an image of the day before would do"
    tag = followed.result["tag"]
    assert tag.startswith(plain.result["tag"] + "-"), "a registry whose tags never move would refuse the newer image"
    assert followed.the("Image").inputs["imageName"] == f"{REPOSITORY}:{tag}"
    assert "FROM ${RAILBED_BASE_0}" in Path(build["dockerfile"]).read_text()


def test_nobody_asks_a_registry_unless_told_to(app: Path) -> None:
    (app / "Dockerfile").write_text("FROM ruby:3.3-slim\n")
    assert set(built().the("Image").inputs["build"]["args"]) == {"BUILDKIT_INLINE_CACHE"}
