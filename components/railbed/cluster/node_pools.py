"""Pools of nodes of a managed Kubernetes cluster."""

from pydantic import Field

from railbed.enums import Platform, TaintEffect
from railbed.kubernetes.names import LabelValue, QualifiedKey
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule

DEFAULT_POOL = "default"

DEFAULT_SIZES = {Platform.DOKS: "s-4vcpu-8gb", Platform.EKS: "t3.large"}


def check_bounds(least: int, most: int) -> None:
    """Raise `ValueError` for bounds in the wrong order."""
    if most < least:
        raise ValueError(f"max_nodes {most} is below min_nodes {least}: raise max_nodes to {least} or more, or lower min_nodes")


class NodeTaint(Arguments):
    """A mark that keeps pods off a pool's nodes."""

    key: QualifiedKey
    """Key of the taint."""
    value: LabelValue = ""
    """Value of the taint. Default: empty."""
    effect: TaintEffect = TaintEffect.NO_SCHEDULE
    """What it does: NoSchedule, PreferNoSchedule or NoExecute. Default NoSchedule."""


class NodePool(Arguments):
    """A further pool of nodes."""

    node_size: str | None = None
    """Droplet slug or EC2 instance type. A change brings up new nodes before the old ones go. Default: the cluster's."""
    min_nodes: int = Field(1, ge=1, le=450)
    """Minimum number of nodes. Default 1."""
    max_nodes: int = Field(4, ge=1, le=450)
    """Maximum number of nodes. Default 4."""
    labels: dict[QualifiedKey, LabelValue] = {}
    """Kubernetes labels of the nodes. Default: none."""
    taints: list[NodeTaint] = []
    """Taints of the nodes. Default: none."""

    @rule
    def _bounds_are_in_order(self) -> None:
        check_bounds(self.min_nodes, self.max_nodes)
