"""How many nodes a node group is asked to have, where the cluster autoscaler sets their number.

The provider always sends all three numbers of a scaling configuration, and EKS refuses a desired size that is not between the
bounds (terraform-provider-aws, node_group.go; terraform-aws-eks#2508, #3306). So a change of the bounds takes the nodes along
that there are, and where nothing changes nothing is sent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.eks import GetNodeGroupResult, get_node_group_output, get_node_groups_output

SCALING = "scalingConfig"

_SUFFIX = r"\d{18}[0-9a-f]{8}"
"""What the provider adds to a prefix: time and counter (terraform-plugin-sdk, helper/id)."""


@dataclass(frozen=True)
class LiveNodes:
    """Nodes of a pool as EKS has them."""

    least: int
    most: int
    desired: int
    instance_types: Sequence[str]


def live_nodes(
    pool: str, cluster_name: pulumi.Output[str], region: str, parent: pulumi.Resource | None
) -> pulumi.Output[LiveNodes | None]:
    """The newest node group of a pool; None where there is none yet."""
    opts = pulumi.InvokeOutputOptions(parent=parent)

    def describe(names: Sequence[str]) -> pulumi.Output[LiveNodes | None]:
        of_pool = sorted(name for name in names if re.fullmatch(f"{re.escape(pool)}-{_SUFFIX}", name))
        if not of_pool:
            return pulumi.Output.from_input(None)
        found = get_node_group_output(cluster_name=cluster_name, node_group_name=of_pool[-1], region=region, opts=opts)
        return found.apply(_nodes)

    return get_node_groups_output(cluster_name=cluster_name, region=region, opts=opts).names.apply(describe)


def following(live: pulumi.Output[LiveNodes | None]) -> pulumi.ResourceTransform:
    """A transform of a node group that leaves the number of its nodes to the autoscaler.

    A group that has the wanted bounds keeps the scaling that the stack knows; one whose bounds change, or that is replaced by
    one of another size, gets the nodes that exist.
    """

    async def follow(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        # None too in the preview of a new cluster.
        found = await live.future()
        if found is None:
            return None
        wanted: Any = args.props[SCALING]
        least, most = int(wanted["minSize"]), int(wanted["maxSize"])
        if (least, most, args.props["instanceTypes"]) == (found.least, found.most, list(found.instance_types)):
            kept = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(ignore_changes=[SCALING]))
            return pulumi.ResourceTransformResult(args.props, kept)
        desired = min(max(found.desired, least), most)
        return pulumi.ResourceTransformResult({**args.props, SCALING: {**wanted, "desiredSize": desired}}, args.opts)

    return follow


def _nodes(found: GetNodeGroupResult) -> LiveNodes:
    (scaling,) = found.scaling_configs
    return LiveNodes(scaling.min_size, scaling.max_size, scaling.desired_size, found.instance_types)
