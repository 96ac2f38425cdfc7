"""What a cluster takes, in one set of terms for DigitalOcean and AWS."""

from enum import Enum
from typing import Any, NotRequired, TypedDict

import pulumi

from railbed.aws.network_arguments import NatGateways


class Platform(str, Enum):
    """Whose managed Kubernetes."""

    DOKS = "doks"
    """DigitalOcean Kubernetes."""
    EKS = "eks"
    """Amazon Elastic Kubernetes Service."""


class MaintenanceDay(str, Enum):
    """A day on which the cloud may upgrade the cluster."""

    ANY = "any"
    """Every day."""
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class TaintEffect(str, Enum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    """They do not start on the node."""
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    """They start there only if there is no room elsewhere."""
    NO_EXECUTE = "NoExecute"
    """They do not start there, and those that run are ended."""


class NodeTaintArgs(TypedDict):
    """A mark that keeps pods off a pool's nodes."""

    key: str
    """Key of the taint."""
    value: NotRequired[str]
    """Value of the taint. Default: empty."""
    effect: NotRequired[TaintEffect]
    """What it does: NoSchedule, PreferNoSchedule or NoExecute. Default NoSchedule."""


class NodePoolArgs(TypedDict):
    """A further pool of nodes."""

    node_size: NotRequired[str]
    """Droplet slug or EC2 instance type. A change brings up new nodes before the old ones go. Default: the cluster's."""
    min_nodes: NotRequired[int]
    """Nodes that there always are. Default 1."""
    max_nodes: NotRequired[int]
    """Nodes that there may be at most. Default 4."""
    labels: NotRequired[dict[str, str]]
    """Kubernetes labels of the nodes. Default: none."""
    taints: NotRequired[list[NodeTaintArgs]]
    """Taints of the nodes. Default: none."""


class EksOrDoksClusterArgs(TypedDict):
    """Arguments of EksOrDoksCluster."""

    platform: Platform
    """Whose managed Kubernetes: doks (DigitalOcean) or eks (AWS). A change makes another cluster."""
    region: str
    """Region, such as fra1 on doks, eu-central-1 on eks. A change would replace the cluster; `protect` refuses
    it."""
    version: NotRequired[str]
    """Kubernetes version. On eks a minor one; a higher one upgrades in place, control plane first, then nodes, one minor at a
    time, and AWS refuses a lower one. On doks a minor one takes its newest patch when the cluster is made and is not looked at
    again, as `auto_upgrade` moves the cluster on; an exact one such as "1.35.1-do.2" upgrades in place (a lower one would
    replace the cluster; `protect` refuses it). To go to the next minor on doks, give an exact version once,
    then the minor again. Default "1.35"."""
    node_size: NotRequired[str]
    """Droplet slug or EC2 instance type of the default pool. A change brings up new nodes before the old ones go, and never
    touches the cluster. Default: s-4vcpu-8gb on doks, t3.large on eks."""
    min_nodes: NotRequired[int]
    """Nodes that there always are in the default pool. Default 2."""
    max_nodes: NotRequired[int]
    """Nodes that there may be at most in the default pool. Default 4."""
    node_pools: NotRequired[dict[str, NodePoolArgs]]
    """Further pools by name. Default: none."""
    tags: NotRequired[dict[str, str]]
    """Tags of everything that is made; on doks they read "key:value". Default: none."""
    auto_upgrade: NotRequired[bool]
    """Whether the cloud upgrades the cluster by itself: on doks to new patches in the maintenance window, on eks to the next
    minor when standard support ends (false: extended support, at its higher price). Default: true, on doks with an exact
    `version` false."""
    maintenance_day: NotRequired[MaintenanceDay]
    """Day of the maintenance window; doks only. Default sunday."""
    maintenance_hour: NotRequired[int]
    """Hour, UTC, at which the maintenance window of four hours begins; doks only. Default 3."""
    high_availability: NotRequired[bool]
    """Whether the control plane is replicated, at a monthly price; doks only, on eks it always is. It cannot be turned off
    again. Default false."""
    registry_integration: NotRequired[bool]
    """Whether the account's container registry may be pulled from, in all namespaces; doks only. Default false."""
    api_token: NotRequired[pulumi.Input[str]]
    """DigitalOcean API token that the kubeconfig carries; doks only. Default: Pulumi's configuration digitalocean:token; if
    there is none either, DigitalOcean's own credentials, which last seven days and are renewed by `pulumi refresh` only."""
    endpoint_access_cidrs: NotRequired[list[str]]
    """IPv4 ranges from which the Kubernetes API is reached over the internet. On eks an empty list leaves only the way through
    the VPC, for Pulumi too. Default: everywhere, where a valid credential is needed all the same."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """ID of a VPC that exists. A change would replace the cluster; `protect` refuses it. Default: one of its
    own."""
    private_subnet_ids: NotRequired[list[pulumi.Input[str]]]
    """IDs of the subnets of that VPC in which nodes run, in two zones at least; eks only. Default: those of its own network."""
    public_subnet_ids: NotRequired[list[pulumi.Input[str]]]
    """IDs of the public subnets of that VPC, handed on as the output; eks only. Default: those of its own network."""
    vpc_cidr: NotRequired[str]
    """IPv4 range of its own VPC, /16 to /28, on eks /16 to /20. A change would replace the cluster; `protect` refuses it.
    Default: 10.0.0.0/16 on eks; on doks a range that no other VPC of the account has."""
    zones: NotRequired[list[str]]
    """Availability zones of its own network, by their full names; eks only. Default: the region's zones a, b and c, or what
    stands for them there."""
    nat: NotRequired[NatGateways]
    """NAT gateways of its own network: one, or one per_zone; eks only. Default one."""
    flow_logs: NotRequired[bool]
    """Whether its own network logs refused connections; eks only. Default true."""
    log_retention_days: NotRequired[int]
    """Days for which logs of the control plane and of the network are kept; one of CloudWatch's own numbers; eks only.
    Default 90."""
    admin_role_arns: NotRequired[dict[str, pulumi.Input[str]]]
    """ARNs of IAM roles with full access to the cluster, by a name of your own; eks only. Whoever made the cluster has access
    anyhow. Default: none."""
    disk_gib: NotRequired[int]
    """Size of each node's disk in GiB; eks only. A change rolls the nodes. Default 50."""
    addon_versions: NotRequired[dict[str, str]]
    """Versions of EKS add-ons by add-on, such as {"vpc-cni": "v1.20.4-eksbuild.1"}; eks only. Default: AWS' default when the
    add-on is made."""
    protect: NotRequired[bool]
    """Whether the cluster, its VPC and its keys are protected: the preview of destroying or replacing them fails until this is
    false and has been applied (without a preview, what runs in the cluster goes before Pulumi refuses). Default true."""
    overrides: NotRequired[dict[str, Any]]
    """Changes to the arguments of child resources, as Pulumi's SDKs name them in Python: cluster, node_pool (of every pool), on
    doks vpc, on eks launch_template and cluster_autoscaler (a Deployment). Mappings are merged, anything else replaces what is
    there."""
