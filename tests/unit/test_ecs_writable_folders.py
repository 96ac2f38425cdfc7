"""Folders that containers on ECS write to: on disk, with what the image has in them, of the application's user."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from railbed import InvalidArguments
from railbed.aws.ecs.writable_folders import USUAL_CAPABILITIES
from tests.unit.ecs_samples import all_containers_of, containers_of, deployed
from tests.unit.recording import Deployment

COMPONENTS = ("EcsService", "EcsTaskRun", "EcsScheduledTask")
WITH_DATABASE: dict[str, Any] = {"secrets": {"DATABASE_URL": "postgresql://shop:hunter2@db.example.com/shop"}}


def preparing(made: Deployment) -> dict[str, Any]:
    """The container that prepares the folders of a task."""
    (found,) = [each for each in all_containers_of(made.the("TaskDefinition")) if each["name"] == "writable-folders"]
    return found


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_container_of_the_image_prepares_the_folders_before_every_other_one(component: str) -> None:
    made = deployed(component, **WITH_DATABASE)
    first = preparing(made)
    assert first["essential"] is False, "ECS takes no condition SUCCESS on an essential container"
    assert (first["user"], first["readonlyRootFilesystem"]) == ("0", True)
    assert first["environment"] == first["secrets"] == [], "root would have the application's secrets"
    dropped = first["linuxParameters"]["capabilities"]["drop"]
    assert set(USUAL_CAPABILITIES) - set(dropped) == {"CHOWN", "DAC_OVERRIDE", "FOWNER"}
    volumes = [each["name"] for each in made.the("TaskDefinition").inputs["volumes"]]
    assert [each["sourceVolume"] for each in first["mountPoints"]] == volumes
    for container in containers_of(made.the("TaskDefinition")):
        assert {"containerName": "writable-folders", "condition": "SUCCESS"} in container["dependsOn"]
        assert [each["sourceVolume"] for each in container["mountPoints"]] == volumes


def test_the_migration_waits_for_its_folders_and_for_the_database() -> None:
    app, waiting = containers_of(deployed("EcsTaskRun", **WITH_DATABASE).the("TaskDefinition"))
    assert [each["containerName"] for each in app["dependsOn"]] == ["writable-folders", waiting["name"]]


def test_the_end_of_its_log_is_shown_too() -> None:
    hook = deployed("EcsTaskRun", **WITH_DATABASE).hooks["railbed:EcsTaskRun:shop:run"]
    assert hook.__self__.containers == ["writable-folders", "wait-for-database", "app"]


def test_folders_start_with_what_the_image_has_and_belong_to_the_user(tmp_path: Path) -> None:
    """The command itself, with folders of this machine in place of the image's and of the volumes."""
    user = os.getuid() or 1000
    rails, volumes = tmp_path / "rails", tmp_path / "volumes"
    (rails / "tmp/cache/bootsnap").mkdir(parents=True)
    (rails / "tmp/cache/bootsnap/load-path").write_text("compiled")
    (rails / "tmp/cache/bootsnap/load-path").chmod(0o400)
    (rails / "tmp/gone").symlink_to("/nowhere/at/all")
    for number in range(3):
        (volumes / f"writable-{number}").mkdir(parents=True)
    command = preparing(deployed("EcsTaskRun", user=user))["command"][0].replace("/writable-folders/", f"{volumes}/")
    command = command.replace("prepare /rails/", f"prepare {rails}/").replace("prepare /tmp ", f"prepare {tmp_path}/none ")
    subprocess.run(["sh", "-c", command], check=True)

    tmp = volumes / "writable-2"
    assert (tmp / "cache/bootsnap/load-path").read_text() == "compiled", "every container would compile the code again"
    assert {each.name for each in tmp.iterdir()} == {".railbed", "cache", "gone", "pids", "sockets"}
    for number in range(3):
        folder = volumes / f"writable-{number}"
        assert folder.stat().st_mode & 0o7777 == 0o1777
        assert any(folder.iterdir()), "Docker would give an empty one the owner of the image's folder"
    everything = [*tmp.rglob("*")]
    assert {each.lstat().st_uid for each in everything} == {user}
    assert all(each.lstat().st_mode & 0o600 == 0o600 for each in everything)


def test_folders_within_others_are_made_in_them() -> None:
    made = deployed("EcsService", writable_paths=["/data/uploads", "/rails/tmp", "/data"])
    (app,) = containers_of(made.the("TaskDefinition"))
    assert [each["containerPath"] for each in app["mountPoints"]] == ["/tmp", "/rails/tmp", "/data"]
    assert "prepare /data /writable-folders/writable-2 uploads" in preparing(made)["command"][0]


@pytest.mark.parametrize("component", COMPONENTS)
def test_an_image_may_declare_its_folders_instead(component: str) -> None:
    definition = deployed(component, volumes_in_image=True, **WITH_DATABASE).the("TaskDefinition")
    found = all_containers_of(definition)
    assert "writable-folders" not in [each["name"] for each in found]
    assert {each["user"] for each in found} == {"1000"}, "ECS.20 asks for no root at all"
    app = found[0]
    assert [each["containerPath"] for each in app["mountPoints"]] == ["/tmp", "/rails/log", "/rails/tmp"]
    assert "writable-folders" not in [each["containerName"] for each in app.get("dependsOn", [])]


def test_volumes_of_overrides_are_kept_beside_them() -> None:
    shared = {"sourceVolume": "shared", "containerPath": "/rails/tmp"}
    overrides = {
        "task_definition": {"volumes": [{"name": "shared", "efs_volume_configuration": {"file_system_id": "fs-1"}}]},
        "container": {"mountPoints": [shared]},
    }
    definition = deployed("EcsService", overrides=overrides).the("TaskDefinition")
    assert [each["name"] for each in definition.inputs["volumes"]] == ["writable-0", "writable-1", "writable-2", "shared"]
    (app,) = containers_of(definition)
    assert [each["containerPath"] for each in app["mountPoints"]] == ["/tmp", "/rails/log", "/rails/tmp"]
    assert app["mountPoints"][-1] == shared


def test_the_disk_can_be_larger() -> None:
    assert deployed("EcsService", disk_gibibytes=60).the("TaskDefinition").inputs["ephemeralStorage"] == {"sizeInGib": 60}
    assert "ephemeralStorage" not in deployed("EcsService").the("TaskDefinition").inputs


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"disk_gibibytes": 20}, "disk_gibibytes: found 20; "),
        ({"disk_gibibytes": 201}, "disk_gibibytes: found 201; "),
        (
            {"disk_gibibytes": 30, "capacity": "ec2", "capacity_provider": "shop"},
            "disk_gibibytes has no effect with capacity ec2, where tasks share the disk of their instance: remove it",
        ),
        (
            {"writable_paths": ["/rails"]},
            "writable_paths /rails holds the application in /rails, which would be copied for every task: name the folders in "
            "it that are written to, such as /rails/tmp",
        ),
    ],
)
def test_what_could_not_be_written_to_is_refused(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deployed("EcsService", **arguments)
    assert problem in str(raised.value)
