"""What DigitalOcean and AWS would answer when a cluster is made, and how to make one."""

import functools
from typing import Any

import pulumi

from railbed.cluster.eks_or_doks_cluster import EksOrDoksCluster
from tests.unit.recording import Deployment, Recorded, record

ANSWERS: dict[str, dict[str, Any]] = {
    "KubernetesCluster": {
        "name": "shop-7f6e5d4",
        "endpoint": "https://doks.example.com",
        "kubeConfigs": [{"rawConfig": "kubeconfig-of-seven-days", "clusterCaCertificate": "Q0E=", "token": "seven-days"}],
    },
    "RandomId": {"hex": "1a2b3c4d"},
    "Role": {"arn": "arn:aws:iam::123456789012:role/any", "name": "any"},
    "Key": {"arn": "arn:aws:kms:eu-central-1:123456789012:key/any"},
    "LogGroup": {"arn": "arn:aws:logs:eu-central-1:123456789012:log-group:any"},
    "Cluster": {
        "arn": "arn:aws:eks:eu-central-1:123456789012:cluster/shop-1a2b3c4d",
        "endpoint": "https://eks.example.com",
        "certificateAuthority": {"data": "Q0E="},
        "vpcConfig": {"clusterSecurityGroupId": "sg-of-the-cluster", "subnetIds": []},
    },
    "LaunchTemplate": {"latestVersion": 3},
    "NodeGroup": {"resources": [{"autoscalingGroups": [{"name": "eks-nodes-1"}]}]},
}

DOKS: dict[str, Any] = {"platform": "doks", "region": "fra1"}
EKS: dict[str, Any] = {"platform": "eks", "region": "eu-central-1"}
EKS_NAME = "shop-1a2b3c4d"
EKS_SUBNETS = [f"shop-network-private-{zone}-id" for zone in "abc"]


def make_cluster(arguments: dict[str, Any], **more: Any) -> EksOrDoksCluster:
    return EksOrDoksCluster("shop", arguments | more)  # type: ignore[arg-type]


def deployed(arguments: dict[str, Any], registered: list[Recorded] | None = None, **more: Any) -> Deployment:
    """Everything that a cluster with these arguments registers."""
    return record(lambda: make_cluster(arguments, **more), outputs=ANSWERS, registered=registered)


def text(value: str) -> pulumi.Output[str]:
    return pulumi.Output.from_input(value)


@functools.cache
def least_eks() -> Deployment:
    """A cluster on AWS with its least arguments."""
    return deployed(EKS)
