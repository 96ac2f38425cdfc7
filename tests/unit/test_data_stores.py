"""Postgresql and Redis in the cluster."""

from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.samples import MARK, STORES, make

PORTS = {"Postgresql": 5432, "Redis": 6379}
STORE = "spec.template.spec.containers.0"


@pytest.mark.parametrize("store", STORES)
def test_the_least_arguments_give_one_pod_with_a_volume_that_stays(deploy: Deploy, store: str) -> None:
    deployed = deploy(lambda: make(store))
    stateful_set = deployed.the("StatefulSet")
    assert stateful_set.spec["replicas"] == 1
    assert stateful_set.spec["serviceName"] == "shop"
    assert stateful_set.at("spec.volumeClaimTemplates.0.spec") == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "10Gi"}},
    }
    assert stateful_set.at("spec.persistentVolumeClaimRetentionPolicy") == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert stateful_set.pod["terminationGracePeriodSeconds"] == 60
    assert deployed.the("Service").spec["ports"] == [{"name": "store", "port": PORTS[store], "targetPort": PORTS[store]}]
    assert deployed.the("RandomPassword").inputs == {"length": 32, "special": False}
    size = deployed.the("PersistentVolumeClaimPatch")
    annotations = {"pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true"}
    assert size.inputs["metadata"] == {"name": "data-shop-0", "labels": MARK, "annotations": annotations}, (
        "the Kubernetes plugin would wait for the claim, which is bound, to be pending"
    )
    assert size.at("spec.resources.requests.storage") == "10Gi"


@pytest.mark.parametrize("store", STORES)
def test_no_change_of_the_volume_replaces_the_store(deploy: Deploy, store: str) -> None:
    deployed = deploy(lambda: make(store))
    assert list(deployed.the("StatefulSet").request.ignoreChanges) == ["spec.volumeClaimTemplates"], (
        "Kubernetes refuses the change, so Pulumi would delete the store and make it anew"
    )
    assert deployed.the("PersistentVolumeClaimPatch").request.retainOnDelete, "destroying would touch a volume that stays"


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"image": "registry.example.com/store:9"}, f"{STORE}.image", "registry.example.com/store:9"),
        ({"storage": "50Gi"}, "spec.volumeClaimTemplates.0.spec.resources.requests.storage", "50Gi"),
        ({"storage_class": "fast"}, "spec.volumeClaimTemplates.0.spec.storageClassName", "fast"),
        ({"keep_data": False}, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "Delete"),
        ({"namespace": "data"}, "metadata.namespace", "data"),
        ({"user": 70}, "spec.template.spec.securityContext.runAsUser", 70),
        ({"pull_secrets": ["one", "two"]}, "spec.template.spec.imagePullSecrets", [{"name": "one"}, {"name": "two"}]),
        ({}, "spec.template.spec.imagePullSecrets", None),
        ({"resources": {"memory": "1Gi"}}, f"{STORE}.resources.requests.memory", "1Gi"),
        ({"overrides": {"stateful_set": {"spec": {"replicas": 0}}}}, "spec.replicas", 0),
    ],
)
def test_each_argument_reaches_the_stateful_set(
    deploy: Deploy, store: str, arguments: dict[str, Any], path: str, expected: object
) -> None:
    assert deploy(lambda: make(store, **arguments)).the("StatefulSet").at(path) == expected


@pytest.mark.parametrize("store", STORES)
def test_a_larger_volume_is_asked_for_where_it_can_grow(deploy: Deploy, store: str) -> None:
    size = deploy(lambda: make(store, storage="50Gi", namespace="data")).the("PersistentVolumeClaimPatch")
    assert size.at("spec.resources.requests.storage") == "50Gi"
    assert size.at("metadata.namespace") == "data"
    assert "shop" in size.depends_on, "the claim is there only once the StatefulSet is"


@pytest.mark.parametrize("store", STORES)
def test_the_service_can_be_overridden(deploy: Deploy, store: str) -> None:
    overrides = {"service": {"metadata": {"annotations": {"a": "b"}}}}
    service = deploy(lambda: make(store, overrides=overrides)).the("Service")
    assert service.at("metadata.annotations") == {"a": "b"}
    assert service.at("metadata.name") == "shop"


@pytest.mark.parametrize(
    ("store", "arguments", "url"),
    [
        ("Postgresql", {}, "postgresql://app:generated-password@shop.default.svc:5432/app"),
        (
            "Postgresql",
            {"password": "p@ss/w:rd?#é", "database": "shop_production", "username": "owner", "namespace": "data"},
            "postgresql://owner:p%40ss%2Fw%3Ard%3F%23%C3%A9@shop.data.svc:5432/shop_production",
        ),
        ("Redis", {}, "redis://:generated-password@shop.default.svc:6379/0"),
        ("Redis", {"password": "p@ss word"}, "redis://:p%40ss%20word@shop.default.svc:6379/0"),
    ],
)
def test_the_url_can_be_used_as_it_is(deploy: Deploy, store: str, arguments: dict[str, Any], url: str) -> None:
    deployed = deploy(lambda: make(store, **arguments))
    host = f"shop.{arguments.get('namespace', 'default')}.svc"
    of_databases: dict[str, Any] = {"database_urls": {}} if store == "Postgresql" else {}
    assert deployed.result == {"url": url, "host": host, "port": PORTS[store], **of_databases}


def test_postgresql_is_told_its_database_user_and_connections(deploy: Deploy) -> None:
    arguments = {"database": "shop", "username": "owner", "max_connections": 250}
    pod = deploy(lambda: make("Postgresql", **arguments)).the("StatefulSet").pod
    expected = {
        "POSTGRES_DB": "shop",
        "POSTGRES_USER": "owner",
        "POSTGRES_PASSWORD_FILE": "/run/secrets/postgresql/password",
        "PGDATA": "/var/lib/postgresql/data/pgdata",
    }
    for container in (*pod["containers"], *pod["initContainers"]):
        assert {each["name"]: each["value"] for each in container["env"]} == expected
    assert pod["containers"][0]["args"] == ["postgres", "-c", "max_connections=250"]


def test_postgresql_stops_within_its_grace_period(deploy: Deploy) -> None:
    pod = deploy(lambda: make("Postgresql")).the("StatefulSet").pod
    stop = pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    assert "kill -INT" in stop[-1], "TERM, which Kubernetes sends, waits for every client to leave: it would be killed"
    assert pod["terminationGracePeriodSeconds"] == 60


@pytest.mark.parametrize(("limit", "usable"), [("1Gi", 768), ("4Gi", 3072)])
def test_redis_refuses_new_jobs_instead_of_dropping_old_ones(deploy: Deploy, limit: str, usable: int) -> None:
    deployed = deploy(lambda: make("Redis", password='a "quoted" one', resources={"memory_limit": limit}))
    assert deployed.the("Secret").inputs["stringData"]["redis.conf"].splitlines() == [
        "port 6379",
        "protected-mode yes",
        'requirepass "a \\"quoted\\" one"',
        "dir /data",
        "appendonly yes",
        "appendfsync everysec",
        f"maxmemory {usable}mb",
        "maxmemory-policy noeviction",
    ]


@pytest.mark.parametrize("store", STORES)
def test_a_given_password_is_used_instead_of_a_generated_one(deploy: Deploy, store: str) -> None:
    deployed = deploy(lambda: make(store, password="given-password"))
    assert not deployed.all("RandomPassword")
    assert deployed.the("Secret").inputs["stringData"]["password"] == "given-password"
