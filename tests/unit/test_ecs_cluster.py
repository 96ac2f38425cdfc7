"""EcsCluster: Fargate, and EC2 instances that come and go with the tasks that need them."""

import base64
from typing import Any

import pytest

from tests.unit.ecs_samples import CLUSTER, deployed
from tests.unit.recording import Deployment

PLACE: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-a", "subnet-b"]}
PARAMETER = "/aws/service/ecs/optimized-ami/amazon-linux-2023"
NEWEST = f"value-of:{PARAMETER}"


def on_instances(**instances: Any) -> Deployment:
    return deployed("EcsCluster", instances=instances, **PLACE)


def test_the_least_arguments_give_fargate_and_spot_with_metrics() -> None:
    cluster = deployed("EcsCluster")
    assert cluster.the("Cluster").inputs == {
        "settings": [{"name": "containerInsights", "value": "enabled"}],
        "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}},
    }
    assert cluster.the("ClusterCapacityProviders").inputs == {
        "clusterName": "shop",
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
    }
    assert cluster.result == {
        "arn": CLUSTER,
        "cluster_name": "shop",
        "capacity_provider": "",
        "instance_security_group_id": "",
    }


@pytest.mark.parametrize("insights", ["disabled", "enhanced"])
def test_metrics_can_be_chosen(insights: str) -> None:
    cluster = deployed("EcsCluster", container_insights=insights)
    assert cluster.the("Cluster").at("settings.0.value") == insights


def test_instances_are_as_many_as_their_tasks_need_and_are_emptied_before_they_go() -> None:
    cluster = on_instances()
    assert cluster.the("CapacityProvider").inputs == {
        "autoScalingGroupProvider": {
            "autoScalingGroupArn": "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:shop",
            "managedScaling": {"status": "ENABLED", "targetCapacity": 100},
            "managedTerminationProtection": "ENABLED",
            "managedDraining": "ENABLED",
        }
    }
    group = cluster.the("Group")
    assert group.inputs == {
        "minSize": 1,
        "maxSize": 4,
        "vpcZoneIdentifiers": ["subnet-a", "subnet-b"],
        "launchTemplate": {"id": "shop-instances-id", "version": "3"},
        "instanceRefresh": {
            "strategy": "Rolling",
            "preferences": {
                "scaleInProtectedInstances": "Refresh",
                "minHealthyPercentage": 100,
                "maxHealthyPercentage": 110,
                "instanceWarmup": "120",
                "skipMatching": True,
            },
        },
        "protectFromScaleIn": True,
        "forceDelete": True,
        "tags": [
            {"key": "Name", "value": "shop", "propagateAtLaunch": True},
            {"key": "AmazonECSManaged", "value": "true", "propagateAtLaunch": True},
        ],
    }
    assert list(group.request.ignoreChanges) == ["desiredCapacity"], "an `up` would undo what ECS has scaled"
    assert cluster.the("ClusterCapacityProviders").at("capacityProviders") == ["FARGATE", "FARGATE_SPOT", "shop-instances"]
    assert cluster.result["capacity_provider"] == "shop-instances"
    assert cluster.result["instance_security_group_id"] == "shop-instances-id"


def test_instances_have_encrypted_disks_and_the_second_version_of_the_metadata_service() -> None:
    template = on_instances().the("LaunchTemplate").inputs
    user_data = base64.b64decode(template.pop("userData")).decode()
    assert template == {
        "imageId": f"{NEWEST}/recommended/image_id",
        "instanceType": "t3.medium",
        "iamInstanceProfile": {"arn": "arn:aws:iam::123456789012:instance-profile/shop"},
        "vpcSecurityGroupIds": ["shop-instances-id"],
        "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "ebs": {"volumeSize": 50, "volumeType": "gp3", "encrypted": "true", "deleteOnTermination": "true"},
            }
        ],
        "updateDefaultVersion": True,
    }
    assert user_data.splitlines() == [
        "#!/bin/sh",
        "echo ECS_CLUSTER=shop >> /etc/ecs/ecs.config",
        "echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config",
        "echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config",
        "echo ECS_CONTAINER_STOP_TIMEOUT=120s >> /etc/ecs/ecs.config",
    ]


@pytest.mark.parametrize(
    ("instances", "kind", "path", "expected"),
    [
        ({"instance_type": "m7i.large"}, "LaunchTemplate", "instanceType", "m7i.large"),
        ({"instance_type": "m7g.large"}, "LaunchTemplate", "imageId", f"{NEWEST}/arm64/recommended/image_id"),
        ({"instance_type": "g6.xlarge"}, "LaunchTemplate", "imageId", f"{NEWEST}/recommended/image_id"),
        ({"image_id": "ami-1"}, "LaunchTemplate", "imageId", "ami-1"),
        ({"image_id": "ami-1"}, "Group", "instanceRefresh.strategy", "Rolling"),
        (
            {"patches": "manual"},
            "LaunchTemplate",
            "imageId",
            f"resolve:ssm:{PARAMETER}/recommended/image_id",
        ),
        ({"patches": "manual", "image_id": "ami-1"}, "LaunchTemplate", "imageId", "ami-1"),
        ({"patches": "manual"}, "Group", "instanceRefresh", None),
        ({"key_name": "operators"}, "LaunchTemplate", "keyName", "operators"),
        ({"disk_gibibytes": 200}, "LaunchTemplate", "blockDeviceMappings.0.ebs.volumeSize", 200),
        (
            {"security_group_ids": ["sg-tasks"]},
            "LaunchTemplate",
            "vpcSecurityGroupIds",
            ["shop-instances-id", "sg-tasks"],
        ),
        ({"minimum": 0}, "Group", "minSize", 0),
        ({"maximum": 9}, "Group", "maxSize", 9),
    ],
)
def test_each_argument_reaches_the_instances(instances: dict[str, Any], kind: str, path: str, expected: object) -> None:
    assert on_instances(**instances).the(kind).at(path) == expected


def test_nobody_can_connect_to_an_instance() -> None:
    cluster = on_instances()
    assert cluster.the("SecurityGroup").inputs == {"vpcId": "vpc-1", "description": "Instances of the cluster shop"}
    assert cluster.all("SecurityGroupIngressRule") == []
    assert cluster.the("SecurityGroupEgressRule").inputs["cidrIpv4"] == "0.0.0.0/0"


def test_tasks_come_only_once_the_cluster_has_its_capacity() -> None:
    cluster = on_instances()
    assert "shop-instances" in cluster.the("ClusterCapacityProviders").depends_on
