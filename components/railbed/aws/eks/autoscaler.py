"""The cluster autoscaler: on AWS nothing adds nodes for pods that find no room, or removes idle ones, without it."""

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_aws.eks import PodIdentityAssociation

from railbed.aws.eks.autoscaler_image import autoscaler_image
from railbed.aws.service_role import service_role
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.cluster.parts import ClusterParts
from railbed.kubernetes.pod import CONTAINER_SECURITY, pod_security
from railbed.kubernetes.workload import Manifest
from railbed.validation.overrides import overridden

NAME, NAMESPACE = "cluster-autoscaler", "kube-system"

_LABELS = {"app.kubernetes.io/name": NAME}
_METADATA: Any = {"name": NAME, "namespace": NAMESPACE, "labels": _LABELS}
_OF_THE_CLUSTER: Any = {"name": NAME, "labels": _LABELS}
"""Of what is in no namespace: one that is given is dropped by Kubernetes, and asked for again by every update."""

_READ = ["get", "list", "watch"]
_CLUSTER_RULES: Any = [
    {
        "apiGroups": [""],
        "resources": [
            "namespaces",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "replicationcontrollers",
            "services",
        ],
        "verbs": _READ,
    },
    {"apiGroups": [""], "resources": ["nodes"], "verbs": [*_READ, "update"]},
    {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
    {"apiGroups": [""], "resources": ["pods/eviction"], "verbs": ["create"]},
    {"apiGroups": [""], "resources": ["pods/status"], "verbs": ["update"]},
    {"apiGroups": ["apps"], "resources": ["daemonsets", "replicasets", "statefulsets"], "verbs": _READ},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": _READ},
    {"apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": _READ},
    {"apiGroups": ["resource.k8s.io"], "resources": ["deviceclasses", "resourceclaims", "resourceslices"], "verbs": _READ},
    {
        "apiGroups": ["storage.k8s.io"],
        "resources": ["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
        "verbs": _READ,
    },
]
_OWN_RULES: Any = [
    {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]},
    {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "resourceNames": [NAME], "verbs": ["get", "update"]},
    {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create", "list", "watch"]},
    {
        "apiGroups": [""],
        "resources": ["configmaps"],
        "resourceNames": [f"{NAME}-status", f"{NAME}-priority-expander"],
        "verbs": ["delete", "get", "update", "watch"],
    },
]
"""What it reads and changes, after the example of its project (cluster-autoscaler/cloudprovider/aws/examples)."""


def cluster_autoscaler(
    name: str,
    cluster: EksOrDoksClusterModel,
    parts: ClusterParts,
    provider: kubernetes.Provider,
    parent: pulumi.Resource,
) -> None:
    """Keeps every pool between its bounds, if any has room between them."""
    if all(pool.min_nodes == pool.max_nodes for pool in cluster.pools().values()):
        return
    child = f"{name}-{NAME}"
    in_cluster = pulumi.ResourceOptions(parent=parent, provider=provider)

    identity = _identity(child, cluster, parts, parent)
    account = kubernetes.core.v1.ServiceAccount(child, metadata=_METADATA, opts=in_cluster)
    subjects: Any = [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}]
    rights = [
        kubernetes.rbac.v1.ClusterRole(child, metadata=_OF_THE_CLUSTER, rules=_CLUSTER_RULES, opts=in_cluster),
        kubernetes.rbac.v1.ClusterRoleBinding(
            child, metadata=_OF_THE_CLUSTER, role_ref=_role_ref("ClusterRole"), subjects=subjects, opts=in_cluster
        ),
        kubernetes.rbac.v1.Role(child, metadata=_METADATA, rules=_OWN_RULES, opts=in_cluster),
        kubernetes.rbac.v1.RoleBinding(
            child, metadata=_METADATA, role_ref=_role_ref("Role"), subjects=subjects, opts=in_cluster
        ),
    ]
    kubernetes.apps.v1.Deployment(
        child,
        **overridden(_deployment(cluster, parts), cluster.overrides, "cluster_autoscaler"),
        # Pods get the role only when they start after its association.
        opts=pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=[*identity, account, *rights]),
    )


def _identity(
    child: str, cluster: EksOrDoksClusterModel, parts: ClusterParts, parent: pulumi.Resource
) -> list[pulumi.Resource]:
    """Its role: it sees all Auto Scaling groups, and changes those of this cluster."""
    reads = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
    ]
    changes = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    # EKS marks the groups of its node groups so.
    owned = parts.name.apply(lambda of: {"StringEquals": {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{of}": "owned"}})
    role, permissions = service_role(
        child,
        "pods.eks.amazonaws.com",
        parent=parent,
        tags=cluster.tags,
        statements={
            "scale": [
                {"Effect": "Allow", "Action": reads, "Resource": "*"},
                {"Effect": "Allow", "Action": changes, "Resource": "*", "Condition": owned},
            ]
        },
        actions=("sts:AssumeRole", "sts:TagSession"),
    )
    association = PodIdentityAssociation(
        child,
        region=cluster.region,
        cluster_name=parts.name,
        namespace=NAMESPACE,
        service_account=NAME,
        role_arn=role.arn,
        tags=cluster.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return [*permissions, association]


def _role_ref(kind: str) -> Any:
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": NAME}


def _deployment(cluster: EksOrDoksClusterModel, parts: ClusterParts) -> Manifest:
    groups = parts.name.apply(lambda of: f"k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/{of}")
    container = {
        "name": NAME,
        "image": autoscaler_image(cluster.version),
        "command": ["./cluster-autoscaler"],
        "args": [
            "--cloud-provider=aws",
            pulumi.Output.concat("--node-group-auto-discovery=asg:tag=", groups),
            "--expander=least-waste",
            # By default pods have ten minutes at most, whatever they ask for (its FAQ, "How does scale-down work?").
            f"--max-graceful-termination-sec={cluster.grace_seconds}",
            # The containers of a Rails application write to empty volumes, which would hold every node for ever.
            "--skip-nodes-with-local-storage=false",
        ],
        # Metadata of the instance are out of a pod's reach.
        "env": [{"name": "AWS_REGION", "value": cluster.region}],
        "resources": {"requests": {"cpu": "100m", "memory": "300Mi"}, "limits": {"memory": "600Mi"}},
        "livenessProbe": {"httpGet": {"path": "/health-check", "port": 8085}, "periodSeconds": 30, "failureThreshold": 5},
        "securityContext": CONTAINER_SECURITY,
    }
    return {
        "metadata": _METADATA,
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": _LABELS},
            "template": {
                "metadata": {"labels": _LABELS},
                "spec": {
                    "serviceAccountName": NAME,
                    "priorityClassName": "system-cluster-critical",
                    "securityContext": pod_security(65534),
                    "containers": [container],
                },
            },
        },
    }
