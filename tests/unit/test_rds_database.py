"""RdsDatabase."""

from typing import Any

import pytest

from railbed.validation.checks import InvalidArguments
from tests.unit.recording import HIDDEN, Deployment, Recorded, record
from tests.unit.samples import make

KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms"

ANSWERS = {
    "Instance": {
        "address": "shop.abc.eu-central-1.rds.amazonaws.com",
        "endpoint": "shop.abc.eu-central-1.rds.amazonaws.com:5432",
        "identifier": "shop-1a2b3c4",
    },
    "RandomString": {"result": "k3j5x8q1"},
    "ParameterGroup": {"name": "shop-parameters"},
    "SubnetGroup": {"name": "shop-subnets"},
    "Role": {"arn": "arn:aws:iam::123456789012:role/shop-monitoring", "name": "shop-monitoring"},
}


def made(**arguments: Any) -> Deployment:
    return record(lambda: make("RdsDatabase", **arguments), outputs=ANSWERS)


def instance(**arguments: Any) -> Recorded:
    return made(**arguments).the("Instance", "shop")


def refused(**arguments: Any) -> str:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make("RdsDatabase", **arguments), registered=registered)
    assert registered == [], "something was registered with wrong arguments"
    return str(raised.value)


def test_the_least_arguments_give_a_private_encrypted_database_with_backups() -> None:
    assert instance().inputs == {
        "identifier": "shop-k3j5x8q1",
        "engine": "postgres",
        "engineVersion": "17",
        "allowMajorVersionUpgrade": False,
        "autoMinorVersionUpgrade": True,
        "instanceClass": "db.t4g.small",
        "allocatedStorage": 20,
        "maxAllocatedStorage": 100,
        "storageType": "gp3",
        "storageEncrypted": True,
        "multiAz": False,
        "dbSubnetGroupName": "shop-subnets",
        "publiclyAccessible": False,
        "port": 5432,
        "dbName": "app",
        "username": "app",
        "password": "generated-password",
        "iamDatabaseAuthenticationEnabled": False,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "backupRetentionPeriod": 14,
        "backupWindow": "03:00-04:00",
        "maintenanceWindow": "sun:04:30-sun:05:30",
        "applyImmediately": False,
        "copyTagsToSnapshot": True,
        "deletionProtection": True,
        "deleteAutomatedBackups": False,
        "tags": {},
        "vpcSecurityGroupIds": ["shop-id"],
        "parameterGroupName": "shop-parameters",
        "performanceInsightsEnabled": True,
        "performanceInsightsRetentionPeriod": 7,
        "monitoringInterval": 60,
        "monitoringRoleArn": "arn:aws:iam::123456789012:role/shop-monitoring",
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": "shop-final-k3j5x8q1",
    }


def test_only_the_clients_can_connect() -> None:
    deployed = made(clients={"nodes": "sg-nodes", "tasks": "sg-tasks"}, port=6000)
    assert deployed.the("SecurityGroup").inputs["vpcId"] == "vpc-1"
    rules = {each.name: each.inputs for each in deployed.all("SecurityGroupIngressRule")}
    assert set(rules) == {"shop-from-nodes", "shop-from-tasks"}
    assert rules["shop-from-nodes"] == {
        "securityGroupId": "shop-id",
        "referencedSecurityGroupId": "sg-nodes",
        "description": "nodes",
        "ipProtocol": "tcp",
        "fromPort": 6000,
        "toPort": 6000,
    }
    assert not deployed.all("SecurityGroupEgressRule"), "a database calls nobody"


@pytest.mark.parametrize(
    ("arguments", "family", "forced"),
    [
        ({}, "postgres17", {"rds.force_ssl": "1"}),
        ({"version": "16.9"}, "postgres16", {"rds.force_ssl": "1"}),
        ({"engine": "mysql"}, "mysql8.4", {"require_secure_transport": "1"}),
        ({"engine": "mysql", "version": "8.0.42"}, "mysql8.0", {"require_secure_transport": "1"}),
        (
            {"parameters": {"log_min_duration_statement": "500"}},
            "postgres17",
            {"log_min_duration_statement": "500", "rds.force_ssl": "1"},
        ),
    ],
)
def test_tls_is_forced_by_the_parameters_of_the_major_version(
    arguments: dict[str, Any], family: str, forced: dict[str, str]
) -> None:
    group = made(**arguments).the("ParameterGroup").inputs
    assert group["family"] == family
    assert {each["name"]: each["value"] for each in group["parameters"]} == forced


def test_no_setting_replaces_the_database() -> None:
    request = instance().request
    assert set(request.ignoreChanges) == {
        "availabilityZone",
        "dbName",
        "username",
        "kmsKeyId",
        "snapshotIdentifier",
        "restoreToPointInTime",
        "identifier",
    }, "a changed setting would replace the database by an empty one"
    assert request.protect, "`pulumi destroy` would delete the database without asking twice"


def test_its_identifier_is_known_to_the_state_before_it_is_made() -> None:
    answers: dict[str, Any] = {**ANSWERS, "RandomString": {"result": "k3j5x8q"}}
    deployed = record(lambda: make("RdsDatabase", "Shop-Database", replicas={"reports": {}}), outputs=answers)
    suffix = deployed.the("RandomString", "Shop-Database-identifier").inputs
    assert (suffix["length"], suffix["special"], suffix["upper"]) == (7, False, False)
    assert deployed.the("Instance", "Shop-Database").inputs["identifier"] == "shop-database-k3j5x8q", "a killed `up` doubles it"
    replica = deployed.the("Instance", "Shop-Database-reports")
    assert replica.inputs["identifier"] == "shop-database-reports-k3j5x8q"
    assert list(replica.request.ignoreChanges) == ["identifier"], "copies that are there would be renamed"


def test_an_identifier_of_ones_own_counts_later_too() -> None:
    own = instance(overrides={"instance": {"identifier": "orders"}})
    assert own.inputs["identifier"] == "orders"
    assert "identifier" not in own.request.ignoreChanges


def test_protection_can_be_taken_off_before_destroying() -> None:
    unprotected = instance(protect=False, final_snapshot=False)
    assert (unprotected.request.protect, unprotected.inputs["deletionProtection"]) == (False, False)
    assert unprotected.inputs["skipFinalSnapshot"] is True
    assert "finalSnapshotIdentifier" not in unprotected.inputs


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"engine": "mysql"}, "engine", "mysql"),
        ({"engine": "mysql"}, "port", 3306),
        ({"engine": "mysql"}, "enabledCloudwatchLogsExports", ["error", "slowquery"]),
        ({"engine": "mysql"}, "performanceInsightsEnabled", False),
        ({"engine": "mysql", "instance_class": "db.m7g.large"}, "performanceInsightsEnabled", True),
        ({"performance_insights": False}, "performanceInsightsEnabled", False),
        ({"version": "16"}, "engineVersion", "16"),
        ({"allow_major_upgrade": True}, "allowMajorVersionUpgrade", True),
        ({"instance_class": "db.m7g.large"}, "instanceClass", "db.m7g.large"),
        ({"storage_gb": 100}, "allocatedStorage", 100),
        ({"storage_gb": 100}, "maxAllocatedStorage", 500),
        ({"max_storage_gb": 0}, "maxAllocatedStorage", 0),
        ({"multi_az": True}, "multiAz", True),
        ({"database": "shop"}, "dbName", "shop"),
        ({"username": "shop"}, "username", "shop"),
        ({"password": "given-password"}, "password", "given-password"),
        ({"backup_days": 35}, "backupRetentionPeriod", 35),
        ({"backup_window": "01:00-02:00"}, "backupWindow", "01:00-02:00"),
        ({"maintenance_window": "mon:01:00-mon:02:00"}, "maintenanceWindow", "mon:01:00-mon:02:00"),
        ({"apply_immediately": True}, "applyImmediately", True),
        ({"kms_key_id": KEY}, "kmsKeyId", KEY),
        ({"iam_authentication": True}, "iamDatabaseAuthenticationEnabled", True),
        ({"monitoring_seconds": 0}, "monitoringRoleArn", None),
        ({"monitoring_seconds": 5}, "monitoringInterval", 5),
        ({"tags": {"team": "shop"}}, "tags.team", "shop"),
        ({"restore": {"snapshot_identifier": "before"}}, "snapshotIdentifier", "before"),
        ({"restore": {"source_identifier": "shop-old"}}, "restoreToPointInTime.useLatestRestorableTime", True),
        (
            {"restore": {"source_identifier": "shop-old", "time": "2026-01-31T08:30:00Z"}},
            "restoreToPointInTime.restoreTime",
            "2026-01-31T08:30:00Z",
        ),
        ({"overrides": {"instance": {"storage_throughput": 500}}}, "storageThroughput", 500),
    ],
)
def test_each_argument_reaches_the_database(arguments: dict[str, Any], path: str, expected: object) -> None:
    assert instance(**arguments).at(path) == expected


def test_a_replica_follows_the_database_behind_the_same_rules() -> None:
    deployed = made(replicas={"reports": {"instance_class": "db.m7g.large"}})
    replica = deployed.the("Instance", "shop-reports").inputs
    assert replica["replicateSourceDb"] == "shop-1a2b3c4"
    assert replica["instanceClass"] == "db.m7g.large"
    assert (replica["publiclyAccessible"], replica["storageEncrypted"]) == (False, True)
    assert replica["vpcSecurityGroupIds"] == ["shop-id"]
    assert not {"password", "username", "dbName"} & set(replica), "AWS refuses these for a replica"
    assert set(deployed.result["replica_urls"]) == {"reports"}


def test_an_alarm_rings_before_the_database_is_busy_or_full() -> None:
    alarms = {each.name: each.inputs for each in made(alarm_topic_arns=[TOPIC]).all("MetricAlarm")}
    assert {name: (alarm["metricName"], alarm["threshold"]) for name, alarm in alarms.items()} == {
        "shop-cpu": ("CPUUtilization", 80),
        "shop-storage": ("FreeStorageSpace", 2_000_000_000),
        "shop-memory": ("FreeableMemory", 104857600),
    }
    for alarm in alarms.values():
        assert alarm["alarmActions"] == [TOPIC]
        assert alarm["dimensions"] == {"DBInstanceIdentifier": "shop-1a2b3c4"}


def test_only_rds_may_use_the_role_for_measuring() -> None:
    assert [each["Principal"] for each in made().the("Role").statements] == [{"Service": "monitoring.rds.amazonaws.com"}]


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        ({}, "postgresql://app:generated-password@shop.abc.eu-central-1.rds.amazonaws.com:5432/app?sslmode=require"),
        (
            {"engine": "mysql", "password": "p#ss%word"},
            "mysql2://app:p%23ss%25word@shop.abc.eu-central-1.rds.amazonaws.com:5432/app?ssl_mode=required",
        ),
    ],
)
def test_a_database_is_a_url_that_demands_tls(arguments: dict[str, Any], url: str) -> None:
    deployed = made(**arguments)
    assert deployed.result["url"] == url
    assert deployed.the("RdsDatabase").outputs["url"] == HIDDEN, "the password would be readable in the state"
    assert deployed.the("Instance").visible["password"] == HIDDEN, "the password would be readable in the state"
    assert (deployed.result["host"], deployed.result["port"]) == (
        "shop.abc.eu-central-1.rds.amazonaws.com",
        deployed.the("Instance").inputs["port"],
    )


def test_everything_belongs_to_the_component() -> None:
    deployed = made(replicas={"reports": {}})
    assert {each.parent for each in deployed.resources if each.type != "railbed:index:RdsDatabase"} == {"shop"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"subnet_ids": ["subnet-a"]}, "subnet_ids: found ['subnet-a']; it should be a list of at least 2."),
        ({"engine": "oracle"}, "engine: found 'oracle'; it should be 'postgresql' or 'mysql'."),
        (
            {"instance_class": "t4g.small"},
            "instance_class: found 't4g.small'; specify an RDS instance class, such as db.t4g.small",
        ),
        ({"version": "latest"}, "version: found 'latest'; specify a version, such as 17 or 17.6"),
        ({"storage_gb": 5}, "storage_gb: found 5; it should be at least 20."),
        ({"storage_gb": 100, "max_storage_gb": 100}, "RDS wants at least a tenth more: specify 110 or more, or 0"),
        ({"backup_days": 0}, "backup_days: found 0; it should be at least 1."),
        ({"username": "postgres"}, "username postgres is reserved by RDS: use another, such as app"),
        (
            {"engine": "mysql", "username": "storefront_owner_"},
            "username storefront_owner_ has 17 characters: MySQL on RDS allows 16",
        ),
        ({"database": "my-shop"}, "database: found 'my-shop'; use up to 31 lower-case letters, digits and underscores"),
        ({"engine": "mysql", "performance_insights": True}, "db.t4g.small with mysql has none: take db.t4g.medium or larger"),
        ({"monitoring_seconds": 7}, "monitoring_seconds is 7: RDS knows 0, 1, 5, 10, 15, 30 and 60"),
        ({"restore": {}}, "restore needs either snapshot_identifier or source_identifier: specify exactly one"),
        (
            {"restore": {"snapshot_identifier": "x", "time": "2026-01-31T08:30:00Z"}},
            "restore.time has no effect for a snapshot",
        ),
        (
            {"restore": {"source_identifier": "x", "time": "yesterday"}},
            "restore.time: found 'yesterday'; specify a time in UTC",
        ),
        ({"parameters": {"rds.force_ssl": "0"}}, "parameters.rds.force_ssl is always on: remove it"),
        (
            {"overrides": {"instance": {"multi_azz": True}}},
            "overrides of instance do not know multi_azz: did you mean multi_az?",
        ),
        ({"overrides": {"cluster": {}}}, "overrides of cluster have no effect: use one of instance, parameter_group"),
        ({"multiaz": True}, "multiaz: is not known here. Did you mean 'multi_az'?"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_made(arguments: dict[str, Any], sentence: str) -> None:
    assert sentence in refused(**arguments)
