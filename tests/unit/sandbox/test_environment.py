import os
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from sandbox import backend, cluster, engine, environment, machine
from sandbox.paths import REPOSITORY

CALLED = ("ecs", "logs", "secretsmanager", "ssm", "sts", "eks", "ec2", "s3")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    state = tmp_path / "state"
    monkeypatch.setattr(environment, "STATE_DIRECTORY", state)
    monkeypatch.setattr(environment, "CACHE_DIRECTORY", tmp_path / "cache")
    monkeypatch.setattr(environment, "_HOME", state / "pulumi")
    monkeypatch.setattr(environment, "_PLUGINS", state / "pulumi" / "plugins")
    monkeypatch.setattr(environment, "_CHOICE", state / "kubeconfig-of-choice")
    monkeypatch.setattr(environment, "_MACHINE", state / "machine-of-choice")
    monkeypatch.setattr(backend, "DIRECTORY", state / "backend")
    monkeypatch.setattr(cluster, "kubeconfig", lambda: state / "cluster" / "admin.kubeconfig")
    monkeypatch.setattr(engine, "pulumi", lambda: tmp_path / "engine" / "pulumi")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    yield tmp_path


def test_no_credential_of_the_user_reaches_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "DIGITALOCEAN_TOKEN",
        "DIGITALOCEAN_ACCESS_TOKEN",
    ]
    secrets += ["SPACES_SECRET_ACCESS_KEY", "GOOGLE_CREDENTIALS", "ARM_CLIENT_SECRET", "PULUMI_ACCESS_TOKEN"]
    secrets += ["PULUMI_CONFIG_PASSPHRASE_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"]
    for name in secrets:
        monkeypatch.setenv(name, "the-users")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://the-users")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/the-users")
    monkeypatch.setenv("KUBECONFIG", "/the-users")
    variables = environment.variables()
    assert [name for name in secrets if name in variables] == ["AWS_ACCESS_KEY_ID"]
    assert variables["AWS_ACCESS_KEY_ID"] == "sandbox", "boto3 asks for some key before it calls the sandbox's own AWS"
    assert [name for name, value in variables.items() if "the-users" in value] == []
    assert not Path(variables["AWS_SHARED_CREDENTIALS_FILE"]).exists()


def test_every_service_of_aws_is_the_sandboxs_own() -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.variables().items():
            patch.setenv(name, value)
        fresh = boto3.Session(region_name="eu-central-1")
        endpoints = {fresh.client(name).meta.endpoint_url for name in CALLED}
    assert endpoints == {f"http://{cluster.NODE_ADDRESS}:5000"}, "a call would reach a real account"


def test_without_a_cluster_of_its_own_the_sandbox_has_no_aws_and_no_keys(folders: Path) -> None:
    environment.choose_kubeconfig(folders / "config")
    variables = environment.variables()
    assert [name for name in variables if name.startswith("AWS_") and "KEY" in name] == []


def test_other_variables_and_programs_of_the_user_stay(monkeypatch: pytest.MonkeyPatch, folders: Path) -> None:
    monkeypatch.setenv("EDITOR", "vi")
    monkeypatch.setenv("PULUMI_PARALLEL", "4")
    monkeypatch.setenv("PATH", "/opt/own/bin")
    variables = environment.variables()
    assert (variables["EDITOR"], variables["PULUMI_PARALLEL"]) == ("vi", "4")
    assert variables["PATH"].split(os.pathsep)[0] == str(folders / "engine"), "the sandbox's engine comes first"
    assert variables["PATH"].endswith(":/opt/own/bin")


def test_state_and_home_of_pulumi_are_the_sandboxs_own(folders: Path) -> None:
    variables = environment.variables()
    assert variables["PULUMI_BACKEND_URL"] == backend.URL
    assert variables["PULUMI_HOME"] == f"{folders}/state/pulumi"
    assert (folders / "state" / "backend").is_dir(), "pulumi does not make it"


def test_a_killed_update_can_go_on_because_every_step_is_written_down() -> None:
    assert "PULUMI_SKIP_CHECKPOINTS" not in environment.variables()


def test_the_kubeconfig_of_choice_is_used_instead_of_the_sandboxs(folders: Path) -> None:
    assert environment.variables()["KUBECONFIG"].endswith("state/cluster/admin.kubeconfig")
    own = folders / "home" / "config"
    environment.choose_kubeconfig(own)
    assert environment.variables()["KUBECONFIG"] == str(own)


def test_the_nodes_engine_builds_unless_the_cluster_is_ones_own(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    assert environment.variables()["DOCKER_HOST"] == f"unix://{cluster.ENGINE_SOCKET}"
    environment.choose_kubeconfig(folders / "home" / "config")
    assert "DOCKER_HOST" not in environment.variables(), "the node's engine does not run"


def test_the_machines_engine_is_used_once_it_is_chosen_and_until_another_is() -> None:
    environment.choose_machine(True)
    assert environment.variables()["DOCKER_HOST"] == f"unix://{machine.SOCKET}"
    environment.choose_machine(False)
    assert environment.variables()["DOCKER_HOST"] == f"unix://{cluster.ENGINE_SOCKET}"


def test_a_provider_is_stood_in_for_only_where_its_plugin_is_missing(folders: Path) -> None:
    clouds = ["aws", "digitalocean"]
    assert environment.stand_ins() == ["kubernetes", "random", "docker", *clouds]
    version = environment.plugin_version("kubernetes")
    (folders / "home" / ".pulumi" / "plugins" / f"resource-kubernetes-v{version}").mkdir(parents=True)
    assert environment.stand_ins() == ["random", "docker", *clouds], "the plugin of the user's own pulumi must win"


def test_a_cloud_is_stood_in_for_also_where_its_plugin_is_installed(folders: Path) -> None:
    for name in ("aws", "digitalocean"):
        plugin = f"resource-{name}-v{environment.plugin_version(name)}"
        (folders / "home" / ".pulumi" / "plugins" / plugin).mkdir(parents=True)
        assert name in environment.stand_ins(), "the sandbox could touch a real account"


def test_another_version_of_a_plugin_does_not_count(folders: Path) -> None:
    (folders / "cache" / "plugins" / "resource-kubernetes-v1.0.0").mkdir(parents=True)
    assert "kubernetes" in environment.stand_ins()


def test_a_plugin_on_path_wins(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = folders / "bin" / "pulumi-resource-random"
    plugin.parent.mkdir()
    plugin.write_text("#!/bin/sh\n")
    plugin.chmod(0o755)
    monkeypatch.setenv("PATH", str(plugin.parent))
    assert environment.stand_ins() == ["kubernetes", "docker", "aws", "digitalocean"]


def test_a_sandbox_within_the_sandbox_finds_the_same_plugins(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.stand_ins()
    plugins = folders / "state" / "pulumi" / "plugins"
    before = plugins.readlink()
    monkeypatch.setenv("PULUMI_HOME", environment.variables()["PULUMI_HOME"])
    environment.stand_ins()
    assert plugins.readlink() == before


def test_the_engine_that_checkouts_share_is_told_whose_language_host_to_run(folders: Path) -> None:
    variables = environment.variables()
    assert variables["RAILBED_SANDBOX_CHECKOUT"] == str(REPOSITORY)
    assert variables["RAILBED_SANDBOX_PYTHON"] == sys.executable
