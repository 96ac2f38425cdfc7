"""The application's image: really built, pushed and pulled, with the default Dockerfile of railbed."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from sandbox import cluster, images
from sandbox.cluster import registry
from sandbox.images.suite import chosen_suite
from tests.cluster.rails_stack import PROJECT, RailsStack, Run, rails_stack

SECRET_OF_THE_FOLDER = "hunter2-of-the-folder"


@pytest.fixture(scope="module")
def engine(sandbox_up: None) -> Iterator[docker.DockerClient]:
    if not cluster.ENGINE_SOCKET.exists():
        pytest.skip("not run: the cluster of one's own kubeconfig comes without a registry and a Docker engine")
    client = docker.DockerClient(base_url=f"unix://{cluster.ENGINE_SOCKET}", timeout=600)
    images.load_ruby(client)
    yield client
    client.close()


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def app(engine: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as an application without a Dockerfile, in git, with files that must stay out of the image."""
    folder = tmp_path_factory.mktemp("app") / "demo"
    shutil.copytree(images.DEMO, folder, ignore=shutil.ignore_patterns("Dockerfile", ".dockerignore", "releases"))
    lock = engine.containers.run(images.ruby_reference(), ["cat", "/rails/Gemfile.lock"], network_mode="none", remove=True)
    (folder / "Gemfile.lock").write_bytes(lock)
    (folder / ".ruby-version").write_text(f"{chosen_suite().ruby}\n")
    (folder / "config/master.key").write_text(SECRET_OF_THE_FOLDER)
    (folder / ".env").write_text(f"TOKEN={SECRET_OF_THE_FOLDER}")
    (folder / ".gitignore").write_text("config/master.key\n.env\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


@pytest.fixture(scope="module")
def building(app: Path, tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    """A stack that builds the image, deployed; each test leaves it working."""
    with rails_stack(tmp_path_factory.mktemp("building"), variables) as stack:
        stack.hasten()
        stack.app["workers"] = {}
        del stack.settings["redis"]  # which only workers use
        stack.app["image"] = {"build": os.path.relpath(app, PROJECT)}
        stack.settings["registry"] = {"server": cluster.REGISTRY, "username": registry.USERNAME}
        stack.settings["secrets"]["REGISTRY_PASSWORD"] = registry.password()
        run = stack.preview()
        assert run.code == 0, run.text
        assert not _tags(stack), "a preview pushed an image"
        deployed(stack)
        yield stack


def deployed(stack: RailsStack) -> Run:
    run = stack.up()
    assert run.code == 0, run.text
    return run


def _tags(stack: RailsStack) -> list[str]:
    folder = cluster.ENGINE_SOCKET.parent / f"registry/docker/registry/v2/repositories/{stack.name}/_manifests/tags"
    return sorted(tag.name for tag in folder.iterdir()) if folder.exists() else []


def test_the_application_runs_from_the_image_that_was_built(building: RailsStack, app: Path) -> None:
    image = building.outputs()["image"]
    assert image.startswith(f"{cluster.REGISTRY}/{building.name}@sha256:"), "a tag could be pushed anew; a digest cannot"
    (web,) = (each for each in building.objects("deployments") if each["metadata"]["name"].endswith("-web"))
    assert web["spec"]["template"]["spec"]["containers"][0]["image"] == image
    assert building.status()["version"] == (app / "VERSION").read_text().strip()
    assert _tags(building) == [git(app, "rev-parse", "HEAD")[:12]]
    assert building.outputs()["image_tag"] == f"{cluster.REGISTRY}/{building.name}:{_tags(building)[0]}"


def test_a_second_up_builds_nothing(building: RailsStack) -> None:
    assert deployed(building).operations == {}


def test_no_secret_of_the_folder_is_in_any_layer(building: RailsStack, engine: docker.DockerClient) -> None:
    saved = b"".join(engine.images.get(building.outputs()["image_tag"]).save())
    assert b"class Application < Rails::Application" in saved, "the layers are compressed, and nothing would be found in them"
    assert SECRET_OF_THE_FOLDER.encode() not in saved
    assert registry.password().encode() not in saved


def test_the_image_runs_as_it_should(building: RailsStack, engine: docker.DockerClient, app: Path) -> None:
    config = engine.images.get(building.outputs()["image_tag"]).attrs["Config"]
    assert config["User"] == "1000:1000"
    assert config["Cmd"][:3] == ["bundle", "exec", "puma"]
    assert config["Labels"]["org.opencontainers.image.revision"] == git(app, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "{.status.phase}=Succeeded"),
        ("registry.digitalocean.com", "{.status.containerStatuses[0].state.waiting.reason}=ErrImagePull"),
    ],
)
def test_the_clouds_registries_are_the_nodes_own_and_want_credentials(
    building: RailsStack, engine: docker.DockerClient, host: str, state: str
) -> None:
    image, pod = f"{host}/pull-{building.name}:1", f"pull-{building.name}"
    engine.images.get(building.outputs()["image_tag"]).tag(image)
    credentials = {"username": registry.USERNAME, "password": registry.password()}
    pushed = engine.images.push(image, auth_config=credentials)
    assert "digest: sha256:" in pushed, "the registry does not answer to the name that a rehearsal pushes to"
    in_default = "--namespace=default"  # which admits any pod
    building.kubectl("run", pod, in_default, f"--image={image}", "--restart=Never", "--command", "--", "true")
    try:
        building.kubectl("wait", f"pod/{pod}", in_default, f"--for=jsonpath={state}", "--timeout=90s")
    finally:
        building.kubectl("delete", "pod", pod, in_default, "--now")
        engine.images.remove(image)


def test_the_password_is_nowhere_in_clear_text(building: RailsStack) -> None:
    run = building.preview()
    for text in (building.state(), run.text, str(building.outputs())):
        assert registry.password() not in text


def test_a_changed_file_makes_a_dirty_tag_and_rolls_and_its_commit_another(building: RailsStack, app: Path) -> None:
    before, tags = building.outputs()["image"], _tags(building)
    (app / "VERSION").write_text("1\n# not committed\n")
    preview = building.preview()
    assert "-dirty-" in preview.text, "the preview does not show what would be released"
    assert _tags(building) == tags, "a preview pushed an image"
    run = deployed(building)
    assert "Deployment" in {key.split("::")[0].split(":")[-1] for key in run.operations}
    assert building.outputs()["image"] != before
    assert "-dirty-" in building.outputs()["image_tag"]
    git(app, "commit", "--quiet", "--all", "--message", "second")
    deployed(building)
    assert building.outputs()["image_tag"].endswith(f":{git(app, 'rev-parse', 'HEAD')[:12]}")


def test_a_newer_base_image_builds_anew_without_a_commit(building: RailsStack, engine: docker.DockerClient) -> None:
    base = f"{cluster.REGISTRY}/base-{building.name}:1"
    credentials = {"username": registry.USERNAME, "password": registry.password()}
    own = building.app["image"]
    building.app["image"] = {**own, "base_image": base, "follow_base": True}

    def push(dockerfile: str) -> None:
        engine.images.build(fileobj=io.BytesIO(dockerfile.encode()), tag=base)
        assert "digest: sha256:" in engine.images.push(base, auth_config=credentials)

    unknown = building.up()
    assert unknown.code != 0 and "Traceback" not in unknown.text, unknown.text
    assert f"follow_base: the registry does not tell which {base} is the newest" in unknown.text
    push(f"FROM {images.ruby_reference()}\nLABEL patched=no\n")
    deployed(building)
    before = building.outputs()
    assert deployed(building).operations == {}, "the same base image is built again"
    push(f"FROM {images.ruby_reference()}\nLABEL patched=yes\n")
    run = deployed(building)
    assert run.changed("Deployment"), "security updates of the base image do not reach the pods"
    after = building.outputs()
    assert after["image_tag"] != before["image_tag"], "a registry whose tags never move would refuse the image"
    assert engine.images.get(after["image_tag"]).labels["patched"] == "yes"
    building.app["image"] = own
    deployed(building)


def test_a_wrong_password_is_told_and_changes_nothing(building: RailsStack, app: Path) -> None:
    before = building.outputs()
    (app / "VERSION").write_text("1\n# with a wrong password\n")
    building.settings["secrets"]["REGISTRY_PASSWORD"] = "wrong"
    run = building.up()
    building.settings["secrets"]["REGISTRY_PASSWORD"] = registry.password()
    git(app, "checkout", "--quiet", "VERSION")
    assert run.code != 0
    assert "unauthorized" in run.text or "no basic auth credentials" in run.text, run.text
    assert not run.changed("Deployment")
    assert building.status()
    deployed(building)
    assert building.outputs() == before
