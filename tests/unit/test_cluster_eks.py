"""EksOrDoksCluster on AWS: control plane, network and access."""

import json
from typing import Any

import pulumi
import pytest

from railbed.cluster.eks_or_doks_cluster import EksOrDoksCluster
from tests.unit.cluster_answers import ANSWERS, EKS, EKS_NAME, EKS_SUBNETS, deployed, least_eks, make_cluster, text
from tests.unit.recording import HIDDEN, record

REGION = EKS["region"]
GIVEN: dict[str, Any] = {
    "vpc_id": "vpc-given",
    "private_subnet_ids": ["subnet-1", "subnet-2"],
    "public_subnet_ids": ["subnet-3"],
}


def test_the_least_arguments_give_a_whole_cluster() -> None:
    made = least_eks()
    inside = {(kind, name) for kind, name in made.named() if not name.startswith("shop-network")}
    addons = {"eks-pod-identity-agent", "kube-proxy", "vpc-cni", "aws-ebs-csi-driver", "coredns", "metrics-server"}
    in_cluster = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "RoleBinding", "Deployment", "PodIdentityAssociation"}
    assert inside == {
        ("EksOrDoksCluster", "shop"),
        ("RandomId", "shop-id"),
        ("LogGroup", "shop-logs"),
        ("Key", "shop-secrets"),
        ("Role", "shop-control-plane"),
        ("RolePolicyAttachment", "shop-control-plane-cluster"),
        ("RolePolicy", "shop-control-plane-secrets"),
        ("Cluster", "shop"),
        ("Role", "shop-nodes"),
        ("RolePolicyAttachment", "shop-nodes-join"),
        ("RolePolicyAttachment", "shop-nodes-pull"),
        ("LaunchTemplate", "shop-default"),
        ("NodeGroup", "shop-default"),
        *{("Addon", f"shop-{addon}") for addon in addons},
        ("Role", "shop-cni"),
        ("RolePolicyAttachment", "shop-cni-policy"),
        ("Role", "shop-ebs-csi"),
        ("RolePolicyAttachment", "shop-ebs-csi-policy"),
        ("kubernetes", "shop-provider"),
        ("StorageClass", "shop-gp3"),
        ("Role", "shop-cluster-autoscaler"),
        ("RolePolicy", "shop-cluster-autoscaler-scale"),
        *{(kind, "shop-cluster-autoscaler") for kind in in_cluster},
    }
    assert {each.parent for each in made.resources} == {"", "shop", "shop-network"}


def test_the_control_plane() -> None:
    cluster = least_eks().the("Cluster")
    assert cluster.inputs == {
        "region": REGION,
        "name": EKS_NAME,
        "version": "1.35",
        "roleArn": ANSWERS["Role"]["arn"],
        "vpcConfig": {"subnetIds": EKS_SUBNETS, "endpointPrivateAccess": True, "endpointPublicAccess": True},
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
        "bootstrapSelfManagedAddons": False,
        "encryptionConfig": {"provider": {"keyArn": ANSWERS["Key"]["arn"]}, "resources": ["secrets"]},
        "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        "upgradePolicy": {"supportType": "STANDARD"},
        "deletionProtection": True,
        "tags": {},
    }
    assert cluster.depends_on >= {"shop-logs", "shop-control-plane-cluster", "shop-control-plane-secrets"}, (
        "without its log group it makes one that keeps logs for ever, without its permissions AWS refuses it"
    )


def test_outputs() -> None:
    result = least_eks().result
    assert json.loads(result.pop("kubeconfig"))["users"] == [
        {
            "name": EKS_NAME,
            "user": {
                "exec": {
                    "apiVersion": "client.authentication.k8s.io/v1beta1",
                    "command": "aws",
                    "args": ["eks", "get-token", "--cluster-name", EKS_NAME, "--region", REGION, "--output", "json"],
                    "interactiveMode": "Never",
                }
            },
        }
    ]
    assert result == {
        "cluster_name": EKS_NAME,
        "cluster_id": "shop-id",
        "endpoint": "https://eks.example.com",
        "vpc_id": "shop-network-id",
        "public_subnet_ids": ["shop-network-public-a-id", "shop-network-public-b-id", "shop-network-public-c-id"],
        "private_subnet_ids": EKS_SUBNETS,
        "database_subnet_ids": ["shop-network-database-a-id", "shop-network-database-b-id", "shop-network-database-c-id"],
        "node_security_group_id": "sg-of-the-cluster",
        "autoscaling_group_names": ["eks-nodes-1"],
    }


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"version": "1.36"}, "version", "1.36"),
        ({"auto_upgrade": False}, "upgradePolicy.supportType", "EXTENDED"),
        ({"endpoint_access_cidrs": ["203.0.113.0/24"]}, "vpcConfig.publicAccessCidrs", ["203.0.113.0/24"]),
        ({"endpoint_access_cidrs": []}, "vpcConfig.endpointPublicAccess", False),
        ({"tags": {"team": "web"}}, "tags", {"team": "web"}),
        ({"protect": False}, "deletionProtection", False),
        (GIVEN, "vpcConfig.subnetIds", ["subnet-1", "subnet-2"]),
        ({"overrides": {"cluster": {"zonal_shift_config": {"enabled": True}}}}, "zonalShiftConfig.enabled", True),
    ],
)
def test_each_argument_reaches_the_control_plane(arguments: dict[str, Any], path: str, expected: object) -> None:
    assert deployed(EKS, **arguments).the("Cluster").at(path) == expected


def test_a_network_of_its_own_gets_its_arguments() -> None:
    arguments: dict[str, Any] = {
        "vpc_cidr": "172.20.0.0/18",
        "zones": ["eu-central-1a", "eu-central-1b"],
        "nat": "per_zone",
        "flow_logs": False,
        "tags": {"team": "web"},
    }
    made = deployed(EKS, **arguments)
    assert made.the("Network").parent == "shop"
    assert made.the("Vpc").inputs["cidrBlock"] == "172.20.0.0/18"
    assert made.the("Vpc").inputs["tags"] == {"Name": "shop-network", "team": "web"}
    assert len(made.all("NatGateway")) == 2
    assert made.all("FlowLog") == []


def test_a_network_that_exists_is_used_and_not_made() -> None:
    def program() -> EksOrDoksCluster:
        subnets = {field: [text(each) for each in GIVEN[field]] for field in ("private_subnet_ids", "public_subnet_ids")}
        return make_cluster(EKS, vpc_id=text("vpc-given"), **subnets)

    made = record(program, outputs=ANSWERS)
    assert made.all("Network") == []
    assert {field: made.result[field] for field in GIVEN} == GIVEN
    assert made.result["database_subnet_ids"] == []
    assert made.the("NodeGroup").inputs["subnetIds"] == ["subnet-1", "subnet-2"]


def test_logs_are_kept_for_as_long_as_is_said() -> None:
    made = deployed(EKS, log_retention_days=365)
    assert made.the("LogGroup", "shop-logs").inputs == {
        "region": REGION,
        "name": f"/aws/eks/{EKS_NAME}/cluster",
        "retentionInDays": 365,
        "tags": {},
    }
    assert made.the("LogGroup", "shop-network-flow-logs").inputs["retentionInDays"] == 365


def test_secrets_are_encrypted_with_a_key_that_is_kept() -> None:
    made = least_eks()
    key = made.the("Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.request.protect, "without its key nothing in the cluster can be read"
    assert made.the("RolePolicy", "shop-control-plane-secrets").statements == [
        {
            "Effect": "Allow",
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
            "Resource": ANSWERS["Key"]["arn"],
        }
    ]


@pytest.mark.parametrize("kind", ["Cluster", "Key", "Vpc"])
def test_the_cluster_is_protected_until_told_otherwise(kind: str) -> None:
    assert least_eks().the(kind).request.protect
    assert not deployed(EKS, protect=False).the(kind).request.protect


def test_administrators() -> None:
    made = deployed(EKS, admin_role_arns={"ci": "arn:aws:iam::123456789012:role/ci"})
    entry = {"region": REGION, "clusterName": EKS_NAME, "principalArn": "arn:aws:iam::123456789012:role/ci"}
    assert made.the("AccessEntry", "shop-admin-ci").inputs == entry | {"tags": {}}
    association = made.the("AccessPolicyAssociation", "shop-admin-ci")
    assert association.inputs == entry | {
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        "accessScope": {"type": "cluster"},
    }
    assert "shop-admin-ci" in association.depends_on


@pytest.mark.parametrize(
    ("role", "service", "actions", "policies"),
    [
        ("control-plane", "eks.amazonaws.com", ["sts:AssumeRole"], ["AmazonEKSClusterPolicy"]),
        (
            "nodes",
            "ec2.amazonaws.com",
            ["sts:AssumeRole"],
            ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"],
        ),
        ("cni", "pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], ["AmazonEKS_CNI_Policy"]),
        (
            "ebs-csi",
            "pods.eks.amazonaws.com",
            ["sts:AssumeRole", "sts:TagSession"],
            ["service-role/AmazonEBSCSIDriverPolicy"],
        ),
    ],
)
def test_roles_have_what_they_need_and_no_more(role: str, service: str, actions: list[str], policies: list[str]) -> None:
    made = least_eks()
    trust = made.the("Role", f"shop-{role}").statements
    assert trust == [{"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}]
    attached = [each.inputs["policyArn"] for each in made.all("RolePolicyAttachment") if each.name.startswith(f"shop-{role}-")]
    assert sorted(attached) == [f"arn:aws:iam::aws:policy/{policy}" for policy in policies]


def test_children_can_be_overridden() -> None:
    overrides = {
        "node_pool": {"capacity_type": "SPOT", "scaling_config": {"desired_size": 3}},
        "launch_template": {"metadata_options": {"http_put_response_hop_limit": 2}},
        "cluster_autoscaler": {"spec": {"replicas": 0}},
    }
    made = deployed(EKS, overrides=overrides)
    assert made.the("NodeGroup").inputs["capacityType"] == "SPOT"
    assert made.the("NodeGroup").inputs["scalingConfig"] == {"minSize": 2, "maxSize": 4, "desiredSize": 3}
    assert made.the("LaunchTemplate").at("metadataOptions.httpPutResponseHopLimit") == 2
    assert made.the("LaunchTemplate").at("metadataOptions.httpTokens") == "required"
    assert made.the("Deployment").spec["replicas"] == 0


def test_the_command_line_tool_uses_the_profile_of_pulumi() -> None:
    pulumi.runtime.set_all_config({"aws:profile": "production"})
    try:
        user = json.loads(deployed(EKS).result["kubeconfig"])["users"][0]["user"]
    finally:
        pulumi.runtime.set_all_config({})
    assert user["exec"]["env"] == [{"name": "AWS_PROFILE", "value": "production"}], "it would ask as somebody else"


def test_the_kubeconfig_is_secret() -> None:
    made = least_eks()
    assert made.the("EksOrDoksCluster").outputs["kubeconfig"] == HIDDEN
    assert made.the("kubernetes").visible["kubeconfig"] == HIDDEN
