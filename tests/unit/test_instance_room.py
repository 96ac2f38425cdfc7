"""Instances of an ECS cluster have room for the application's tasks, one network interface each, and for a release."""

from typing import Any

import pytest

from railbed import InvalidArguments
from railbed.aws.instance_sizes import size_of
from railbed_stacks.instance_room import OUTPUT
from tests.unit.cloud_stacks import deploy
from tests.unit.recording import Recorded
from tests.unit.refused_settings import Refused, deployed, each_target, told

SCALED = {"web": {"autoscaling": {"minimum": 2, "maximum": 6, "cpu_percent": 60}}}
ON_INSTANCES: dict[str, Any] = {"ecs.capacity": "ec2", "app.cron": {}}


@pytest.mark.parametrize(
    ("instance_type", "usual", "with_trunking"),
    [
        # docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html tells c5.large;
        # .../eni-trunking-supported-instance-types.html the others.
        ("c5.large", 2, 10),
        ("m5.2xlarge", 3, 40),
        ("r5.4xlarge", 7, 60),
        ("t3.medium", 2, 2),
    ],
)
def test_an_instance_takes_as_many_tasks_as_it_has_network_interfaces_for_them(
    instance_type: str, usual: int, with_trunking: int
) -> None:
    size = size_of(instance_type)
    assert size is not None
    assert (size.tasks(trunking=False), size.tasks(trunking=True)) == (usual, with_trunking)


def test_sizes_are_those_that_ec2_describes() -> None:
    size = size_of("t4g.small")
    assert size is not None
    assert (size.vcpus, size.mebibytes, size.interfaces, size.branch_interfaces) == (2, 2048, 3, 0)
    assert size_of("m99.large") is size_of("m7i.huge") is None


REFUSED: list[Refused] = [
    (
        "ecs",
        {**ON_INSTANCES, "cluster.instances": {"maximum": 2}, "app.web.replicas": 3},
        "cluster.instances.maximum 2: 5 tasks at once (web 3, workers.default 1, and one for a migration or a release) need 3 "
        "instances of t3.medium, as each task needs a network interface and an instance has 2 for them: raise maximum to 3, or "
        "take a larger type in cluster.instances.instance_type",
    ),
    (
        "ecs",
        {**ON_INSTANCES, "cluster.instances": {"instance_type": "m7i.large", "maximum": 1}},
        "need 2 instances of m7i.large, as each task needs a network interface and an instance has 2 for them (10 with "
        "cluster.instances.trunking, once `aws ecs put-account-setting-default --name awsvpcTrunking --value enabled` has "
        "turned it on): raise maximum to 2",
    ),
    (
        "ecs",
        {**ON_INSTANCES, "cluster.instances": {"trunking": True}},
        "cluster.instances.trunking: t3.medium does not support it: remove it, or take a type such as m7i.large",
    ),
    (
        "ecs",
        {**ON_INSTANCES, "cluster.instances": {}, "app.web.resources": {"cpu": "2500m", "memory": "1Gi"}},
        "app.web.resources: a task of 2560 CPU units and 1024 MiB has no room on t3.medium, which has 2048 and less than 4096: "
        "lower them, or take a larger type in cluster.instances.instance_type",
    ),
    (
        "ecs",
        {**ON_INSTANCES, "cluster.instances": {}, "app.workers.default.resources": {"memory": "4Gi", "memory_limit": "4Gi"}},
        "app.workers.default.resources: a task of",
    ),
    (
        "ecs",
        {
            **ON_INSTANCES,
            "ecs.network_mode": "bridge",
            "cluster.instances": {"maximum": 2},
            "app.web": {"hosts": ["shop.example.com"], "replicas": 3, "resources": {"cpu": "1500m"}},
        },
        "(web 3, workers.default 1, and one for a migration or a release) need 3 instances of t3.medium: raise maximum to 3",
    ),
    (
        "ecs",
        {
            **ON_INSTANCES,
            "cluster.instances": {"maximum": 3},
            "ecs.services": SCALED,
        },
        "8 tasks at once (web 6, workers.default 1, and one for a migration or a release) need 4 instances of t3.medium",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_tasks_that_would_wait_for_room_are_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)


@pytest.mark.parametrize(
    "values",
    [
        {"cluster.instances": {"maximum": 2}},
        {"cluster.instances": {"instance_type": "m7i.large", "maximum": 1, "trunking": True}},
        {"cluster.instances": {"instance_type": "t3.large", "maximum": 1}, "ecs.network_mode": "bridge"},
    ],
)
def test_as_many_instances_as_are_needed_are_enough(values: dict[str, Any]) -> None:
    assert deployed("ecs", {**ON_INSTANCES, **values}).all("CapacityProvider")


def test_tasks_on_fargate_need_no_room_on_instances() -> None:
    assert deployed("ecs", {"cluster.instances": {"maximum": 1}, "app.web.replicas": 9}).all("Service")


@pytest.mark.parametrize(("maximum", "needed"), [(1, 2), (2, 0)])
def test_aws_is_asked_for_a_type_that_is_newer_than_the_table(maximum: int, needed: int) -> None:
    values = {**ON_INSTANCES, "cluster.instances": {"instance_type": "m99.large", "maximum": maximum}}
    if not needed:
        assert deployed("ecs", values).all("CapacityProvider")
        return
    with pytest.raises(InvalidArguments, match=f"cluster.instances.maximum {maximum}: .* need {needed} instances of m99.large"):
        deployed("ecs", values)


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the last `up` left as outputs."""
    outputs: dict[str, Any] = {}
    monkeypatch.setattr("railbed_stacks.instance_room.previous_outputs", lambda: outputs)
    return outputs


def test_instances_that_tasks_still_run_on_are_not_left_out(before: dict[str, Any]) -> None:
    before[OUTPUT] = True
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        deploy("ecs", registered=registered)
    assert str(raised.value).splitlines()[1:] == [
        "  - cluster.instances: tasks of this stack still run on them, and ECS keeps instances in the cluster while a service "
        "uses them. Keep cluster.instances, set ecs.capacity to fargate and run `pulumi up`; then remove cluster.instances and "
        "run it again"
    ]
    assert not [each for each in registered if each.type.startswith("aws:")]


@pytest.mark.parametrize("capacity", ["ec2", "fargate"])
def test_each_step_tells_the_next_one_where_tasks_run(capacity: str, before: dict[str, Any]) -> None:
    before[OUTPUT] = True
    stack = deploy("ecs", ecs={"capacity": capacity}, cluster={"instances": {}})
    assert stack.exports[OUTPUT] is (capacity == "ec2")


def test_instances_that_no_task_uses_may_go(before: dict[str, Any]) -> None:
    before[OUTPUT] = False
    assert not deploy("ecs").all("CapacityProvider")


def test_a_cluster_that_exists_takes_the_place_of_instances(before: dict[str, Any]) -> None:
    before[OUTPUT] = True
    assert deploy("ecs", cluster={"existing": {"name": "tools"}}).exports[OUTPUT] is False
