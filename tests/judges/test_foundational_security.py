"""AWS' Foundational Security Best Practices, held against the inputs of what is registered and against docs/aws-security.md."""

import json
import re

import pytest

from tests.cluster.rails_stack import PROJECT
from tests.judges.controls import BY_DEFAULT, BY_OPTION, violations
from tests.judges.defects import Defect, spoiled
from tests.judges.registered import Registered

GUIDE = PROJECT / "docs/aws-security.md"
ROW = re.compile(r"^\| ([A-Za-z0-9]+\.\d+) \| ([^|]+) \| (default|option|no) \| ([^|]+) \|([^|]*)\|$", re.MULTILINE)
OF_SERVICES = {
    "ACM": (1, 2),
    "EC2": (2, 6, 15, 18, 19, 21),
    "ECR": (1, 2, 3),
    "ECS": (1, 2, 3, 4, 5, 8, 9, 10, 12, 16),
    "EKS": (1, 2, 3, 8),
    "ELB": (1, 4, 5, 6, 12, 13, 17, 18),
    "ElastiCache": (1, 2, 3, 4, 5, 6, 7),
    "IAM": (1, 21),
    "KMS": (1, 2, 3, 5),
    "RDS": (2, 3, 5, 6, 8, 9, 10, 11, 13, 17, 19, 20, 21, 22, 23, 25, 36, 46),
    "SecretsManager": (1, 2, 3, 4),
}
"""Controls of the standard that are about what railbed makes: none of them may be left out of the guide."""


@pytest.mark.parametrize("control", BY_DEFAULT)
def test_met_by_default(resources: list[Registered], control: str) -> None:
    told = [line for must in BY_DEFAULT[control] for line in violations(must, resources)]
    assert told == [], f"{control} would fail in Security Hub"


@pytest.mark.parametrize("control", BY_OPTION)
def test_met_by_an_option(resources: list[Registered], control: str) -> None:
    told = [line for must in BY_OPTION[control] for line in violations(must, resources)]
    assert told == [], f"{control} would fail in Security Hub, although the option is set"


@pytest.mark.parametrize("stack", ["prod-eks", "prod-ecs"])
def test_databases_have_no_way_to_the_internet(stacks: dict[str, list[Registered]], stack: str) -> None:
    found = stacks[stack]
    subnets = {each.id for each in found if each.kind == "ec2/Subnet" and "-database-" in each.name}
    (group,) = (each for each in found if each.kind == "rds/SubnetGroup")
    assert set(group.inputs["subnetIds"]) == subnets
    joined = [each for each in found if each.kind == "ec2/RouteTableAssociation"]
    tables = {each.inputs["routeTableId"] for each in joined if each.inputs["subnetId"] in subnets}
    assert len(tables) == 1, "a subnet without a table of its own has the VPC's main table"
    routes = [str(each) for each in found if each.kind == "ec2/Route" and each.inputs["routeTableId"] in tables]
    assert routes == []


def test_every_secret_is_read_by_a_task(stacks: dict[str, list[Registered]]) -> None:
    found = stacks["prod-ecs"]
    secrets = [each for each in found if each.kind == "secretsmanager/Secret"]
    tasks = [each.inputs["containerDefinitions"] for each in found if each.kind == "ecs/TaskDefinition"]
    unused = [str(secret) for secret in secrets if not any(secret.outputs["arn"] in task for task in tasks)]
    assert secrets
    assert unused == []


OWN_TESTS = {
    "RDS.46": test_databases_have_no_way_to_the_internet.__name__,
    "SecretsManager.3": test_every_secret_is_read_by_a_task.__name__,
}


def test_the_guide_tells_what_the_tests_show() -> None:
    rows = {control: (met, test.strip()) for control, _, met, _, test in ROW.findall(GUIDE.read_text())}
    met = {
        **{control: ("default", f"`test_met_by_default[{control}]`") for control in BY_DEFAULT},
        **{control: ("option", f"`test_met_by_an_option[{control}]`") for control in BY_OPTION},
        **{control: ("default", f"`{test}`") for control, test in OWN_TESTS.items()},
    }
    assert {control: row for control, row in rows.items() if row[0] != "no"} == met
    assert {test for met, test in rows.values() if met == "no"} <= {""}
    asked = [f"{service}.{number}" for service, numbers in OF_SERVICES.items() for number in numbers]
    assert [control for control in asked if control not in rows] == [], "the guide leaves these out"


def test_a_row_that_is_not_understood_is_noticed() -> None:
    lines = [line for line in GUIDE.read_text().splitlines() if re.match(r"\| [A-Za-z0-9]+\.\d+ ", line)]
    assert len(lines) == len(ROW.findall(GUIDE.read_text()))


ANY = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DEFECTS = [
    ("prod-eks", Defect("ec2/DefaultSecurityGroup", "shop-network-default", "ingress", [{"protocol": "-1"}], "EC2.2")),
    ("prod-eks", Defect("ec2/Subnet", "shop-network-public-a", "mapPublicIpOnLaunch", True, "EC2.15")),
    ("prod-eks", Defect("vpc/SecurityGroupIngressRule", "shop-into-nodes", "cidrIpv4", "0.0.0.0/0", "EC2.18")),
    ("prod-eks", Defect("ec2/LaunchTemplate", "shop-default", "metadataOptions", None, "EC2.170")),
    ("prod-eks", Defect("eks/Cluster", "shop", "enabledClusterLogTypes", ["api"], "EKS.8")),
    ("prod-eks", Defect("lb/Listener", "shop-http", "defaultActions.0.redirect.protocol", "HTTP", "ELB.1")),
    ("prod-eks", Defect("iam/RolePolicy", "shop-control-plane-secrets", "policy", json.dumps({"Statement": [ANY]}), "IAM.1")),
    ("prod-eks", Defect("iam/RolePolicy", "shop-control-plane-secrets", "policy", json.dumps({"Statement": [ANY]}), "KMS.2")),
    ("prod-eks", Defect("rds/Instance", "shop-database", "publiclyAccessible", True, "RDS.2")),
    ("prod-eks", Defect("elasticache/ReplicationGroup", "shop-redis", "authToken", None, "ElastiCache.6")),
    ("prod-ecs", Defect("ecs/Cluster", "shop", "settings.0.value", "disabled", "ECS.12")),
    ("prod-ecs", Defect("ecs/TaskDefinition", "shop-web", "networkMode", "host", "ECS.1")),
    *(
        ("prod-ecs", Defect("ecs/TaskDefinition", "shop-web", "containerDefinitions", json.dumps([container]), control))
        for control, container in (
            ("ECS.4", {"name": "app", "privileged": True}),
            ("ECS.5", {"name": "app"}),
            ("ECS.8", {"name": "app", "environment": [{"name": "DATABASE_URL", "value": "postgresql://"}]}),
            ("ECS.9", {"name": "app"}),
        )
    ),
    (
        "components",
        Defect("ecs/TaskDefinition", "strict-web", "containerDefinitions", json.dumps([{"name": "a", "user": "0"}]), "ECS.20"),
    ),
]


@pytest.mark.parametrize(("stack", "defect"), DEFECTS, ids=[defect.check for _, defect in DEFECTS])
def test_a_control_that_is_not_met_is_seen(stacks: dict[str, list[Registered]], stack: str, defect: Defect) -> None:
    found = spoiled(stacks[stack], [defect])
    asked = (BY_DEFAULT | BY_OPTION)[defect.check]
    assert any(defect.name in line for must in asked for line in violations(must, found))


@pytest.mark.parametrize("control", BY_DEFAULT)
def test_no_check_passes_where_there_is_nothing(control: str) -> None:
    assert all(violations(must, []) for must in BY_DEFAULT[control])
