"""Options of a cluster on AWS."""

from pydantic import Field

from railbed.aws.eks.limits import check_access, check_add_ons, check_given_network, check_labels, check_network_policy
from railbed.aws.network.arguments import RetentionDays, Zones, check_size
from railbed.aws.tags import check_tags
from railbed.cluster.options import ClusterOptions
from railbed.description.app import Name
from railbed.enums import NatGateways, Patches, Platform
from railbed.validation.checks import check_part
from railbed.validation.rules import rule
from railbed.validation.types import InputText


class EksOptions(ClusterOptions):
    """Options of a cluster on AWS."""

    private_subnet_ids: list[InputText] = []
    """IDs of the subnets of that VPC in which nodes run, in two zones at least; eks only. Default: those of its own network."""
    public_subnet_ids: list[InputText] = []
    """IDs of the public subnets of that VPC, handed on as the output; eks only. Default: those of its own network."""
    zones: Zones | None = None
    """Availability zones of its own network, by their full names; eks only. Default: the region's zones a, b and c, or what
    stands for them there."""
    nat: NatGateways = NatGateways.ONE
    """NAT gateways of its own network: one, or one per_zone; eks only. Nodes are in private subnets, so that none is refused.
    Default one."""
    flow_logs: bool = True
    """Whether its own network logs refused connections; eks only. Default true."""
    log_retention_days: RetentionDays = 90
    """Days for which logs of the control plane and of the network are kept; one of CloudWatch's own numbers; eks only. Default
    90."""
    admin_role_arns: dict[Name, InputText] = {}
    """ARNs of IAM roles with full access to the cluster, by a name of your own; eks only. Whoever made the cluster has access
    anyhow. Default: none."""
    disk_gib: int = Field(50, ge=20, le=16384)
    """Size of each node's disk in GiB; eks only. A change rolls the nodes. Default 50."""
    addon_versions: dict[str, str] = {}
    """Versions of EKS add-ons by add-on, such as {"vpc-cni": "v1.20.4-eksbuild.1"}; eks only. Default: AWS' default for the
    Kubernetes version, see `patches`."""
    patches: Patches = Patches.AUTOMATIC
    """Whether each `pulumi up` takes the newest image of nodes and AWS' default versions of add-ons (automatic), or what runs
    stays: nodes until the next Kubernetes minor, add-ons until `addon_versions` names others (manual); eks only. Nodes are
    emptied and replaced a third at a time. Default automatic."""

    @property
    def on(self) -> Platform:
        """AWS."""
        return Platform.EKS

    @rule
    def _network_of_eks_fits(self) -> None:
        if self.on is not Platform.EKS:
            return
        given = self.vpc_id is not None
        if not given and self.nat is NatGateways.NONE:
            raise ValueError("nat none: nodes have no other way to images and to the control plane: set nat to one or per_zone")
        if self.vpc_cidr is not None:
            check_size(self.vpc_cidr, "vpc_cidr")
        if given and (own := [field for field in ("vpc_cidr", "zones", "nat", "flow_logs") if self._differs(field)]):
            raise ValueError(f"{', '.join(own)} only for a network of its own: remove vpc_id, or {', '.join(own)}")
        if given and len(self.private_subnet_ids) < 2:
            raise ValueError("vpc_id needs private_subnet_ids: name the subnets for nodes, in two zones at least")
        if not given and (self.private_subnet_ids or self.public_subnet_ids):
            raise ValueError("private_subnet_ids and public_subnet_ids need vpc_id: name the VPC that they are in")
        if given:
            check_given_network(self.vpc_id, self.private_subnet_ids, self.public_subnet_ids)

    @rule
    def _access_is_limited_as_eks_can(self) -> None:
        if self.on is Platform.EKS:
            check_access(self.endpoint_access_cidrs or [], self.admin_role_arns)

    @rule
    def _add_ons_are_known(self) -> None:
        if self.on is Platform.EKS:
            check_add_ons(self.addon_versions)

    @rule
    def _add_ons_enforce_network_policies(self) -> None:
        if self.on is Platform.EKS and self.network_policy:
            check_network_policy(self.addon_versions)

    @rule
    def _labels_are_free(self) -> None:
        if self.on is Platform.EKS:
            check_labels({name: pool.labels for name, pool in self.node_pools.items()})

    @rule
    def _tags_suit_aws(self) -> None:
        if self.on is Platform.EKS:
            check_part("tags", check_tags, self.tags)
