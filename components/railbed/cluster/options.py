"""Options of a managed Kubernetes cluster, before anything is registered and without the SDKs that make it."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated, Any

import pulumi
from pydantic import AfterValidator, Field

from railbed.aws.instance_types import INSTANCE_TYPE
from railbed.aws.network.arguments import VpcCidr
from railbed.cluster.node_pools import DEFAULT_POOL, DEFAULT_SIZES, NodePool, check_bounds
from railbed.description.app import Name
from railbed.digitalocean.sizes import DROPLET
from railbed.enums import Platform
from railbed.validation.arguments import Options
from railbed.validation.host_names import check_once
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import InputText, matching

DEFAULT_VERSION = "1.35"
"""In standard support on EKS until 27 March 2027 (docs.aws.amazon.com/eks, kubernetes-versions)."""

_NOT_OF_THE_INTERNET = [
    IPv4Network(private) for private in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
]


def _ranges(values: list[str]) -> list[str]:
    ranges = []
    for value in values:
        try:
            found = IPv4Network(value)
        except ValueError as error:
            raise ValueError(f"specify ranges of IPv4 addresses such as 203.0.113.0/24 ({error})") from None
        if any(found.subnet_of(private) for private in _NOT_OF_THE_INTERNET):
            raise ValueError(f"{value} is never seen on the internet: specify the public addresses that you connect from")
        ranges.append(str(found))
    check_once("endpoint_access_cidrs", ranges)
    return ranges


class ClusterOptions(Options):
    """Options of a cluster of any platform."""

    version: Annotated[
        str,
        matching(
            r"1\.\d{2}(\.\d+-do\.\d+)?", 'specify a minor version such as "1.35", on doks also an exact one, "1.35.1-do.2"'
        ),
    ] = DEFAULT_VERSION
    """Kubernetes version. On eks a minor one; a higher one upgrades in place, control plane first, then nodes, one minor at a
    time, and AWS refuses a lower one. On doks a minor one takes its newest patch when the cluster is created and is not looked
    at again, as `auto_upgrade` moves the cluster on; an exact one such as "1.35.1-do.2" upgrades in place (a lower one would
    replace the cluster; `protect` refuses it). To go to the next minor on doks, give an exact version once, then the minor
    again. Default "1.35"."""
    node_size: str | None = None
    """Droplet slug or EC2 instance type of the default pool. A change brings up new nodes before the old ones go, and never
    touches the cluster. Default: s-4vcpu-8gb on doks, t3.large on eks."""
    min_nodes: int = Field(2, ge=1, le=450)
    """Minimum number of nodes in the default pool. Default 2."""
    max_nodes: int = Field(4, ge=1, le=450)
    """Maximum number of nodes in the default pool. Default 4."""
    node_pools: dict[Name, NodePool] = {}
    """Further pools by name. Default: none."""
    tags: dict[str, str] = {}
    """Tags of everything that is made; on doks they read "key:value". Default: none."""
    auto_upgrade: bool | None = None
    """Whether the cloud upgrades the cluster by itself: on doks to new patches in the maintenance window, on eks to the next
    minor when standard support ends (false: extended support, at its higher price). Default: true, on doks with an exact
    `version` false."""
    endpoint_access_cidrs: Annotated[list[str], AfterValidator(_ranges)] | None = None
    """IPv4 ranges from which the Kubernetes API is reached over the internet. On eks an empty list leaves only the way through
    the VPC, for Pulumi too. Default: everywhere, where a valid credential is needed all the same."""
    vpc_id: InputText | None = None
    """ID of a VPC that exists. A change would replace the cluster; `protect` refuses it. Default: one of its own."""
    vpc_cidr: VpcCidr | None = None
    """IPv4 range of its own VPC, /16 to /28, on eks /16 to /20. A change would replace the cluster; `protect` refuses it.
    Default: 10.0.0.0/16 on eks; on doks a range that no other VPC of the account has."""
    network_policy: bool = True
    """Whether NetworkPolicy objects limit who may connect to pods: on eks VPC CNI is configured to enforce them, as doks
    always does, and a stack makes them for its application. Default true."""
    protect: bool = True
    """Whether the cluster, its VPC and its keys are protected: the preview of destroying or replacing them fails until this is
    false and has been applied (without a preview, what runs in the cluster goes before Pulumi refuses). Default true."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the arguments of child resources, as Pulumi's SDKs name them in Python: cluster, node_pool (of every pool), on
    doks vpc, on eks launch_template and cluster_autoscaler (a Deployment). Mappings are merged, anything else replaces what
    is there."""

    @property
    @abstractmethod
    def on(self) -> Platform:
        """The platform of the cluster."""

    @rule
    def _version_fits(self) -> None:
        if self.exact_version and self.on is Platform.EKS:
            minor = ".".join(self.version.split(".")[:2])
            raise ValueError(f"version {self.version} is one of doks: on eks specify the minor version, {minor}")
        if self.exact_version and self.auto_upgrade:
            raise ValueError(
                f"version {self.version} does not stay with auto_upgrade, and a later deployment would ask for a lower one, "
                "which replaces the cluster: specify the minor version, or leave auto_upgrade out"
            )

    @rule
    def _bounds_are_in_order(self) -> None:
        check_bounds(self.min_nodes, self.max_nodes)

    @rule
    def _pools_fit(self) -> None:
        if DEFAULT_POOL in self.node_pools:
            raise ValueError(
                "node_pools: default is the pool that node_size, min_nodes and max_nodes describe: use another name"
            )

    @rule
    def _sizes_are_of_the_platform(self) -> None:
        sizes = {
            "node_size": self.node_size,
            **{f"node_pools.{name}.node_size": pool.node_size for name, pool in self.node_pools.items()},
        }
        on_eks, example = self.on is Platform.EKS, DEFAULT_SIZES[self.on]
        for field, size in sizes.items():
            if size is not None and not re.fullmatch(INSTANCE_TYPE if on_eks else DROPLET, size):
                # An instance type of EC2 has a dot between family and size, a slug of a droplet has none.
                wrong = "one of" if ("." in size) is not on_eks else "a size of nodes of"
                raise ValueError(f"{field} '{size}' is not {wrong} {self.on.value}: name it as in {example}")

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, self._overridable() if self.overrides else {})

    @property
    def exact_version(self) -> bool:
        """Whether the version names a patch too."""
        return "-do." in self.version

    @property
    def upgrades_itself(self) -> bool:
        """`auto_upgrade`, or what it is by default."""
        return not self.exact_version if self.auto_upgrade is None else self.auto_upgrade

    def pools(self) -> dict[str, NodePool]:
        """All pools, the default one first, each with its size."""
        size = self.node_size or DEFAULT_SIZES[self.on]
        default = NodePool(node_size=size, min_nodes=self.min_nodes, max_nodes=self.max_nodes)
        further = {
            name: pool.model_copy(update={"node_size": pool.node_size or size}) for name, pool in self.node_pools.items()
        }
        return {DEFAULT_POOL: default, **further}

    def _differs(self, field: str) -> bool:
        default = type(self).model_fields[field].default
        value = getattr(self, field)
        return value is not default and (isinstance(value, pulumi.Output) or value != default)

    def _overridable(self) -> Mapping[str, type]:
        if self.on is Platform.DOKS:
            from railbed.digitalocean.doks.overrides import OVERRIDABLE
        else:
            from railbed.aws.eks.overrides import OVERRIDABLE
        return OVERRIDABLE
