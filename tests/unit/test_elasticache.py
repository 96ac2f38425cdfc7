"""ElastiCache."""

from typing import Any

import pytest

from railbed.validation.checks import InvalidArguments
from tests.unit.recording import HIDDEN, Deployment, Recorded, record
from tests.unit.samples import make

KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms"

ANSWERS = {
    "RandomString": {"result": "1a2b3c4"},
    "ReplicationGroup": {"primaryEndpointAddress": "master.shop.cache.amazonaws.com"},
    "ParameterGroup": {"name": "shop-parameters"},
    "SubnetGroup": {"name": "shop-subnets"},
}


def made(**arguments: Any) -> Deployment:
    return record(lambda: make("ElastiCache", **arguments), outputs=ANSWERS)


def test_the_least_arguments_give_a_private_encrypted_cache_with_a_standby() -> None:
    assert made().the("ReplicationGroup").inputs == {
        "replicationGroupId": "shop-1a2b3c4",
        "description": "Redis of shop",
        "engine": "valkey",
        "engineVersion": "8.0",
        "nodeType": "cache.t4g.small",
        "numCacheClusters": 2,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
        "authToken": "generated-password",
        "authTokenUpdateStrategy": "ROTATE",
        "autoMinorVersionUpgrade": True,
        "snapshotRetentionLimit": 7,
        "snapshotWindow": "03:00-04:00",
        "maintenanceWindow": "sun:04:30-sun:05:30",
        "applyImmediately": False,
        "tags": {},
        "securityGroupIds": ["shop-id"],
        "subnetGroupName": "shop-subnets",
        "parameterGroupName": "shop-parameters",
    }


def test_a_full_memory_drops_no_job() -> None:
    group = made(version="7.2").the("ParameterGroup").inputs
    assert group["family"] == "valkey7"
    assert group["parameters"] == [{"name": "maxmemory-policy", "value": "noeviction"}]


def test_only_the_clients_can_connect() -> None:
    deployed = made()
    (rule,) = deployed.all("SecurityGroupIngressRule")
    assert (rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"]) == ("sg-tasks", 6379)


def test_no_setting_replaces_the_cache() -> None:
    request = made().the("ReplicationGroup").request
    assert set(request.ignoreChanges) == {
        *("atRestEncryptionEnabled", "kmsKeyId", "subnetGroupName", "snapshotName", "engine"),
        "replicationGroupId",
    }
    assert request.protect, "`pulumi destroy` would lose the jobs that wait"
    assert not made(protect=False).the("ReplicationGroup").request.protect


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"version": "7.2"}, "engineVersion", "7.2"),
        ({"node_type": "cache.m7g.large"}, "nodeType", "cache.m7g.large"),
        ({"replicas": 2}, "numCacheClusters", 3),
        ({"replicas": 0}, "numCacheClusters", 1),
        ({"replicas": 0}, "automaticFailoverEnabled", False),
        ({"replicas": 0, "subnet_ids": ["subnet-a"]}, "multiAzEnabled", False),
        ({"auth_token": "0123456789abcdef"}, "authToken", "0123456789abcdef"),
        ({"snapshot_days": 0}, "snapshotRetentionLimit", 0),
        ({"snapshot_window": "01:00-02:00"}, "snapshotWindow", "01:00-02:00"),
        ({"maintenance_window": "mon:01:00-mon:02:00"}, "maintenanceWindow", "mon:01:00-mon:02:00"),
        ({"apply_immediately": True}, "applyImmediately", True),
        ({"kms_key_id": KEY}, "kmsKeyId", KEY),
        ({"notification_topic_arn": TOPIC}, "notificationTopicArn", TOPIC),
        ({"tags": {"team": "shop"}}, "tags.team", "shop"),
        ({"overrides": {"replication_group": {"network_type": "ipv4"}}}, "networkType", "ipv4"),
    ],
)
def test_each_argument_reaches_the_cache(arguments: dict[str, Any], path: str, expected: object) -> None:
    assert made(**arguments).the("ReplicationGroup").at(path) == expected


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("shop", "shop-1a2b3c4"),
        ("storefront-of-example-2026-redis", "storefront-of-example-2026-redis-1a2b3c4"),
        ("storefront-of-example-2026a-redis", "storefront-of-example-2026a-redi-1a2b3c4"),
        ("storefront-of-example-com-2026-a-redis", "storefront-of-example-com-2026-a-1a2b3c4"),
        ("storefront-of-example-com-20261-redis", "storefront-of-example-com-20261-1a2b3c4"),
    ],
)
def test_its_identifier_has_forty_characters_at_most(name: str, identifier: str) -> None:
    deployed = record(lambda: make("ElastiCache", name), outputs=ANSWERS)
    assert deployed.the("ReplicationGroup").at("replicationGroupId") == identifier
    assert len(identifier) <= 40
    assert [each.inputs["length"] for each in deployed.all("RandomString")] == [7], "it would not be in the state"


def test_a_cache_is_a_url_that_demands_tls() -> None:
    deployed = made()
    assert deployed.result["url"] == "rediss://:generated-password@master.shop.cache.amazonaws.com:6379/0"
    assert (deployed.result["host"], deployed.result["port"]) == ("master.shop.cache.amazonaws.com", 6379)
    assert deployed.the("ElastiCache").outputs["url"] == HIDDEN
    assert deployed.the("ReplicationGroup").visible["authToken"] == HIDDEN
    assert {each.parent for each in deployed.resources if each.type != "railbed:index:ElastiCache"} == {"shop"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"subnet_ids": ["subnet-a"]},
            "replicas need subnet_ids of at least two zones: specify another subnet, or set replicas to 0",
        ),
        ({"version": "6.2"}, "version: found '6.2'; specify a version of Valkey, such as 8.0"),
        ({"node_type": "t4g.small"}, "node_type: found 't4g.small'; specify an ElastiCache node type, such as cache.t4g.small"),
        ({"replicas": 6}, "replicas: found 6; it should be at most 5."),
        (
            {"auth_token": "short"},
            "auth_token: found a value (not shown, it may be secret); has to be 16 to 128 letters, digits and ! & # $ ^ < > -",
        ),
        ({"snapshot_days": 40}, "snapshot_days: found 40; it should be at most 35."),
        ({"overrides": {"subnet_group": {}}}, "overrides of subnet_group have no effect"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_made(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make("ElastiCache", **arguments), registered=registered)
    assert registered == [], "something was registered with wrong arguments"
    assert sentence in str(raised.value)
    assert "'short'" not in str(raised.value), "the token is in the error"
