"""The composition for a cluster that exists."""

import base64
import json
import os
from typing import Any

import pytest
import yaml

from railbed import InvalidArguments
from tests.unit.cluster_contents import ClusterContents
from tests.unit.cluster_stack import APP, deploy
from tests.unit.recording import HIDDEN, Deployment, Recorded
from tests.unit.samples import IMAGE, KUBECONFIG, RAILS

SECRET = "hunter2-pass"


def secrets_of(deployed: Deployment, name: str) -> Any:
    return deployed.the("Secret", f"{name}-secrets").inputs["stringData"]


def test_database_redis_and_application_share_a_restricted_namespace_of_their_own() -> None:
    deployed = deploy()
    labels = deployed.the("Namespace").at("metadata.labels")
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert deployed.the("Namespace").at("metadata.name") == "shop-test"
    objects = [each for each in deployed.resources if each.type.startswith("kubernetes:")]
    assert {each.at("metadata.namespace") for each in objects} == {None, "shop-test"}
    assert {each.name for each in deployed.all("StatefulSet")} == {"shop-database", "shop-redis"}


@pytest.mark.parametrize(("database", "redis", "stays"), [(True, True, True), (False, True, True), (False, False, False)])
def test_the_namespace_stays_as_long_as_it_holds_kept_data(database: bool, redis: bool, stays: bool) -> None:
    deployed = deploy(database={"keep_data": database}, redis={"keep_data": redis})
    assert deployed.the("Namespace").request.retainOnDelete is stays, "deleting a namespace deletes its volumes"


def test_an_existing_namespace_is_used_and_not_made(contents: ClusterContents) -> None:
    contents.put("Namespace", "team", None, "")
    deployed = deploy(cluster={"namespace": "team"})
    assert not deployed.all("Namespace")
    assert deployed.the("Deployment", "shop-web").at("metadata.namespace") == "team"


def test_the_addresses_of_the_stores_reach_every_workload_as_secrets() -> None:
    deployed = deploy(secrets={"RAILS_MASTER_KEY": SECRET})
    for part in ("web", "default", "migrate", "console"):
        assert secrets_of(deployed, f"shop-{part}") == {
            "RAILS_MASTER_KEY": SECRET,
            "DATABASE_URL": "postgresql://app:generated-password@shop-database.shop-test.svc:5432/app",
            "REDIS_URL": "redis://:generated-password@shop-redis.shop-test.svc:6379/0",
        }
    shown = json.dumps([[each.visible, each.outputs] for each in deployed.resources] + [str(deployed.exports)])
    assert SECRET not in shown
    assert "generated-password" not in shown


def test_the_migration_waits_for_the_stores() -> None:
    deployed = deploy()
    secret = deployed.the("Secret", "shop-migrate-secrets")
    assert {"shop-database", "shop-redis"} <= secret.depends_on, "it would run before there is a database"


def test_other_stores_are_used_where_they_are_named() -> None:
    others = {"DATABASE_URL": "postgresql://db/app", "REDIS_URL": "redis://cache/0"}
    deployed = deploy(secrets=others)
    assert not deployed.all("StatefulSet")
    assert secrets_of(deployed, "shop-web") == others


def test_registry_credentials_reach_every_pod_and_no_environment() -> None:
    registry = {"server": "registry.example.com", "username": "robot"}
    deployed = deploy(registry=registry, secrets={"REGISTRY_PASSWORD": SECRET})
    pods = [each for kind in ("Deployment", "StatefulSet", "Job") for each in deployed.all(kind)]
    assert len(pods) == 6
    for each in pods:
        assert each.pod["imagePullSecrets"] == [{"name": "shop-registry-1a2b3c"}], f"{each.name} could not pull its image"
    assert "REGISTRY_PASSWORD" not in secrets_of(deployed, "shop-web")


def test_a_kubeconfig_of_the_settings_is_given_whole_and_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ca.crt").write_text("authority")
    content = {"contexts": [{"name": "production", "context": {"cluster": "one"}}]}
    (tmp_path / "cluster.yaml").write_text(
        yaml.safe_dump(content | {"clusters": [{"name": "one", "cluster": {"certificate-authority": "ca.crt"}}]})
    )
    provider = deploy(cluster={"kubeconfig": "~/cluster.yaml", "context": "production"}).the("kubernetes")
    assert yaml.safe_load(provider.inputs["kubeconfig"]) == content | {
        "clusters": [{"name": "one", "cluster": {"certificate-authority-data": base64.b64encode(b"authority").decode()}}]
    }, "`pulumi destroy` would look for a file of another machine"
    assert provider.visible["kubeconfig"] == HIDDEN, "credentials are in the state in clear text"
    assert provider.inputs["context"] == "production"
    assert provider.inputs["clusterIdentifier"] == "uid-of-kube-system", "a renewed kubeconfig would replace everything"


def test_a_provider_learns_which_cluster_is_its_own_before_its_kubeconfig_changes_form(
    contents: ClusterContents, tmp_path: Any
) -> None:
    (tmp_path / "cluster.yaml").write_text(KUBECONFIG)
    contents.outputs = {"url": "http://shop.example.com", "namespace": "shop-test"}
    provider = deploy(cluster={"kubeconfig": f"{tmp_path}/cluster.yaml"}).the("kubernetes")
    assert provider.inputs["clusterIdentifier"] == "uid-of-kube-system"
    assert provider.inputs["kubeconfig"] == f"{tmp_path}/cluster.yaml", "who upgrades would lose everything on the cluster"


def test_no_path_gets_into_the_state_where_kubectl_finds_the_kubeconfig(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "two").write_text(KUBECONFIG)
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path}/one{os.pathsep}{tmp_path}/two")
    provider = deploy().the("kubernetes")
    assert (provider.inputs["kubeconfig"], provider.inputs["context"]) == ("", "near"), "a moved kubeconfig strands the stack"


@pytest.mark.parametrize(
    ("cluster", "url"),
    [
        ({}, "http://192.0.2.7:30080"),
        ({"context": "far"}, "http://[2001:db8::7]:30080"),
        ({"context": "bare"}, "http://localhost:30080"),
        ({"node_address": "node.example.com"}, "http://node.example.com:30080"),
    ],
)
def test_the_only_node_of_a_cluster_is_where_its_api_is(cluster: dict[str, str], url: str, tmp_path: Any) -> None:
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    exposure = {"kubeconfig": f"{tmp_path}/kubeconfig", "exposure": "node_port", "node_port": 30080}
    assert deploy(cluster=exposure | cluster).exports["url"] == url


def test_exports_tell_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = deploy(cluster={"exposure": "node_port", "node_port": 30080, "node_address": "node.example.com"})
    assert [release["image"] for release in deployed.exports.pop("releases")] == [IMAGE]
    assert deployed.exports == {
        "url": "http://node.example.com:30080",
        "image": IMAGE,
        "app": "shop",
        "namespace": "shop-test",
        "console": "kubectl -n shop-test exec -it deployment/shop-console -- bin/rails console",
    }


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"cluster": {"exposure": "ingress"}}, "exposure ingress needs hosts"),
        ({"app": APP | {"web": {"env": {"A": "1"}}}, "secrets": {"A": SECRET}}, "A is in both env and secrets"),
        (
            {"app": APP | {"workers": {"default": {"env": {"A": "1"}}}}, "secrets": {"A": SECRET}},
            "A is in both env and secrets",
        ),
        ({"app": APP | {"env": {"DATABASE_URL": "postgresql://db"}}}, "app.env.DATABASE_URL: is set by the stack"),
    ],
)
def test_nothing_is_registered_when_parts_do_not_fit_together(settings: dict[str, Any], problem: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments, match=problem):
        deploy(registered, **settings)
    assert [each.name for each in registered] == [], "databases would be made although 'nothing has been changed'"


def test_an_image_is_built_pushed_and_pulled_with_the_credentials_of_the_registry() -> None:
    deployed = deploy(
        app=APP | {"image": {"build": str(RAILS)}, "user": 1001, "web": {"server": "puma", "port": 8080}},
        registry={"server": "registry.example.com", "username": "robot"},
        secrets={"REGISTRY_PASSWORD": SECRET},
    )
    image = deployed.the("Image")
    assert image.at("imageName").startswith("registry.example.com/shop:")
    assert image.inputs["registry"] == {"server": "registry.example.com", "username": "robot", "password": SECRET}
    assert image.visible["registry"]["password"] == HIDDEN
    built = "registry.example.com/shop@sha256:4f5c"
    for part in ("web", "default", "console"):
        pod = deployed.the("Deployment", f"shop-{part}")
        assert pod.container["image"] == built
        assert pod.pod["imagePullSecrets"] == [{"name": "shop-registry-1a2b3c"}]
    assert deployed.the("Job").container["image"] == built
    assert deployed.exports["image_tag"] == image.at("imageName")


@pytest.mark.parametrize(
    ("server", "name", "expected"),
    [
        ("https://index.docker.io/v1/", "acme/shop", "docker.io/acme/shop:"),
        ("registry.example.com:5000", None, "registry.example.com:5000/shop:"),
    ],
)
def test_images_are_named_after_their_registry(server: str, name: str | None, expected: str) -> None:
    deployed = deploy(
        app=APP | {"image": {"build": str(RAILS), "repository": name}},
        registry={"server": server, "username": "robot"},
        secrets={"REGISTRY_PASSWORD": SECRET},
    )
    assert deployed.the("Image").at("imageName").startswith(expected)
