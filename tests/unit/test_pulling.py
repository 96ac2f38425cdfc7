"""Whether the image can be pulled: credentials that follow from its reference, and words where there are none."""

from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pydantic import ValidationError

from railbed.aws.ecs.secrets import registry_grants
from railbed.digitalocean.registry import DigitalOceanRegistry
from railbed.image.registry import ecr_repository, registry_of, repository_path
from railbed.validation.checks import InvalidArguments
from railbed_stacks.cluster_settings import ClusterSettings
from railbed_stacks.deploy import warn_of_what_is_missing
from railbed_stacks.settings import Settings
from tests.unit.cloud_stacks import APP, SECRET, deploy
from tests.unit.recording import Deployment, record
from tests.unit.samples import RAILS, make

ROOT = Path(__file__).parents[2]
OF_DIGITALOCEAN = "registry.digitalocean.com/acme/shop:1f3c2ab"
OF_ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1f3c2ab"
PASSWORD = {"REGISTRY_PASSWORD": SECRET}


def app_with(reference: str) -> dict[str, Any]:
    return APP | {"image": {"ref": reference}}


def on_cluster(reference: str, **settings: Any) -> ClusterSettings:
    return ClusterSettings.model_validate({"target": "cluster", "app": app_with(reference), **settings})


def pods(deployed: Deployment) -> dict[str, list[Any]]:
    """Names of the pull secrets of everything that has pods."""
    kinds = [each for kind in ("Deployment", "Job", "CronJob", "StatefulSet") for each in deployed.all(kind)]
    return {f"{each.type} {each.name}": each.pod.get("imagePullSecrets") for each in kinds}


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_, **__: said.append(text))
    return said


@pytest.mark.parametrize("name", ["prod", "staging"])
def test_every_pod_of_the_shipped_stacks_pulls_with_credentials_of_the_images_registry(name: str) -> None:
    config = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
    settings = {key.removeprefix("railbed:"): value for key, value in config.items() if key != "railbed:target"}
    deployed = deploy("doks", **settings)
    (credentials,) = deployed.all("ContainerRegistryDockerCredentials")
    assert credentials.at("registryName") == "example", "credentials of another registry than the image's"
    assert credentials.at("write") is False, "the cluster could overwrite images"
    assert deployed.the("Secret", "shop-registry").at("type") == "kubernetes.io/dockerconfigjson"
    found = pods(deployed)
    assert len(found) >= 4, "web, worker, migration and console are not all there"
    for workload, secrets in found.items():
        assert secrets == [{"name": "shop-registry-1a2b3c"}], f"{workload} stays in ImagePullBackOff"


def test_a_registry_that_exists_is_neither_made_nor_deleted() -> None:
    deployed = deploy("doks", app=app_with(OF_DIGITALOCEAN))
    assert not deployed.all("ContainerRegistry")
    assert not deployed.all("Image")


def test_an_integrated_registry_needs_no_credentials() -> None:
    deployed = deploy("doks", app=app_with(OF_DIGITALOCEAN), cluster={"registry_integration": True})
    assert not deployed.all("ContainerRegistryDockerCredentials")
    assert set(map(str, pods(deployed).values())) == {"[]"}


def test_credentials_that_are_given_are_the_ones_that_are_used() -> None:
    registry = {"server": "registry.digitalocean.com", "username": "robot"}
    deployed = deploy("doks", app=app_with(OF_DIGITALOCEAN), registry=registry, secrets=PASSWORD)
    assert not deployed.all("ContainerRegistryDockerCredentials")
    assert len(deployed.the("Deployment", "shop-web").pod["imagePullSecrets"]) == 1


@pytest.mark.parametrize(("target", "setting"), [("doks", "container_registry"), ("eks", "ecr"), ("ecs", "ecr")])
def test_going_back_to_an_image_of_the_stacks_own_registry_keeps_the_registry(target: str, setting: str) -> None:
    reference = OF_DIGITALOCEAN if target == "doks" else OF_ECR
    built = deploy(target, app=APP | {"image": {"build": str(RAILS)}})
    back: Any = {setting: {}}
    deployed = deploy(target, app=app_with(reference), **back)
    kind = "ContainerRegistry" if target == "doks" else "Repository"
    assert deployed.the(kind).inputs == built.the(kind).inputs, "all images would be deleted with it"
    assert not deployed.all("Image"), "the image that exists is built again"
    if target == "doks":
        assert deployed.the("Deployment", "shop-web").pod["imagePullSecrets"]


@pytest.mark.parametrize(
    ("target", "settings", "sentence"),
    [
        (
            "doks",
            {"app": app_with("registry.digitalocean.com/shop:1")},
            "images of DigitalOcean are named registry.digitalocean.com/REGISTRY/REPOSITORY:TAG",
        ),
        ("doks", {"app": app_with(OF_ECR)}, "push the image to registry.digitalocean.com"),
        ("eks", {"app": app_with(OF_DIGITALOCEAN)}, "set `railbed:registry` to {server: registry.digitalocean.com, username"),
        ("ecs", {"app": app_with(OF_DIGITALOCEAN)}, "push the image to ECR"),
        (
            "doks",
            {"app": app_with(OF_DIGITALOCEAN), "container_registry": {"existing": "other"}},
            "set existing to acme",
        ),
        (
            "doks",
            {"app": app_with(OF_DIGITALOCEAN), "registry": {"server": "ghcr.io", "username": "robot"}, "secrets": PASSWORD},
            "set registry.server to registry.digitalocean.com",
        ),
    ],
)
def test_an_image_that_cannot_be_pulled_is_refused_before_anything_is_made(
    target: str, settings: dict[str, Any], sentence: str
) -> None:
    registered: list[Any] = []
    with pytest.raises(InvalidArguments) as refused:
        deploy(target, registered=registered, **settings)
    assert sentence in str(refused.value), "the user is not told how to mend it"
    assert registered == []


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        ("https://registry.example.com", "set it to registry.example.com"),
        ("registry.example.com/team", "set it to registry.example.com"),
        ("https://registry.example.com:5000/v2/", "set it to registry.example.com:5000"),
        ("https://docker.io", "set it to https://index.docker.io/v1/"),
        ("registry-1.docker.io", "set it to https://index.docker.io/v1/"),
        ("https://index.docker.io/v1", "set it to https://index.docker.io/v1/"),
        ("our registry", "specify the host of the registry"),
        ("acme", "specify the host of the registry"),
        ("", "specify the host of the registry"),
    ],
)
def test_a_server_that_no_reference_could_name_is_told(server: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        on_cluster("registry.example.com/shop:1", registry={"server": server, "username": "robot"}, secrets=PASSWORD)
    assert sentence in str(refused.value), "no pod would use these credentials"
    with pytest.raises(InvalidArguments) as alone:
        record(lambda: make("RegistryCredentials", server=server))
    assert sentence in str(alone.value), "the component accepts what the settings refuse"


@pytest.mark.parametrize(
    ("reference", "server"),
    [
        ("registry.example.com:5000/team/shop:1", "registry.example.com:5000"),
        ("localhost:5000/shop:1", "localhost:5000"),
        ("acme/shop:1", "https://index.docker.io/v1/"),
        ("docker.io/acme/shop:1", "docker.io"),
        ("ghcr.io/acme/shop:1", "https://index.docker.io/v1/"),  # for the stores' own images
    ],
)
def test_a_server_of_the_images_is_accepted(reference: str, server: str) -> None:
    on_cluster(reference, registry={"server": server, "username": "robot"}, secrets=PASSWORD)


def test_a_registry_may_be_a_stores() -> None:
    registry = {"server": "registry.example.com", "username": "robot"}
    store = {"image": "registry.example.com/postgres:17"}
    on_cluster("ghcr.io/acme/shop:1", registry=registry, secrets=PASSWORD, database=store)
    with pytest.raises(ValidationError, match=r"set registry\.server to ghcr\.io"):
        on_cluster("ghcr.io/acme/shop:1", registry=registry, secrets=PASSWORD)


@pytest.mark.parametrize("reference", [OF_DIGITALOCEAN, OF_ECR, "acme.azurecr.io/shop:1", "eu.gcr.io/acme/shop:1"])
def test_a_private_image_without_credentials_is_warned_of(reference: str, warnings: list[str]) -> None:
    settings = on_cluster(reference, secrets={"RAILS_MASTER_KEY": SECRET})
    warn_of_what_is_missing(settings, settings.registry)
    (said,) = warnings
    assert f"server: {registry_of(reference)}" in said
    assert "railbed:secrets.REGISTRY_PASSWORD" in said, "it does not say which secret is missing"


def test_nothing_is_warned_of_where_nothing_is_missing(warnings: list[str]) -> None:
    registry = {"server": "acme.azurecr.io", "username": "robot"}
    settings = on_cluster("acme.azurecr.io/shop:1", registry=registry, secrets={"RAILS_MASTER_KEY": SECRET, **PASSWORD})
    warn_of_what_is_missing(settings, settings.registry)
    warn_of_what_is_missing(on_cluster("acme/shop:1", secrets={"SECRET_KEY_BASE": SECRET}), None)
    assert warnings == []


@pytest.mark.parametrize("target", ["cluster", "doks", "eks", "ecs"])
def test_a_missing_master_key_is_warned_of_with_the_command(target: str, warnings: list[str]) -> None:
    import importlib

    model = ClusterSettings if target == "cluster" else importlib.import_module(f"railbed_stacks.{target}").SETTINGS
    place = {} if target == "cluster" else {"region": "fra1" if target == "doks" else "eu-central-1"}
    settings: Settings = model.model_validate({"target": target, "app": APP, **place})
    warn_of_what_is_missing(settings, None)
    (said,) = warnings
    assert "pulumi config set --secret --path railbed:secrets.RAILS_MASTER_KEY" in said, "Rails would not start, without a word"


@pytest.mark.parametrize(("account", "count"), [("123456789012", 0), ("210987654321", 1)])
@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_an_image_of_another_account_is_warned_of(target: str, account: str, count: int, warnings: list[str]) -> None:
    deploy(target, app=app_with(f"{account}.dkr.ecr.eu-west-1.amazonaws.com/team/shop:1"))
    said = [text for text in warnings if "policy of repository team/shop" in text]
    assert len(said) == count, warnings


@pytest.mark.parametrize(
    "host",
    [
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
        "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
        "123456789012.dkr-ecr.eu-central-1.on.aws",
    ],
)
def test_tasks_may_pull_by_every_address_of_ecr(host: str) -> None:
    found = ecr_repository(f"{host}/team/shop:1@sha256:{'0' * 64}")
    assert found is not None
    assert (found.account, found.repository) == ("123456789012", "team/shop")
    (_, layers) = registry_grants([f"{host}/team/shop:1"])
    assert layers["Resource"] == f"arn:aws:ecr:{found.region}:123456789012:repository/team/shop", "the task would not start"


@pytest.mark.parametrize(
    ("reference", "host", "path"),
    [
        ("shop:1", "docker.io", "shop"),
        ("acme/shop", "docker.io", "acme/shop"),
        ("localhost/shop:1", "localhost", "shop"),
        ("registry.example.com:5000/a/b:1", "registry.example.com:5000", "a/b"),
        (f"ghcr.io/acme/shop:1@sha256:{'0' * 64}", "ghcr.io", "acme/shop"),
    ],
)
def test_a_reference_is_read_as_docker_reads_it(reference: str, host: str, path: str) -> None:
    assert (registry_of(reference), repository_path(reference)) == (host, path)


def test_a_registry_that_is_only_pulled_from_has_no_credentials_to_push() -> None:
    deployed = record(lambda: DigitalOceanRegistry("shop", {"existing": "acme", "push": False}))
    assert [each.name for each in deployed.all("ContainerRegistryDockerCredentials")] == ["shop-pull"]
