"""The repository's production settings: from nothing, again, changed, interrupted and destroyed, with the real engine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.cluster.rails_stack import PROJECT
from tests.engine.recorded_stack import MASTER_KEY, RecordedStack
from tests.engine.recording_provider import recording
from tests.engine.test_settings_changes import operations

STACKS = ("prod", "prod-eks", "prod-ecs", "staging")
DATA = (
    "DatabaseCluster",
    "DatabaseDb",
    "Instance",
    "ReplicationGroup",
    "KubernetesCluster",
    "Cluster",
    "Vpc",
    "RandomPassword",
)
STORES = {
    "prod": ("DatabaseFirewall shop-database-firewall", "DatabaseCluster shop-redis"),
    "prod-eks": ("Instance shop-database", "ReplicationGroup shop-redis"),
}


FAST = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""Writes the state once at the end instead of at each step: a third less time for a hundred resources."""


def settings_of(stack: str) -> dict[str, Any]:
    """The settings of a file of the repository, with a master key of the tests."""
    config = yaml.safe_load((PROJECT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix("railbed:"): value for key, value in config.items()} | {
        "secrets": {"RAILS_MASTER_KEY": MASTER_KEY}
    }


def stack_of(name: str, folder: Path, variables: dict[str, str]) -> Iterator[RecordedStack]:
    with recording() as (record, providers):
        stack = RecordedStack(folder, variables | FAST | {"PULUMI_DEBUG_PROVIDERS": providers}, record)
        stack.settings = settings_of(name)
        yield stack


@pytest.fixture(scope="module", params=STORES)
def production(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engine_variables: dict[str, str]
) -> Iterator[RecordedStack]:
    """A production stack, deployed from nothing in one `up`."""
    for stack in stack_of(request.param, tmp_path_factory.mktemp("stack"), engine_variables):
        stack.deploy()
        yield stack


@pytest.mark.parametrize("name", STACKS)
def test_a_preview_shows_everything_before_anything_exists(name: str, tmp_path: Path, engine_variables: dict[str, str]) -> None:
    for stack in stack_of(name, tmp_path, engine_variables):
        run = stack.preview()
        assert run.code == 0, run.text
        kinds = {resource.split("::")[0].split(":")[-1] for resource in run.operations}
        assert kinds & {"Deployment", "Service"}, "the preview ends where the cluster is not there yet"
        assert stack.record.done == [], "a preview changed something"


@pytest.mark.parametrize("name", STACKS)
def test_settings_are_short_enough_to_read(name: str) -> None:
    lines = (PROJECT / f"Pulumi.{name}.yaml").read_text().splitlines()
    assert len(lines) < 30, "a whole production fits on a screen"


@pytest.mark.parametrize("name", STORES)
def test_nothing_that_needs_the_database_starts_before_it(name: str, tmp_path: Path, engine_variables: dict[str, str]) -> None:
    for stack in stack_of(name, tmp_path, engine_variables):
        stack.deploy()
        order = stack.record.order
        migrated = order.index("done create Job shop-migrate")
        for store in STORES[name]:
            assert order.index(f"done create {store}") < order.index("begun create Job shop-migrate"), (
                f"migrates before {store}"
            )
        for workload in ("Deployment shop-web", "Deployment shop-default", "CronJob shop-digest"):
            assert migrated < order.index(f"begun create {workload}"), f"{workload} meets an old schema"
        assert order.index("done create Deployment shop-web") < order.index("begun create Job shop-post-migrate")


def test_a_second_up_changes_nothing(production: RecordedStack) -> None:
    run = production.deploy()
    assert (run.operations, production.record.done) == ({}, []), run.text


def test_secrets_are_readable_nowhere(production: RecordedStack) -> None:
    stack = production
    run = stack.preview("--diff", "--show-sames")
    said = {
        "the screen": run.text,
        "the event log": stack.event_log,
        "the state": stack.state(),
        "the export": stack.exported(),
    }
    for place, text in said.items():
        for secret in (MASTER_KEY, *_passwords(stack)):
            assert secret not in text, f"a secret is readable in {place}"


RELEASE = {
    "replace Job shop-migrate",
    "replace Job shop-post-migrate",
    "update CronJob shop-digest",
    *(f"update Deployment shop-{part}" for part in ("web", "default", "mailers", "console")),
}
NODES = {"replace NodeGroup shop-default", "replace Attachment shop-default"}
POOLED = ("web", "default", "mailers", "console", "digest")

CHANGES: list[tuple[str, dict[str, Any], set[str]]] = [
    ("prod", {"cluster.node_size": "s-8vcpu-16gb"}, {"replace KubernetesNodePool shop-default"}),
    ("prod", {"cluster.min_nodes": 3}, {"update KubernetesNodePool shop-default"}),
    ("prod", {"cluster.node_pools": {"jobs": {"node_size": "c-4"}}}, {"create KubernetesNodePool shop-jobs"}),
    ("prod", {"cluster.version": "1.36"}, set()),
    ("prod", {"cluster.high_availability": False}, {"update KubernetesCluster shop"}),
    ("prod", {"database.size": "db-s-4vcpu-8gb"}, {"update DatabaseCluster shop-database"}),
    ("prod", {"database.version": "18"}, {"update DatabaseCluster shop-database"}),
    (
        "prod",
        {"database.pool_size": 20},
        {
            "create DatabaseConnectionPool shop-database-pool",
            *(f"replace Secret shop-{part}-secrets" for part in POOLED),
            *(each for each in RELEASE if "Job shop-m" not in each and "post" not in each),
        },
    ),
    ("prod", {"redis.nodes": 3}, {"update DatabaseCluster shop-redis"}),
    ("prod", {"app.image.ref": "registry.digitalocean.com/example/shop:2"}, RELEASE),
    (
        "prod",
        {"app.web.hosts": ["shop.example.com"]},
        {"replace Certificate shop", "update Service shop-web", "delete DnsRecord shop-www.shop.example.com"},
    ),
    ("prod-eks", {"cluster.node_size": "m7i.xlarge"}, NODES),
    (
        "prod-eks",
        {"cluster.version": "1.36"},
        {"update Cluster shop", "update NodeGroup shop-default", "update Deployment shop-cluster-autoscaler"},
    ),
    (
        "prod-eks",
        {"cluster.node_pools": {"jobs": {"node_size": "c7i.large"}}},
        {"create NodeGroup shop-jobs", "create LaunchTemplate shop-jobs", "create Attachment shop-jobs"},
    ),
    (
        "prod-eks",
        {"cluster.nat": "per_zone"},
        {
            *(f"create {kind} shop-network-nat-{zone}" for kind in ("Eip", "NatGateway") for zone in "bc"),
            *(f"update Route shop-network-private-{zone}" for zone in "bc"),
        },
    ),
    ("prod-eks", {"database.instance_class": "db.m7g.xlarge"}, {"update Instance shop-database"}),
    (
        "prod-eks",
        {"database.version": "18", "database.allow_major_upgrade": True, "database.apply_immediately": True},
        {"update Instance shop-database", "replace ParameterGroup shop-database"},
    ),
    ("prod-eks", {"database.storage_gb": 200}, {"update Instance shop-database", "update MetricAlarm shop-database-storage"}),
    ("prod-eks", {"database.database": "other", "database.username": "other"}, set()),
    ("prod-eks", {"redis.node_type": "cache.m7g.xlarge"}, {"update ReplicationGroup shop-redis"}),
    ("prod-eks", {"app.image.ref": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:2"}, RELEASE),
    (
        "prod-eks",
        {"app.web.hosts": ["other.example.com"]},
        {
            *(f"create {kind} shop-other.example.com" for kind in ("ListenerRule", "Record")),
            *(f"delete {kind} shop-shop.example.com" for kind in ("ListenerRule", "Record")),
            *("replace Certificate shop", "replace CertificateValidation shop"),
            *("update Listener shop-https", "update Deployment shop-web"),
        },
    ),
]


@pytest.mark.parametrize(
    ("production", "change", "expected"),
    CHANGES,
    ids=[f"{name}-{next(iter(change))}" for name, change, _ in CHANGES],
    indirect=["production"],
)
def test_a_changed_setting_replaces_no_data(production: RecordedStack, change: dict[str, Any], expected: set[str]) -> None:
    with production.changed(change):
        run = production.preview()
    assert run.code == 0, run.text
    found = operations(run)
    lost = [each for each in found if each.split()[0] in ("replace", "delete") and each.split()[1] in DATA]
    assert lost == [], "data would be lost"
    assert found == expected


@pytest.mark.parametrize("production", ["prod-eks"], indirect=True)
def test_an_upgrade_that_would_wait_is_refused_in_the_preview(production: RecordedStack) -> None:
    with production.changed({"database.version": "18", "database.allow_major_upgrade": True}):
        run = production.preview()
    assert run.code != 0
    assert "RdsDatabase 'shop-database': version 17 to 18 is an upgrade to another major version" in " ".join(run.text.split())
    assert "Traceback" not in run.text


@pytest.mark.parametrize(
    ("production", "change"),
    [
        ("prod", {"region": "ams3"}),
        ("prod", {"database.engine": "mysql"}),
        ("prod-eks", {"cluster.vpc_cidr": "10.1.0.0/16"}),
        ("prod-eks", {"database.engine": "mysql"}),
    ],
    ids=["prod-region", "prod-engine", "prod-eks-vpc_cidr", "prod-eks-engine"],
    indirect=["production"],
)
def test_a_change_that_would_lose_data_is_refused(production: RecordedStack, change: dict[str, Any]) -> None:
    with production.changed(change):
        run = production.preview()
    assert run.code != 0, f"the preview would lose data:\n{run.text}"
    assert "protect" in run.text, run.text


def test_an_interrupted_first_up_goes_on_where_it_was(tmp_path: Path, engine_variables: dict[str, str]) -> None:
    for stack in stack_of("prod", tmp_path, engine_variables):
        stack.record.failing = {"DatabaseCluster shop-database": "the cloud is out of servers"}
        assert stack.up().code != 0
        made = set(stack.record.names())
        assert "create Vpc shop" in made, "nothing was made that the second `up` could make twice"
        assert not any("Job" in each or "Deployment" in each for each in made), "something started without a database"
        stack.deploy()
        again = [each for each in stack.record.names() if each in made]
        assert again == [], "the second `up` makes things twice"
        assert stack.up().operations == {}


def test_destroying_needs_the_protection_taken_off_first(tmp_path: Path, engine_variables: dict[str, str]) -> None:
    for stack in stack_of("prod-eks", tmp_path, engine_variables):
        stack.deploy()
        refused = stack.finish(stack.start("destroy", "--yes"))
        assert refused.code != 0
        assert "protect" in refused.text, refused.text
        assert stack.record.done == [], "something was deleted although the data is protected"
        stack.settings["database"]["protect"] = stack.settings["redis"]["protect"] = stack.settings["cluster"]["protect"] = (
            False
        )
        stack.settings["load_balancer"] = {"deletion_protection": False}
        stack.deploy()
        destroyed = stack.destroy()
        assert destroyed.code == 0, destroyed.text


def _passwords(stack: RecordedStack) -> set[str]:
    """The passwords that the clouds or the stack made, out of the decrypted state."""
    export = json.loads(stack.exported("--show-secrets"))
    (secret,) = (each for each in export["deployment"]["resources"] if each["urn"].endswith("::shop-web-secrets"))
    urls = _revealed(secret["inputs"]["stringData"])
    return {urlsplit(urls[name]).password or "none" for name in ("DATABASE_URL", "REDIS_URL")}


def _revealed(value: Any) -> Any:
    if isinstance(value, dict) and "plaintext" in value:
        return json.loads(value["plaintext"])
    return {key: _revealed(inner) for key, inner in value.items()} if isinstance(value, dict) else value
