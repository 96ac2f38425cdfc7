"""The bounds of a pool of nodes on EKS change while its autoscaler has added nodes, with the real engine."""

import json
from typing import Any

from tests.engine.recorded_stack import RecordedStack

PROGRAM = """
from railbed import EksOrDoksCluster

EksOrDoksCluster(
    "shop",
    {
        "platform": "eks",
        "region": "eu-central-1",
        "vpc_id": "vpc-0123456789abcdef0",
        "private_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        **CHANGES,
    },
)
"""
NAME = "default-20261127024437123400000001"


def deploy(stack: RecordedStack, **changes: Any) -> list[Any]:
    """`pulumi up` with these arguments: what was done to node groups, with the scaling that was sent."""
    stack.program(PROGRAM.replace("CHANGES", repr(changes)))
    stack.deploy()
    done = [each for each in stack.record.done if each.kind == "NodeGroup"]
    return [(each.what, each.inputs["scalingConfig"]) for each in done if each.what != "delete"]


def scaled(stack: RecordedStack, least: int, most: int, desired: int) -> None:
    """The autoscaler has set the number of nodes."""
    scaling = {"minSize": least, "maxSize": most, "desiredSize": desired}
    stack.record.answers = {
        "aws:eks/getNodeGroups:getNodeGroups": {"clusterName": "shop", "id": "shop", "names": [NAME]},
        "aws:eks/getNodeGroup:getNodeGroup": {"scalingConfigs": [scaling], "instanceTypes": ["t3.large"]},
    }


def test_nodes_that_the_autoscaler_has_added_stay(recorded_stack: RecordedStack) -> None:
    stack = recorded_stack
    deploy(stack)
    scaled(stack, 2, 4, 4)
    assert deploy(stack) == [], "an `up` without a change would wait for EKS"
    assert "Addon" in needs_of_nodes(stack), "nodes without a network never become ready"
    scaled(stack, 2, 6, 4)
    assert deploy(stack, max_nodes=6) == [], "of an `up` that was cut off, EKS has the bounds and the stack does not know it"
    assert deploy(stack, min_nodes=5, max_nodes=6) == [("update", {"minSize": 5, "maxSize": 6, "desiredSize": 5})]
    scaled(stack, 5, 6, 6)
    larger = deploy(stack, min_nodes=5, max_nodes=6, node_size="m7g.large")
    assert larger == [("create", {"minSize": 5, "maxSize": 6, "desiredSize": 6})]


def needs_of_nodes(stack: RecordedStack) -> set[str]:
    """Kinds of what the node group waits for."""
    resources = json.loads(stack.exported())["deployment"]["resources"]
    (group,) = (each for each in resources if each["type"].endswith(":NodeGroup"))
    return {urn.split("::")[2].rpartition(":")[2] for urn in group["dependencies"]}
