"""What is in each image. The base is a small one here: building the real one takes a minute and root."""

import gzip
import io
import json
import re
import tarfile
from pathlib import Path

import pytest

from sandbox.images import catalogue, debian_base
from sandbox.images.oci import File, Image, layer_of_files
from sandbox.images.suite import TRIXIE, VARIABLE, chosen_suite
from sandbox.paths import REPOSITORY
from sandbox.progress import StepFailed

LIBRARIES = layer_of_files({"usr/bin/ruby": File(b"", 0o755)})


@pytest.fixture(autouse=True)
def small_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "base", lambda: LIBRARIES)
    monkeypatch.delenv(VARIABLE, raising=False)


def files(image: Image) -> dict[str, tarfile.TarInfo]:
    content = image.layers[-1].content
    assert isinstance(content, bytes)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as tar:
        return {member.name: member for member in tar.getmembers()}


def test_demo_has_the_migrations_up_to_its_version_only() -> None:
    first, second, later = (files(catalogue.demo_image(version)) for version in ("1", "2", "3"))
    added = {path for path in second if path not in first}
    assert len(added) == 2, "version 2 adds a migration and a post-deployment migration"
    assert {path.split("/")[2] for path in added} == {"migrate", "post_migrate"}
    assert set(later) == set(second)


@pytest.mark.parametrize("version", ["latest", "0", "-1", "1.5", ""])
def test_version_that_is_no_number_is_refused_in_a_sentence(version: str) -> None:
    with pytest.raises(StepFailed, match="The demo has no version"):
        catalogue.demo_image(version)


def test_demo_leaves_out_what_must_not_be_in_an_image() -> None:
    paths = files(catalogue.demo_image("2"))
    assert "rails/config/credentials.yml.enc" in paths
    for path in ("config/master.key", "Dockerfile", ".dockerignore", "README.md"):
        assert f"rails/{path}" not in paths, f"{path} is in the image"
    assert not any(path.startswith("rails/releases") for path in paths)


def test_demo_can_be_started_and_can_write_where_rails_writes() -> None:
    paths = files(catalogue.demo_image("1"))
    assert all(paths[f"rails/bin/{name}"].mode == 0o755 for name in ("rails", "rake", "docker-entrypoint"))
    assert all(paths[f"rails/{name}"].uid == 1000 for name in ("log", "tmp"))
    assert paths["rails/config.ru"].mode == 0o644


def test_checkout_with_another_umask_makes_the_same_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "demo"
    for source in catalogue.DEMO.rglob("*"):
        if source.is_file():
            target = copy / source.relative_to(catalogue.DEMO)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode & 0o700)
    before = catalogue.demo_image("1").digest
    monkeypatch.setattr(catalogue, "DEMO", copy)
    assert catalogue.demo_image("1").digest == before


def test_overlay_gives_a_tag_of_its_own_by_its_content() -> None:
    broken = {"db/migrate/20250501090000_fail.rb": "class Fail; end"}
    image = catalogue.demo_image("2", broken)
    assert re.fullmatch(r"railbed\.sandbox/demo:2-[0-9a-f]{12}", image.reference)
    assert "rails/db/migrate/20250501090000_fail.rb" in files(image)
    assert image.reference == catalogue.demo_image("2", broken).reference
    assert image.reference != catalogue.demo_image("2", {"db/migrate/20250501090000_fail.rb": "class Other; end"}).reference
    assert catalogue.demo_image("2", broken, tag="broken").reference == "railbed.sandbox/demo:broken"


def test_dockerfile_says_the_same_as_the_image() -> None:
    text = (catalogue.DEMO / "Dockerfile").read_text()
    said = dict(re.findall(r"^(USER|WORKDIR|ENTRYPOINT|CMD|ENV) (.+)$", text, re.MULTILINE))
    config = catalogue.demo_image("1").config
    assert said["USER"] == config["User"]
    assert said["WORKDIR"] == config["WorkingDir"]
    assert json.loads(said["ENTRYPOINT"]) == config["Entrypoint"]
    assert json.loads(said["CMD"]) == config["Cmd"]
    assert set(said["ENV"].split()) == set(config["Env"]) - {catalogue.PATH}
    assert f"FROM debian:{TRIXIE.name}-slim\n" in text
    (packages,) = re.findall(r"apt-get install --no-install-recommends -y (.+?) \\", text)
    assert packages.split() == debian_base.RAILS


def test_images_share_the_base_and_run_as_the_users_of_the_official_ones() -> None:
    images = [catalogue.demo_image("1"), catalogue.postgres_image(), catalogue.redis_image()]
    assert all(image.layers[0] == LIBRARIES for image in images)
    assert [image.config["User"] for image in images] == ["1000:1000", "999:999", "999:999"]
    assert [image.reference for image in images[1:]] == ["railbed.sandbox/postgres:17", "railbed.sandbox/redis:8"]


def test_what_names_a_version_names_the_one_of_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("Pulumi.sandbox.yaml", "Pulumi.docker.yaml"):
        settings = (REPOSITORY / file).read_text()
        assert all(f'"{name}"' in settings for name in (catalogue.postgres_reference(), catalogue.redis_reference())), file
    assert "`ruby:3.3-slim`" in (REPOSITORY / "docs/sandbox.md").read_text()
    assert catalogue.ruby_reference() == "docker.io/library/ruby:3.3-slim"
    monkeypatch.setenv(VARIABLE, "sid")
    image = catalogue.postgres_image()
    assert image.reference == "railbed.sandbox/postgres:18"
    assert image.config["Env"][0].endswith(":/usr/lib/postgresql/18/bin")


def test_unknown_release_of_debian_is_refused_in_a_sentence() -> None:
    with pytest.raises(StepFailed, match="RAILBED_SANDBOX_SUITE is 'bookworm'") as failure:
        chosen_suite({VARIABLE: "bookworm"})
    assert failure.value.remedy == "Set it to one of these, or leave it out: trixie, sid."
    assert chosen_suite({VARIABLE: ""}) == chosen_suite({}) == TRIXIE
