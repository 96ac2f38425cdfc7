"""DigitalOceanCache: managed Valkey, set up for Sidekiq."""

from typing import Any

import pytest
from pulumi_random import RandomPassword

from railbed.args import DigitalOceanCacheArgs
from railbed.digitalocean.databases.cache import DigitalOceanCache
from railbed.validation.checks import InvalidArguments
from tests.unit.recording import HIDDEN, Deployment, Recorded, record

OUTPUTS: dict[str, dict[str, Any]] = {
    "DatabaseCluster": {
        "user": "default",
        "password": "p@ss/w:rd",
        "host": "shop.db.ondigitalocean.com",
        "privateHost": "private-shop.db.ondigitalocean.com",
        "port": 25061,
    },
}
LEAST: DigitalOceanCacheArgs = {"region": "fra1", "vpc_id": "vpc-1", "cluster_id": "doks-1"}


def make(registered: list[Recorded] | None = None, **arguments: Any) -> Deployment:
    return record(
        lambda: DigitalOceanCache("shop", {**LEAST, **arguments}),  # type: ignore[typeddict-item]
        outputs=OUTPUTS,
        registered=registered,
    )


def test_the_least_arguments_give_valkey_that_drops_no_jobs() -> None:
    deployed = make()
    assert deployed.the("DatabaseCluster").inputs == {
        "engine": "valkey",
        "version": "8",
        "evictionPolicy": "noeviction",
        "region": "fra1",
        "privateNetworkUuid": "vpc-1",
        "size": "db-s-1vcpu-2gb",
        "nodeCount": 2,
        "maintenanceWindows": [{"day": "sunday", "hour": "03:00"}],
    }
    assert deployed.the("DatabaseValkeyConfig").inputs == {"clusterId": "shop-id", "persistence": "rdb", "ssl": True}
    assert deployed.the("DatabaseFirewall").inputs["rules"] == [{"type": "k8s", "value": "doks-1"}]
    assert {each.parent for each in deployed.resources} == {"", "shop"}


def test_the_url_can_be_used_as_it_is() -> None:
    assert make().result == {
        "url": "rediss://default:p%40ss%2Fw%3Ard@private-shop.db.ondigitalocean.com:25061/0",
        "host": "private-shop.db.ondigitalocean.com",
        "port": 25061,
    }


def test_secrets_stay_hidden() -> None:
    outputs = make().the("DigitalOceanCache").outputs
    assert outputs == {"url": HIDDEN, "host": "private-shop.db.ondigitalocean.com", "port": 25061}


def test_jobs_are_protected_unless_told_otherwise() -> None:
    cluster = make().the("DatabaseCluster")
    assert cluster.request.protect
    assert list(cluster.request.ignoreChanges) == ["privateNetworkUuid"], "the provider makes a new one for another VPC"
    assert not make(protect=False).the("DatabaseCluster").request.protect


def test_users_of_the_url_wait_for_access() -> None:
    def program() -> None:
        RandomPassword("waits", length=8, keepers={"url": DigitalOceanCache("shop", LEAST).url})

    assert {"shop-config", "shop-firewall"} <= record(program, outputs=OUTPUTS).the("RandomPassword").depends_on


@pytest.mark.parametrize(
    ("arguments", "kind", "field", "expected"),
    [
        ({"version": "9"}, "DatabaseCluster", "version", "9"),
        ({"nodes": 1}, "DatabaseCluster", "nodeCount", 1),
        ({"overrides": {"cluster": {"tags": ["shop"]}}}, "DatabaseCluster", "tags", ["shop"]),
        ({"overrides": {"config": {"timeout": 0}}}, "DatabaseValkeyConfig", "timeout", 0),
    ],
)
def test_each_argument_reaches_its_resource(arguments: dict[str, Any], kind: str, field: str, expected: object) -> None:
    assert make(**arguments).the(kind).inputs[field] == expected


def test_a_preview_from_nothing_shows_every_resource() -> None:
    previewed = record(lambda: DigitalOceanCache("shop", LEAST), preview=True)
    assert previewed.named() == make().named()
    assert previewed.result["url"] is None, "half a URL would look like one that can be used"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"cluster_id": None},
            "without cluster_id and allowed_addresses the whole internet could connect: name the cluster whose nodes may",
        ),
        ({"version": "8.0"}, "version: found '8.0'; specify a major version, such as \"8\""),
        ({"vpc_id": None}, "vpc_id: is required. ID of the VPC under whose private addresses it is reached."),
        ({"overrides": {"valkey": {}}}, "overrides of valkey have no effect: use one of cluster, config"),
    ],
)
def test_the_user_reads_what_is_wrong(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        make(registered, **arguments)
    assert str(raised.value) == f"DigitalOceanCache 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"
