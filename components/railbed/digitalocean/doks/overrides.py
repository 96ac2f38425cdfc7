"""Children of a cluster on DigitalOcean whose arguments a program may change."""

from pulumi_digitalocean.kubernetes_cluster import KubernetesClusterArgs
from pulumi_digitalocean.kubernetes_node_pool import KubernetesNodePoolArgs
from pulumi_digitalocean.vpc import VpcArgs

OVERRIDABLE = {"cluster": KubernetesClusterArgs, "node_pool": KubernetesNodePoolArgs, "vpc": VpcArgs}
