"""GovCloud, China and the European Sovereign Cloud: what is named in another partition does not exist there."""

import json
from typing import Any

import pytest

from railbed.aws.regions import managed_policy, partition_of_arn, principal_of_ec2
from railbed.image.registry import EcrRepositoryName, ecr_repository
from tests.unit.cloud_answers import CLOUD_ANSWERS
from tests.unit.cloud_stacks import APP, deploy
from tests.unit.recording import Deployment

PARTITIONS = {"us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn", "eusc-de-east-1": "aws-eusc"}
SUFFIXES = {"us-gov-west-1": "amazonaws.com", "cn-north-1": "amazonaws.com.cn", "eusc-de-east-1": "amazonaws.eu"}


def answers(region: str) -> dict[str, Any]:
    """What AWS adds to the inputs of resources, as a region of another partition would."""
    text = json.dumps({kind: found for (cloud, kind), found in CLOUD_ANSWERS.items() if cloud in ("aws", "random")})
    text = text.replace("arn:aws:", f"arn:{PARTITIONS[region]}:").replace("eu-central-1", region)
    found: dict[str, Any] = json.loads(text.replace("amazonaws.com", SUFFIXES[region]))
    return found


def deployed(target: str, region: str) -> Deployment:
    image = f"123456789012.dkr.ecr.{region}.{SUFFIXES[region]}/team/shop:1f3c2ab"
    settings: dict[str, Any] = {"app": {**APP, "image": {"ref": image}}}
    if target == "ecs":
        settings |= {"cluster": {"instances": {}}, "ecs": {"capacity": "ec2"}}
    if target == "eks":
        role = f"arn:{PARTITIONS[region]}:iam::123456789012:role/operators"
        settings["cluster"] = {"admin_role_arns": {"operators": role}}
    settings["database"] = {"monitoring_seconds": 60}
    return deploy(target, region=region, outputs=answers(region), **settings)


@pytest.mark.parametrize("region", PARTITIONS)
@pytest.mark.parametrize(("target", "role"), [("eks", "shop-nodes"), ("ecs", "shop-instance")])
def test_nothing_is_named_in_another_partition(target: str, role: str, region: str) -> None:
    made = deployed(target, region)
    for each in made.resources:
        assert "arn:aws:" not in json.dumps(each.inputs), f"{each.type} {each.name}"
    (policy, *_) = [each.inputs["policyArn"] for each in made.all("RolePolicyAttachment")]
    assert policy.startswith(f"arn:{PARTITIONS[region]}:iam::aws:policy/")
    (statement,) = made.the("Role", role).statements
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com.cn" if region == "cn-north-1" else "ec2.amazonaws.com"}
    if target == "ecs":
        repository = f"arn:{PARTITIONS[region]}:ecr:{region}:123456789012:repository/team/shop"
        assert any(repository in str(each.inputs["policy"]) for each in made.all("RolePolicy")), "no task would start"


@pytest.mark.parametrize(
    "host",
    [
        "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu",
        "123456789012.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
    ],
)
def test_the_registries_of_all_partitions_are_known(host: str) -> None:
    region = next(region for region in PARTITIONS if region in host)
    assert ecr_repository(f"{host}/team/shop:1") == EcrRepositoryName("123456789012", region, "team/shop")


def test_what_a_partition_decides() -> None:
    assert partition_of_arn("arn:aws-us-gov:iam::123456789012:role/shop") == "aws-us-gov"
    assert managed_policy("arn:aws-cn:iam::123456789012:role/shop", "X") == "arn:aws-cn:iam::aws:policy/X"
    assert principal_of_ec2("aws") == "ec2.amazonaws.com"
