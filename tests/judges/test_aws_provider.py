"""The real AWS provider over all that railbed registers of AWS: its validation, and its plan where that needs no account.

It takes an hour of a processor to build: `make aws-provider`, once.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.judges.aws_provider import AwsProvider
from tests.judges.defects import Defect, spoiled
from tests.judges.registered import Registered
from tests.judges.terraform_configuration import configuration
from tests.judges.terraform_names import TYPES
from tests.judges.terraform_plan import label

DEFECTS: dict[str, list[Defect]] = {
    "prod-ecs": [
        Defect("cloudwatch/LogGroup", "shop-web-log", "retentionInDays", 42, "retention_in_days"),
        Defect("ecs/Service", "shop-web", "launchType", "LAMBDA", "launch_type"),
        Defect("lb/LoadBalancer", "shop", "name", "internal-shop", "cannot begin with"),
        Defect("lb/TargetGroup", "shop", "targetType", "task", "target_type"),
        Defect("rds/Instance", "shop-database", "backupRetentionPeriod", 36, "backup_retention_period"),
        Defect("elasticache/ReplicationGroup", "shop-redis", "replicationGroupId", "Shop_Redis", "replication_group_id"),
    ],
    "prod-eks": [
        Defect("ec2/Vpc", "shop-network", "cidrBlock", "10.0.0.0/8", "cidr_block"),
        Defect("ec2/Subnet", "shop-network-private-a", "cidrBlock", "10.0.0.1/20", "cidr_block"),
        Defect("eks/Cluster", "shop", "enabledClusterLogTypes", ["requests"], "enabled_cluster_log_types"),
        Defect("eks/NodeGroup", "shop-default", "scalingConfig.maxSize", 0, "max_size"),
        Defect("iam/Role", "shop-node", "assumeRolePolicy", "{", "assume_role_policy"),
    ],
}
"""Values that the provider has to refuse, and a word of what it says."""


@pytest.fixture(scope="session")
def schemas(aws_provider: AwsProvider) -> dict[str, Any]:
    return aws_provider.schemas()


def test_the_provider_takes_everything(
    aws_provider: AwsProvider, schemas: Mapping[str, Any], for_apis: dict[str, list[Registered]]
) -> None:
    objections = [
        f"{stack}: {address}: {text}"
        for stack, resources in for_apis.items()
        for address, text in aws_provider.objections(stack, configuration(resources, schemas))
    ]
    assert not objections, "the AWS provider refuses:\n" + "\n".join(objections)


@pytest.mark.parametrize("stack", DEFECTS)
def test_the_provider_sees(
    aws_provider: AwsProvider, schemas: Mapping[str, Any], stacks: dict[str, list[Registered]], stack: str
) -> None:
    with_defects = configuration(spoiled(stacks[stack], DEFECTS[stack]), schemas)
    found = list(aws_provider.objections(f"spoiled-{stack}", with_defects))
    unseen = [defect for defect in DEFECTS[stack] if not any(_is_about(defect, *objection) for objection in found)]
    assert not unseen, f"the provider is blind to {', '.join(map(str, unseen))}; it said {found}"


def _is_about(defect: Defect, address: str, text: str) -> bool:
    return address == f"{TYPES[defect.kind]}.{label(defect.name)}" and defect.check in text
