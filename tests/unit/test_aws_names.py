"""Names that AWS refuses: told before anything is made, in components and in the settings of stacks."""

import importlib
from typing import Any

import pytest

from railbed.validation.checks import InvalidArguments
from tests.unit.cloud_stacks import APP, LEAST
from tests.unit.recording import Recorded, record
from tests.unit.samples import make

STORES = "RDS and ElastiCache name their servers after it and take letters, digits and single dashes, a letter first"
GROUPS = "EC2 names security groups after it and takes none that begins with sg-"
PARAMETERS = "Systems Manager names parameters after it and takes none that begins with aws or ssm"
CAPACITY = "ECS names a capacity provider after it and takes none that begins with aws, ecs or fargate"
INSTANCES: dict[str, Any] = {"instances": {}, "vpc_id": "vpc-1", "subnet_ids": ["subnet-a"]}


@pytest.mark.parametrize(
    ("component", "name", "arguments", "told"),
    [
        *((store, name, {}, STORES) for store in ("RdsDatabase", "ElastiCache") for name in ("a--b", "my_redis", "1st", "a-")),
        ("RdsDatabase", "s" * 56, {}, "RDS names its server after it and takes 63 characters, 8 of which Pulumi adds"),
        ("RdsDatabase", "sg-shop", {}, GROUPS),
        ("RdsDatabase", "sg", {}, GROUPS),
        ("ElastiCache", "sg-shop", {}, GROUPS),
        ("ApplicationLoadBalancer", "sg-shop", {}, GROUPS),
        ("ApplicationLoadBalancer", "my_shop", {}, "takes letters, digits and dashes"),
        *(
            (component, name, {}, PARAMETERS)
            for component in ("EcsApp", "EcsService", "EcsTaskRun")
            for name in ("aws-x", "SSM")
        ),
        *(("EcsCluster", name, INSTANCES, CAPACITY) for name in ("aws-x", "ecs", "Fargate-shop")),
        ("EcsCluster", "sg-shop", INSTANCES, GROUPS),
    ],
)
def test_a_component_refuses_it(component: str, name: str, arguments: dict[str, Any], told: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, name, **arguments), registered=registered)
    assert str(raised.value).startswith(f"{component} '{name}': 1 problem, nothing has been changed.")
    assert f"name '{name}' cannot be used: " in str(raised.value)
    assert told in str(raised.value)
    assert registered == []


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("RdsDatabase", "shop-database"),
        ("RdsDatabase", "s" * 55),
        ("ElastiCache", "Redis7"),
        ("ApplicationLoadBalancer", "sgshop"),
        ("EcsService", "paws-shop"),
        ("EcsScheduledTask", "aws-report"),
        ("EcsCluster", "fargate-shop"),
    ],
)
def test_other_names_are_taken(component: str, name: str) -> None:
    assert record(lambda: make(component, name)).all(component)


def test_the_name_of_a_copy_fits_too() -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make("RdsDatabase", "s" * 40, replicas={"r" * 14: {}, "r" * 16: {}}), registered=registered)
    (problem,) = raised.value.problems
    assert problem.startswith(f"replicas.{'r' * 16}: RDS names the copy ")
    assert problem.endswith(" and takes 63: shorten its name by 2")
    assert registered == []


@pytest.mark.parametrize(
    ("target", "name", "settings", "told"),
    [
        *((target, "a--b", {}, STORES) for target in ("eks", "ecs")),
        *((target, name, {}, GROUPS) for target in ("eks", "ecs") for name in ("sg-shop", "sg")),
        ("ecs", "aws-shop", {}, PARAMETERS),
        ("ecs", "ssm-shop", {}, PARAMETERS),
        ("ecs", "fargate-shop", {"cluster": {"instances": {}}}, CAPACITY),
    ],
)
def test_settings_refuse_it(target: str, name: str, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match="validation error") as raised:
        _read(target, name, settings)
    assert f"app.name '{name}' cannot be used: " in str(raised.value)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("target", "name", "settings"),
    [
        ("eks", "aws-shop", {}),
        ("ecs", "fargate-shop", {}),
        ("ecs", "internal-shop", {}),
        ("eks", "a--b", {"secrets": {"DATABASE_URL": "postgresql://db/shop", "REDIS_URL": "redis://cache/0"}}),
        ("doks", "aws--shop", {}),
    ],
)
def test_settings_take_what_nothing_is_named_after_that_could_not_be(target: str, name: str, settings: dict[str, Any]) -> None:
    assert _read(target, name, settings).name == name


def _read(target: str, name: str, settings: dict[str, Any]) -> Any:
    stack = importlib.import_module(f"railbed_stacks.{target}")
    return stack.SETTINGS.model_validate({"target": target, "app": {**APP, "name": name}, **LEAST[target], **settings})
