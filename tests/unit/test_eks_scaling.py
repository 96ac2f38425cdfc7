"""How many nodes a node group is told to have, beside an autoscaler."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from railbed.aws.eks.scaling import LiveNodes, following, live_nodes
from tests.unit import cloud_answers
from tests.unit.recording import record

NAME = "default-20261127024437123400000001"


def transformed(live: LiveNodes | None, least: int, most: int, instance_type: str = "t3.large") -> tuple[Any, list[str]]:
    """The scaling that is sent, and what the stack keeps of the last update."""
    props = {
        "scalingConfig": {"minSize": float(least), "maxSize": float(most), "desiredSize": float(least)},
        "instanceTypes": [instance_type],
    }
    args = pulumi.ResourceTransformArgs(True, "aws:eks/nodeGroup:NodeGroup", "shop", props, pulumi.ResourceOptions())

    async def run() -> Any:
        return await following(pulumi.Output.from_input(live))(args)  # type: ignore[misc]

    result = asyncio.run(run())
    if result is None:
        return props["scalingConfig"], []
    return result.props["scalingConfig"], list(result.opts.ignore_changes or [])


@pytest.mark.parametrize(
    ("bounds", "desired"),
    [
        ((3, 6), 4),
        ((2, 5), 4),
        ((5, 6), 5),
        ((2, 3), 3),
        ((1, 1), 1),
    ],
)
def test_other_bounds_take_the_nodes_along_that_there_are(bounds: tuple[int, int], desired: int) -> None:
    scaling, kept = transformed(LiveNodes(2, 6, 4, ["t3.large"]), *bounds)
    assert scaling == {"minSize": bounds[0], "maxSize": bounds[1], "desiredSize": desired}, (
        "EKS refuses one that is not between the bounds, and ends nodes for one that is too low"
    )
    assert kept == []


def test_without_a_change_nothing_is_sent() -> None:
    _, kept = transformed(LiveNodes(2, 6, 4, ["t3.large"]), 2, 6)
    assert kept == ["scalingConfig"], "each `up` would set the nodes back that the autoscaler has added"


def test_a_group_of_another_size_starts_with_as_many_nodes_as_the_one_before() -> None:
    scaling, kept = transformed(LiveNodes(2, 6, 4, ["t3.large"]), 2, 6, "m7g.large")
    assert (scaling["desiredSize"], kept) == (4, [])


def test_a_new_group_starts_with_its_least() -> None:
    scaling, kept = transformed(None, 2, 6)
    assert (scaling["desiredSize"], kept) == (2, [])


@pytest.mark.parametrize(
    ("names", "described"),
    [
        ([], None),
        ([NAME], NAME),
        (["default-big-20261127024437123400000001", "workers-20261127024437123400000001", "default-made-by-hand"], None),
        (["default-20261128024437123400000001", NAME], "default-20261128024437123400000001"),
    ],
)
def test_the_newest_group_of_the_pool_counts(names: list[str], described: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def describe(args: Mapping[str, Any]) -> dict[str, Any]:
        assert (args["clusterName"], args["region"]) == ("shop-1a2b", "eu-central-1")
        asked.append(args["nodeGroupName"])
        return {"scalingConfigs": [{"minSize": 2, "maxSize": 6, "desiredSize": 4}], "instanceTypes": ["t3.large"]}

    monkeypatch.setitem(cloud_answers.INVOKED, "aws:eks/getNodeGroups:getNodeGroups", lambda _: {"names": names})
    monkeypatch.setitem(cloud_answers.INVOKED, "aws:eks/getNodeGroup:getNodeGroup", describe)
    live = record(lambda: live_nodes("default", pulumi.Output.from_input("shop-1a2b"), "eu-central-1", None)).result
    assert live == (LiveNodes(2, 6, 4, ["t3.large"]) if described else None)
    assert asked == ([described] if described else [])
