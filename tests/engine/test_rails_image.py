"""The image in the graph, with the real engine: what is built when, and what waits for it."""

import subprocess
from pathlib import Path

import pytest

from tests.engine.recorded_stack import RecordedStack
from tests.unit.samples import RAILS

PASSWORD = "password-of-the-registry"
BUILD = "build Image shop"


@pytest.fixture
def building(recorded_stack: RecordedStack, tmp_path: Path) -> RecordedStack:
    """A stack that builds the image of a folder in git."""
    folder = tmp_path / "application"
    folder.mkdir()
    (folder / "Gemfile.lock").write_text((RAILS / "Gemfile.lock").read_text())
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "first"]):
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True)
    recorded_stack.app["image"] = {"build": str(folder)}
    return recorded_stack


def folder_of(stack: RecordedStack) -> Path:
    return Path(stack.app["image"]["build"])


def test_a_release_is_built_then_migrated_then_rolled_out(building: RecordedStack) -> None:
    preview = building.preview()
    assert preview.code == 0, preview.text
    assert building.record.order == [], "a preview built or pushed something"

    building.deploy()
    order = building.record.order
    assert order.index(f"done {BUILD}") < order.index("begun create Job shop-migrate")
    assert order.index("done create Job shop-migrate") < order.index("begun create Deployment shop-web")
    image = building.outputs()["image"]
    assert image.startswith("registry.example.com/shop@sha256:")
    images = {
        each.inputs["spec"]["template"]["spec"]["containers"][0]["image"]
        for each in building.record.done
        if each.kind in ("Deployment", "Job")
    }
    assert images == {image}, "something runs by a tag, which could be pushed anew"

    assert building.up().operations == {}, "a second `up` does something"
    building.settings["secrets"]["REGISTRY_PASSWORD"] = "another-password"
    building.deploy()
    assert BUILD not in building.record.names(), "a new password builds the same image again"
    for text in (building.state(), building.event_log):
        assert PASSWORD not in text
        assert "another-password" not in text


def test_a_changed_file_is_seen_in_the_preview_and_a_failed_migration_stops_it(building: RecordedStack) -> None:
    building.deploy()
    (folder_of(building) / "config.ru").write_text("run Rails.application\n")
    preview = building.preview("--diff")
    assert preview.code == 0, preview.text
    assert "-dirty-" in preview.text, "the preview does not show what would be released"
    assert building.record.order == []

    building.record.failing = {"Job shop-migrate": "the migration's own words"}
    assert building.up().code != 0
    done = building.record.names()
    assert BUILD in done
    assert not any("Deployment" in each for each in done), "a release went on without its migration"


def test_an_image_that_cannot_be_pushed_changes_nothing(building: RecordedStack) -> None:
    building.record.failing = {"Image shop": "unauthorized: authentication required"}
    run = building.up()
    assert run.code != 0
    assert "unauthorized: authentication required" in run.text
    assert not any("Job" in each or "Deployment" in each for each in building.record.names())
