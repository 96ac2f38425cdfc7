"""EksOrDoksCluster on AWS: add-ons, volumes and the autoscaler in the cluster."""

import pytest

from railbed import InvalidArguments
from tests.unit.cluster_answers import ANSWERS, EKS, EKS_NAME, deployed, least_eks

REGION = EKS["region"]


@pytest.mark.parametrize("addon", ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"])
def test_what_nodes_need_comes_before_them(addon: str) -> None:
    assert "shop-default" not in least_eks().the("Addon", f"shop-{addon}").depends_on


@pytest.mark.parametrize("addon", ["aws-ebs-csi-driver", "coredns", "metrics-server"])
def test_what_needs_nodes_comes_after_them(addon: str) -> None:
    assert "shop-default" in least_eks().the("Addon", f"shop-{addon}").depends_on, "AWS waits for it in vain"


def test_addons() -> None:
    made = deployed(EKS, addon_versions={"vpc-cni": "v1.20.4-eksbuild.1"}, tags={"team": "web"})
    every = {
        "region": REGION,
        "clusterName": EKS_NAME,
        "resolveConflictsOnCreate": "OVERWRITE",
        "resolveConflictsOnUpdate": "PRESERVE",
        "tags": {"team": "web"},
    }
    assert made.the("Addon", "shop-coredns").inputs == every | {"addonName": "coredns", "addonVersion": "coredns-of-1.35"}
    assert made.the("Addon", "shop-vpc-cni").inputs == every | {
        "addonName": "vpc-cni",
        "addonVersion": "v1.20.4-eksbuild.1",
        "configurationValues": '{"enableNetworkPolicy": "true"}',
        "podIdentityAssociations": [{"roleArn": ANSWERS["Role"]["arn"], "serviceAccount": "aws-node"}],
    }
    driver = made.the("Addon", "shop-aws-ebs-csi-driver")
    assert driver.inputs == every | {
        "addonName": "aws-ebs-csi-driver",
        "addonVersion": "aws-ebs-csi-driver-of-1.35",
        "configurationValues": '{"controller": {"extraVolumeTags": {"team": "web"}}}',
        "podIdentityAssociations": [{"roleArn": ANSWERS["Role"]["arn"], "serviceAccount": "ebs-csi-controller-sa"}],
    }
    assert "shop-ebs-csi-policy" in driver.depends_on


def test_add_ons_stay_where_nobody_is_to_patch() -> None:
    made = deployed(EKS, patches="manual", addon_versions={"vpc-cni": "v1.20.4-eksbuild.1"})
    versions = {each.name: each.inputs.get("addonVersion") for each in made.all("Addon")}
    assert versions.pop("shop-vpc-cni") == "v1.20.4-eksbuild.1"
    assert set(versions.values()) == {None}, "AWS takes its default once, when it makes the add-on"


def test_network_policies_are_not_enforced_where_they_are_not_wanted() -> None:
    made = deployed(EKS, network_policy=False, addon_versions={"vpc-cni": "v1.13.4-eksbuild.1"})
    assert "configurationValues" not in made.the("Addon", "shop-vpc-cni").inputs


@pytest.mark.parametrize("version", ["v1.13.4-eksbuild.1", "v1.14.0-eksbuild.2", "v0.99.0-eksbuild.9"])
def test_a_version_that_enforces_no_network_policies_is_refused(version: str) -> None:
    words = f"addon_versions.vpc-cni is {version}: raise it, or set network_policy to false"
    with pytest.raises(InvalidArguments, match=words):
        deployed(EKS, addon_versions={"vpc-cni": version})


@pytest.mark.parametrize("version", ["v1.14.0-eksbuild.3", "v1.14.1-eksbuild.1", "v1.20.4-eksbuild.1"])
def test_a_version_that_enforces_network_policies_is_taken(version: str) -> None:
    assert deployed(EKS, addon_versions={"vpc-cni": version}).the("Addon", "shop-vpc-cni").at("addonVersion") == version


def test_volumes_are_encrypted_and_can_grow() -> None:
    storage = least_eks().the("StorageClass").inputs
    assert storage["metadata"] == {
        "name": "gp3",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    }
    assert storage["provisioner"] == "ebs.csi.aws.com"
    assert storage["parameters"] == {"type": "gp3", "encrypted": "true"}
    assert storage["volumeBindingMode"] == "WaitForFirstConsumer", "a volume in another zone than its pod is of no use"
    assert storage["allowVolumeExpansion"] is True


def test_nothing_runs_in_the_cluster_before_nodes_dns_and_volumes() -> None:
    provider = least_eks().the("kubernetes")
    assert provider.depends_on >= {"shop-default", "shop-coredns", "shop-aws-ebs-csi-driver"}
    assert provider.inputs["clusterIdentifier"] == ANSWERS["Cluster"]["arn"]
    for kind in ("StorageClass", "Deployment"):
        assert "::shop-provider::" in least_eks().the(kind).request.provider, "it would go to another cluster"


def test_the_autoscaler_follows_the_cluster() -> None:
    made = deployed(EKS, version="1.36")
    deployment = made.the("Deployment")
    assert deployment.inputs["metadata"]["namespace"] == "kube-system"
    assert deployment.pod["serviceAccountName"] == "cluster-autoscaler"
    container = deployment.container
    assert container["image"] == "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1"
    assert "--max-graceful-termination-sec=600" in container["args"]
    tags = f"k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/{EKS_NAME}"
    assert f"--node-group-auto-discovery=asg:tag={tags}" in container["args"]
    assert "--skip-nodes-with-local-storage=false" in container["args"], "no node with a Rails pod would ever be removed"
    assert container["env"] == [{"name": "AWS_REGION", "value": REGION}]
    assert made.the("PodIdentityAssociation").inputs == {
        "region": REGION,
        "clusterName": EKS_NAME,
        "namespace": "kube-system",
        "serviceAccount": "cluster-autoscaler",
        "roleArn": ANSWERS["Role"]["arn"],
        "tags": {},
    }
    assert "shop-cluster-autoscaler-scale" in deployment.depends_on


@pytest.mark.parametrize(
    ("version", "image"), [("1.35", "v1.35.2"), ("1.34", "v1.34.5"), ("1.31", "v1.31.5"), ("1.39", "v1.39.0")]
)
def test_the_autoscaler_is_patched(version: str, image: str) -> None:
    assert deployed(EKS, version=version).the("Deployment").container["image"].endswith(f":{image}")


def test_the_autoscaler_gives_pods_the_time_that_the_slowest_takes() -> None:
    assert "--max-graceful-termination-sec=1805" in deployed(EKS, grace_seconds=1805).the("Deployment").container["args"]


def test_the_autoscaler_changes_only_the_nodes_of_its_cluster() -> None:
    read, change = least_eks().the("RolePolicy", "shop-cluster-autoscaler-scale").statements
    assert all(action.split(":")[1].startswith(("Describe", "Get")) for action in read["Action"])
    assert change == {
        "Effect": "Allow",
        "Action": ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
        "Resource": "*",
        "Condition": {"StringEquals": {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{EKS_NAME}": "owned"}},
    }


def test_the_autoscaler_reads_no_secrets() -> None:
    made = least_eks()
    rules = [
        rule
        for each in made.resources
        if each.type in ("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "kubernetes:rbac.authorization.k8s.io/v1:Role")
        for rule in each.inputs["rules"]
    ]
    assert len(rules) > 5
    assert not {"secrets", "*"} & {resource for rule in rules for resource in rule["resources"]}


def test_rights_in_the_whole_cluster_are_in_no_namespace() -> None:
    made = least_eks()
    for kind in ("ClusterRole", "ClusterRoleBinding"):
        assert "namespace" not in made.the(kind).inputs["metadata"], "every update would replace it, and delete the new one"
    assert made.the("RoleBinding").at("metadata.namespace") == "kube-system"


def test_pools_of_fixed_size_need_no_autoscaler() -> None:
    made = deployed(EKS, min_nodes=3, max_nodes=3)
    assert made.all("Deployment") == []
    assert made.all("StorageClass") != []
