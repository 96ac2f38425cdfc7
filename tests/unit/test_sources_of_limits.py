"""Lists and limits that railbed has of AWS, against AWS' own descriptions of its APIs."""

import re
from typing import Any

import botocore.session
import pytest
from pulumi_aws.rds import InstanceType
from pulumi_digitalocean import DatabaseSlug, DropletSlug
from pulumi_digitalocean import Region as DigitalOceanRegion
from pydantic import TypeAdapter

from railbed.aws.dns.certificate import MOST_HOSTS
from railbed.aws.ecs.container_fields import CONTAINER_FIELDS
from railbed.aws.instance_types import INSTANCE_TYPE, CacheNodeType, RdsInstanceClass, architecture_of
from railbed.aws.names import ADDED_BY_PULUMI, LONGEST_CACHE_ID, LONGEST_DATABASE_ID
from railbed.aws.regions import PARTITIONS, REGIONS
from railbed.aws.tags import LONGEST_KEY, LONGEST_VALUE
from railbed.digitalocean.regions import REGIONS as SLUGS
from railbed.digitalocean.sizes import DROPLET, DatabaseSize
from railbed.enums import Architecture
from tests.unit.cloud_stacks import APP, deploy
from tests.unit.recording import Recorded

SESSION = botocore.session.get_session()


def shape(service: str, name: str) -> Any:
    return SESSION.get_service_model(service).shape_for(name)


def said(service: str, name: str, member: str) -> str:
    """What the description of an API says of a member, without markup."""
    return " ".join(re.sub("<[^>]+>", " ", shape(service, name).members[member].documentation).split())


def test_regions_are_those_of_the_partition() -> None:
    assert set(REGIONS) == set(SESSION.get_available_regions("ec2", "aws"))
    for service in ("acm", "ecs", "eks", "elasticache", "elbv2", "rds", "scheduler", "stepfunctions"):
        assert set(REGIONS) <= set(SESSION.get_available_regions(service, "aws"))


def test_other_partitions_are_told_apart() -> None:
    assert set(PARTITIONS) == set(SESSION.get_available_partitions()) - {"aws"}
    for partition, form in PARTITIONS.items():
        for region in SESSION.get_available_regions("ec2", partition):
            assert re.fullmatch(form, region)
            assert sum(re.fullmatch(other, region) is not None for other in PARTITIONS.values()) == 1


def test_every_instance_type_of_ec2_is_one() -> None:
    for instance_type in shape("ec2", "InstanceType").enum:
        assert re.fullmatch(INSTANCE_TYPE, instance_type), instance_type


@pytest.mark.parametrize(
    ("instance_type", "architecture"),
    [
        ("t4g.small", Architecture.ARM64),
        ("c6gn.large", Architecture.ARM64),
        ("im4gn.large", Architecture.ARM64),
        ("a1.large", Architecture.ARM64),
        ("t3.small", Architecture.X86_64),
        ("m7i-flex.large", Architecture.X86_64),
        ("g4dn.xlarge", Architecture.X86_64),
        ("g5.xlarge", Architecture.X86_64),
    ],
)
def test_graviton_is_known_by_its_g(instance_type: str, architecture: Architecture) -> None:
    assert architecture_of(instance_type) is architecture


def test_every_class_of_rds_and_elasticache_is_one() -> None:
    classes: TypeAdapter[str] = TypeAdapter(RdsInstanceClass)
    for each in InstanceType:
        assert classes.validate_python(each.value) == each.value
    node_types = re.findall(
        r"cache\.[a-z0-9]+\.[a-z0-9]+", said("elasticache", "CreateReplicationGroupMessage", "CacheNodeType")
    )
    assert len(node_types) > 50
    nodes: TypeAdapter[str] = TypeAdapter(CacheNodeType)
    for node_type in node_types:
        assert nodes.validate_python(node_type) == node_type


def test_every_slug_of_digitalocean_is_one() -> None:
    for droplet in DropletSlug:
        assert re.fullmatch(DROPLET, droplet.value), droplet
    sizes: TypeAdapter[str] = TypeAdapter(DatabaseSize)
    for size in [
        *(each.value for each in DatabaseSlug),
        "gd-2vcpu-8gb",
        "so1_5-2vcpu-16gb",
        "db-intel-1vcpu-2gb",
        "m-2vcpu-16gb",
    ]:
        assert sizes.validate_python(size) == size
    # The two take nothing new.
    assert {region.value for region in DigitalOceanRegion} - {"ams2", "sfo1"} <= set(SLUGS)


def test_containers_may_be_told_what_ecs_knows() -> None:
    assert set(shape("ecs", "ContainerDefinition").members) == CONTAINER_FIELDS


def test_limits_are_those_that_aws_says() -> None:
    assert f"from 1 to {LONGEST_DATABASE_ID} letters" in said("rds", "CreateDBInstanceMessage", "DBInstanceIdentifier")
    assert "two consecutive hyphens" in said("rds", "CreateDBInstanceMessage", "DBInstanceIdentifier")
    cache = said("elasticache", "CreateReplicationGroupMessage", "ReplicationGroupId")
    assert f"from 1 to {LONGEST_CACHE_ID} alphanumeric" in cache
    assert "two consecutive hyphens" in cache
    assert 'must not begin with "internal-"' in said("elbv2", "CreateLoadBalancerInput", "Name")
    assert "Can't start with sg-" in said("ec2", "CreateSecurityGroupRequest", "GroupName").replace(" .", ".")
    assert re.search(r"can't be prefixed with \" ?aws ?\" or \" ?ssm", said("ssm", "PutParameterRequest", "Name"))
    assert re.search(
        r"prefixed with \" ?aws ?\", \" ?ecs ?\", or \" ?fargate", said("ecs", "CreateCapacityProviderRequest", "name")
    )
    names = shape("acm", "RequestCertificateRequest").members["SubjectAlternativeNames"]
    assert names.metadata["max"] == MOST_HOSTS
    tag = shape("iam", "Tag").members
    assert (tag["Key"].metadata["max"], tag["Value"].metadata["max"]) == (LONGEST_KEY, LONGEST_VALUE)


LONGEST: dict[str, int] = {
    "Instance": LONGEST_DATABASE_ID,
    "ReplicationGroup": LONGEST_CACHE_ID,
    "LoadBalancer": 32,
    "TargetGroup": 32,
    "Role": shape("iam", "CreateRoleRequest").members["RoleName"].metadata["max"],
    "Schedule": shape("scheduler", "CreateScheduleInput").members["Name"].metadata["max"],
    "StateMachine": shape("stepfunctions", "CreateStateMachineInput").members["name"].metadata["max"],
}
"""Characters of the names of resources, by the last word of their type."""

OF_PREFIX = 26
"""Characters that the provider of AWS adds to a prefix."""


LONGEST_APP = 30


def length_of_name(resource: Recorded) -> int:
    if given := resource.inputs.get("replicationGroupId"):
        return len(str(given))
    prefix = resource.inputs.get("namePrefix")
    return len(resource.name) + ADDED_BY_PULUMI if prefix is None else len(str(prefix)) + OF_PREFIX


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_the_longest_names_of_everything_fit(target: str) -> None:
    longest = "a" * 30
    app = APP | {
        "name": "a" * LONGEST_APP,
        "workers": {longest: {}},
        "cron": {f"b{longest[1:]}": {"schedule": "@daily", "command": ["bin/rails", "digest:send"]}},
    }
    replica = "r" * (LONGEST_DATABASE_ID - LONGEST_APP - len("-database-") - ADDED_BY_PULUMI)
    more: dict[str, Any] = {"cluster": {"instances": {}}, "ecs": {"capacity": "ec2"}} if target == "ecs" else {}
    made = deploy(target, app=app, database={"replicas": {replica: {}}}, **more)
    named = [each for each in made.resources if each.type.startswith("aws:") and each.type.rsplit(":", 1)[-1] in LONGEST]
    assert {"Instance", "ReplicationGroup", "LoadBalancer", "TargetGroup", "Role"} <= {
        each.type.rsplit(":", 1)[-1] for each in named
    }
    too_long = {
        each.name: length_of_name(each) for each in named if length_of_name(each) > LONGEST[each.type.rsplit(":", 1)[-1]]
    }
    assert too_long == {}
