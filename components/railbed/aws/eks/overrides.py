"""Children of a cluster on AWS whose arguments a program may change."""

from pulumi_aws.ec2 import LaunchTemplateArgs
from pulumi_aws.eks import ClusterArgs, NodeGroupArgs
from pulumi_kubernetes.apps.v1 import DeploymentInitArgs

OVERRIDABLE = {
    "cluster": ClusterArgs,
    "node_pool": NodeGroupArgs,
    "launch_template": LaunchTemplateArgs,
    "cluster_autoscaler": DeploymentInitArgs,
}
