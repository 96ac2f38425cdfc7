"""EksOrDoksCluster on AWS: its nodes."""

import pytest

from railbed.aws.eks import cluster as eks_cluster
from railbed.aws.eks.node_group import ami_type
from tests.unit.cluster_answers import ANSWERS, EKS, EKS_NAME, EKS_SUBNETS, deployed, least_eks

REGION = EKS["region"]


def test_nodes() -> None:
    made = least_eks()
    group = made.the("NodeGroup")
    assert group.inputs == {
        "region": REGION,
        "clusterName": EKS_NAME,
        "version": "1.35",
        "nodeGroupNamePrefix": "default-",
        "nodeRoleArn": ANSWERS["Role"]["arn"],
        "subnetIds": EKS_SUBNETS,
        "amiType": "AL2023_x86_64_STANDARD",
        "instanceTypes": ["t3.large"],
        "launchTemplate": {"id": "shop-default-id", "version": "3"},
        "scalingConfig": {"minSize": 2, "maxSize": 4, "desiredSize": 2},
        "updateConfig": {"maxUnavailablePercentage": 33},
        "nodeRepairConfig": {"enabled": True},
        "labels": {},
        "taints": [],
        "tags": {},
    }
    assert list(group.request.ignoreChanges) == ["scalingConfig.desiredSize"], "it would undo what the autoscaler has done"
    before = {"shop-vpc-cni", "shop-kube-proxy", "shop-eks-pod-identity-agent", "shop-nodes-join", "shop-nodes-pull"}
    assert group.depends_on >= before, "nodes without a network never become ready"


def test_the_launch_template_of_nodes() -> None:
    assert deployed(EKS, disk_gib=100, tags={"team": "web"}).the("LaunchTemplate").inputs == {
        "region": REGION,
        "updateDefaultVersion": True,
        "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "ebs": {"volumeType": "gp3", "volumeSize": 100, "encrypted": "true", "deleteOnTermination": "true"},
            }
        ],
        "tagSpecifications": [
            {"resourceType": kind, "tags": {"Name": "shop-default", "team": "web"}} for kind in ("instance", "volume")
        ],
        "tags": {"Name": "shop-default", "team": "web"},
    }


def test_no_size_of_nodes_ever_touches_the_cluster() -> None:
    small, large = least_eks(), deployed(EKS, node_size="m7g.2xlarge", max_nodes=9)
    assert small.the("Cluster").inputs == large.the("Cluster").inputs
    group = large.the("NodeGroup")
    assert "nodeGroupName" not in group.inputs, "with a name of its own the old group would go before the new one is up"
    assert not group.request.deleteBeforeReplace


def test_further_pools() -> None:
    pools = {
        "workers": {
            "node_size": "c7g.xlarge",
            "max_nodes": 6,
            "labels": {"role": "workers"},
            "taints": [
                {"key": "workers"},
                {"key": "spot", "value": "yes", "effect": "NoExecute"},
                {"key": "slow", "effect": "PreferNoSchedule"},
            ],
        }
    }
    made = deployed(EKS, node_pools=pools)
    group = made.the("NodeGroup", "shop-workers").inputs
    assert group["nodeGroupNamePrefix"] == "workers-"
    assert group["instanceTypes"] == ["c7g.xlarge"]
    assert group["amiType"] == "AL2023_ARM_64_STANDARD"
    assert group["scalingConfig"] == {"minSize": 1, "maxSize": 6, "desiredSize": 1}
    assert group["labels"] == {"role": "workers"}
    assert group["launchTemplate"]["id"] == "shop-workers-id"
    assert group["taints"] == [
        {"key": "workers", "value": "", "effect": "NO_SCHEDULE"},
        {"key": "spot", "value": "yes", "effect": "NO_EXECUTE"},
        {"key": "slow", "value": "", "effect": "PREFER_NO_SCHEDULE"},
    ]


def test_load_balancers_learn_of_every_pool_the_default_one_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eks_cluster, "autoscaling_group_of", lambda group: group.urn)
    groups = deployed(EKS, node_pools={"apart": {}}).result["autoscaling_group_names"]
    assert [urn.rsplit("::", 1)[-1] for urn in groups] == ["shop-default", "shop-apart"]


@pytest.mark.parametrize(
    ("instance_type", "arm"),
    [
        ("t3.large", False),
        ("t4g.medium", True),
        ("m7g.xlarge", True),
        ("c6gn.large", True),
        ("m8gd.large", True),
        ("a1.large", True),
        ("g5.xlarge", False),
        ("g5g.xlarge", True),
        ("m7i-flex.large", False),
        ("c7a.large", False),
        ("x2gd.large", True),
        ("im4gn.large", True),
    ],
)
def test_the_image_of_nodes_fits_their_processor(instance_type: str, arm: bool) -> None:
    assert ami_type(instance_type) == ("AL2023_ARM_64_STANDARD" if arm else "AL2023_x86_64_STANDARD")
