"""A cluster of ECS that exists: several applications and environments on one."""

from typing import Any

import pytest

from railbed import InvalidArguments
from tests.existing_things import ACCOUNT, NETWORK
from tests.unit.cloud_stacks import deploy
from tests.unit.refused_settings import Refused, each_target, told

ARN = f"arn:aws:ecs:{ACCOUNT}:cluster/tools"
ON_INSTANCES: dict[str, Any] = {
    "cluster": {"existing": {"name": "tools", "capacity_provider": "tools-instances"}},
    "ecs": {"capacity": "ec2"},
}


@pytest.mark.parametrize("name", ["tools", ARN])
@pytest.mark.parametrize("preview", [True, False])
def test_everything_runs_on_the_cluster_and_nothing_of_it_is_made(name: str, preview: bool) -> None:
    deployed = deploy("ecs", preview=preview, cluster={"existing": {"name": name}})
    assert not deployed.all("Cluster") + deployed.all("ClusterCapacityProviders") + deployed.all("EcsCluster")
    assert {each.inputs["cluster"] for each in deployed.all("Service")} == {ARN}
    assert deployed.exports["cluster_name"] == "tools"


def test_stacks_of_one_application_tell_their_tasks_apart() -> None:
    """A scheduled task does not start while one of its family runs."""
    families = {each.inputs["family"] for each in deploy("ecs", cluster={"existing": {"name": "tools"}}).all("TaskDefinition")}
    assert families == {f"shop-{part}_test" for part in ("web", "default", "digest", "console", "migrate", "post-migrate")}


def test_the_instances_of_the_cluster_are_used_by_their_capacity_provider() -> None:
    strategies = deploy("ecs", **ON_INSTANCES).the("Service", "shop-web").inputs["capacityProviderStrategies"]
    assert strategies == [{"capacityProvider": "tools-instances", "weight": 1}]


def test_with_the_network_of_instances_their_security_group_is_opened_and_let_in() -> None:
    existing = {"name": "tools", "capacity_provider": "tools-instances", "instance_security_group_id": "sg-0a"}
    deployed = deploy("ecs", cluster={"existing": existing}, ecs={"capacity": "ec2", "network_mode": "bridge"})
    rules = {each.name: each.inputs for each in deployed.all("SecurityGroupIngressRule")}
    assert rules["shop-web"]["securityGroupId"] == "sg-0a"
    assert rules["shop-database-from-instances"]["referencedSecurityGroupId"] == "sg-0a"


def test_network_and_cluster_may_both_exist() -> None:
    deployed = deploy("ecs", cluster={"existing": {"name": "tools"}}, network={"existing": NETWORK})
    assert deployed.the("Service", "shop-web").at("networkConfiguration.subnets") == ["subnet-0a", "subnet-0b"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "elsewhere",
            "cluster.existing.name: 'elsewhere' was not found: reading Cluster (elsewhere): couldn't find resource (id); name "
            "one that exists and that you may read",
        ),
        ("former", "cluster.existing.name: former is INACTIVE: name a cluster that is ACTIVE"),
    ],
)
def test_a_cluster_that_cannot_be_used_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deploy("ecs", cluster={"existing": {"name": name}})
    assert str(raised.value).splitlines()[1:] == [f"  - {sentence}"]


REFUSED: list[Refused] = [
    (
        "ecs",
        {"cluster.existing": {"name": "my tools"}},
        "cluster.existing.name: found 'my tools'; specify the name or ARN of an ECS cluster, such as tools",
    ),
    (
        "ecs",
        {"cluster.existing": {"name": ARN.replace("eu-central-1", "eu-west-1")}},
        "cluster.existing.name: is in eu-west-1 and region is eu-central-1: name a cluster of that region",
    ),
    (
        "ecs",
        {"cluster": {"existing": {"name": "tools"}, "instances": {}}},
        "cluster: instances has no effect with existing, which is used as it is: remove it, or existing",
    ),
    (
        "ecs",
        {"cluster.existing": {"name": "tools"}, "ecs.capacity": "ec2"},
        "cluster.existing.capacity_provider: is required with ecs.capacity ec2: name that of the instances",
    ),
    (
        "ecs",
        {"cluster.existing": {"name": "tools", "capacity_provider": "tools"}},
        "cluster.existing.capacity_provider: has no effect with ecs.capacity fargate: remove it, or set ecs.capacity to ec2",
    ),
    (
        "ecs",
        {
            "cluster.existing": {"name": "tools", "capacity_provider": "tools"},
            "ecs": {"capacity": "ec2", "network_mode": "bridge"},
        },
        "cluster.existing.instance_security_group_id: is required with ecs.network_mode bridge: name it",
    ),
    (
        "ecs",
        {"cluster.existing": {"name": "tools", "instance_security_group_id": "sg-1"}},
        "cluster.existing.instance_security_group_id: has no effect, as tasks have security groups of their own",
    ),
    (
        "ecs",
        {"cluster.existing": {"name": "tools", "instance_security_group_id": "tools"}},
        "cluster.existing.instance_security_group_id: found 'tools'; specify the ID of a security group, such as",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
