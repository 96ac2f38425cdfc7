"""What EKS takes, apart from the SDK that makes a cluster.

https://docs.aws.amazon.com/eks/latest/APIReference/
"""

import re
from collections.abc import Collection, Mapping, Sequence

import pulumi

from railbed.aws.regions import ROLE_ARN
from railbed.validation.host_names import check_once

BEFORE_NODES = ("eks-pod-identity-agent", "kube-proxy", "vpc-cni")
"""Nodes become ready only with these add-ons. They run on every node, so AWS takes them for finished while there is none."""

ON_NODES = ("aws-ebs-csi-driver", "coredns", "metrics-server")
"""Add-ons that run on nodes."""

MOST_ACCESS_CIDRS = 40
"""https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html"""

LEAST_VPC_CNI = (1, 14, 0, 3)
"""The first version of VPC CNI's add-on, as in v1.14.0-eksbuild.3, that enforces network policies.

https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
"""

RESERVED_LABELS = ("kubernetes.io/", "k8s.io/", "eks.amazonaws.com/")


def check_access(cidrs: Collection[str], role_arns: Mapping[str, pulumi.Input[str]]) -> None:
    """Raise `ValueError` for too many ranges, or what is not a role."""
    if len(cidrs) > MOST_ACCESS_CIDRS:
        raise ValueError(f"endpoint_access_cidrs are {len(cidrs)}: EKS allows {MOST_ACCESS_CIDRS}, so join or remove some")
    for name, arn in role_arns.items():
        if isinstance(arn, str) and not re.fullmatch(ROLE_ARN, arn):
            raise ValueError(
                f"admin_role_arns.{name}: found '{arn}'; specify the ARN of an IAM role, such as "
                "arn:aws:iam::123456789012:role/admin"
            )


def check_add_ons(versions: Mapping[str, str]) -> None:
    """Raise `ValueError` for versions that have no effect, or that are none."""
    known = sorted({*BEFORE_NODES, *ON_NODES})
    for add_on, version in versions.items():
        if add_on not in known:
            raise ValueError(f"addon_versions.{add_on} has no effect: use one of {', '.join(known)}")
        if not re.fullmatch(r"v\d+\.\d+\.\d+-eksbuild\.\d+", version):
            raise ValueError(f"addon_versions.{add_on}: found '{version}'; specify a version such as v1.20.4-eksbuild.1")


def check_network_policy(versions: Mapping[str, str]) -> None:
    """Raise `ValueError` for a version of VPC CNI that enforces no network policies: it would refuse the setting."""
    version = versions.get("vpc-cni", "")
    if tuple(map(int, re.findall(r"\d+", version))) < LEAST_VPC_CNI and version:
        raise ValueError(
            f"network_policy needs VPC CNI v1.14.0-eksbuild.3 or later and addon_versions.vpc-cni is {version}: "
            "raise it, or set network_policy to false"
        )


def check_labels(labels: Mapping[str, Mapping[str, str]]) -> None:
    """Raise `ValueError` for labels of node pools that EKS keeps for itself."""
    for pool, given in labels.items():
        for key in given:
            prefix = key.rpartition("/")[0]
            if any(f".{prefix}/".endswith(f".{reserved}") for reserved in RESERVED_LABELS) and prefix:
                raise ValueError(f"node_pools.{pool}.labels.{key}: EKS keeps such labels for itself: use another name")


def check_given_network(
    vpc_id: pulumi.Input[str] | None,
    private: Sequence[pulumi.Input[str]],
    public: Sequence[pulumi.Input[str]],
    database: Sequence[pulumi.Input[str]] = (),
) -> None:
    """Raise `ValueError` for what are no IDs of a network that exists."""
    if isinstance(vpc_id, str) and not re.fullmatch("vpc-[0-9a-z]+", vpc_id):
        raise ValueError(f"vpc_id: found '{vpc_id}'; specify the ID of a VPC, such as vpc-0123456789abcdef0")
    tiers = (("private_subnet_ids", private), ("public_subnet_ids", public), ("database_subnet_ids", database))
    for argument, given in tiers:
        known = [each for each in given if isinstance(each, str)]
        check_once(argument, known)
        for each in known:
            if not re.fullmatch("subnet-[0-9a-z]+", each):
                raise ValueError(f"{argument}: found '{each}'; specify IDs of subnets, such as subnet-0123456789abcdef0")
