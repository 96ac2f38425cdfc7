"""The compositions for DigitalOcean and AWS: what a user reads about wrong settings."""

import importlib
from typing import Any

import pytest

from railbed import InvalidArguments
from tests.unit.cloud_stacks import APP, LEAST, SECRET, WEB, deploy
from tests.unit.recording import Recorded
from tests.unit.samples import RAILS


@pytest.mark.parametrize(
    ("target", "settings", "sentence"),
    [
        ("doks", {"cluster": {"node_siez": "s-2vcpu-4gb"}}, "cluster.node_siez: is not known here. Did you mean 'node_size'?"),
        ("doks", {"cluster": {"region": "ams3"}}, "cluster.region: is set by the stack: remove it."),
        ("doks", {"database": {"nodes": 9}}, "database.nodes: found 9; it should be at most 3."),
        ("doks", {"redis": {"size": 5}}, "redis.size: found 5; it should be a string."),
        (
            "eks",
            {"cluster": {"zones": ["eu-central-1a"]}},
            "cluster.zones: found ['eu-central-1a']; it should be a list of at least 2.",
        ),
        ("eks", {"database": {"storage_gb": 5}}, "database.storage_gb: found 5; it should be at least 20."),
        ("eks", {"load_balancer": {"idle_timeout": 0}}, "load_balancer.idle_timeout: found 0; it should be at least 1."),
        (
            "ecs",
            {"network": {"cidr": "10.0.0.0/28"}},
            "network: cidr 10.0.0.0/28 cannot be divided into the subnets of all zones: specify a range between /16 and /20",
        ),
        (
            "ecs",
            {"ecs": {"capacity": "mainframe"}},
            "capacity: found 'mainframe'; it should be 'fargate', 'fargate_spot' or 'ec2'.",
        ),
        *[
            (target, {"app": {**APP, "web": {"hosts": [host]}}, **dns}, f"app.web.hosts{told}")
            for target in ("eks", "ecs")
            for host, dns, told in [
                ("localhost", {}, ".0: found 'localhost'; specify a full host name in lower case"),
                ("localhost", {"dns": None}, ".0: found 'localhost'; specify a full host name in lower case"),
                (f"{'a' * 53}.example.com", {}, f": the first, {'a' * 53}.example.com, has 65 characters, and AWS allows 64"),
            ]
        ],
        ("ecs", {"ecs": {"services": {"wep": {}}}}, "services of wep have no effect: the description has default, web"),
    ],
)
def test_wrong_settings_are_told_before_anything_is_made(target: str, settings: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        deploy(target, registered=registered, **settings)
    assert sentence in str(raised.value)
    assert registered == []


@pytest.mark.parametrize(
    ("target", "settings", "sentence"),
    [
        ("doks", {"dns": {"zone": "example.org"}}, "hosts: shop.example.com is not in the zone example.org"),
        ("doks", {"app": {**APP, "web": {}}}, "dns without app.web.hosts would name nothing: add the application's host names"),
        ("eks", {"app": {**APP, "web": {}}}, "dns without app.web.hosts would name nothing: add the application's host names"),
        (
            "ecs",
            {"registry": {"server": "docker.io", "username": "robot"}, "secrets": {"REGISTRY_PASSWORD": SECRET}},
            "tasks pull from ECR",
        ),
        ("eks", {"registry": {"server": "docker.io", "username": "robot"}}, "registry is given without its password"),
        (
            "doks",
            {"app": {**APP, "web": {"hosts": ["shop.example.com"], "keep_alive_seconds": 20}}},
            "the load balancer keeps silent connections for 60 seconds and app.web.keep_alive_seconds is 20: it would send "
            "requests into connections that are closing (502); set keep_alive_seconds to 65 or more",
        ),
        (
            "doks",
            {"database": {"size": "db-s-1vcpu-1gb", "nodes": 1}},
            "database.size db-s-1vcpu-1gb accepts 22 connections, but 31 may be open during a rollout (web 18, "
            "workers.default 10, migration 1, cron.digest 1, console 1): take a size for 31 or more, set "
            "database.pool_size, or lower replicas, threads or concurrency",
        ),
        (
            "eks",
            {"database": {"instance_class": "db.t4g.micro"}, "app": {**APP, "web": {**WEB, "replicas": 16}}},
            "database.instance_class db.t4g.micro accepts about 79 connections, but 133 may be open during a rollout",
        ),
        (
            "ecs",
            {"database": {"parameters": {"max_connections": "30"}}},
            "database.parameters.max_connections 30 accepts about 25 connections, but 31 may be open during a rollout",
        ),
        (
            "ecs",
            {"ecs": {"services": {"default": {"autoscaling": {"minimum": 1, "maximum": 40, "cpu_percent": 60}}}}},
            "accepts about 192 connections, but 271 may be open during a rollout (web 18, workers.default 250, ",
        ),
        ("ecs", {"load_balancer": {"idle_timeout": 120}}, "set keep_alive_seconds to 125 or more"),
        ("doks", {"region": "eu-central-1"}, "specify the slug of a region: ams3, atl1"),
        ("eks", {"region": "fra1"}, "specify an AWS region, such as eu-central-1"),
    ],
)
def test_settings_that_contradict_each_other_are_told(target: str, settings: dict[str, Any], sentence: str) -> None:
    stack = importlib.import_module(f"railbed_stacks.{target}")
    with pytest.raises(ValueError, match="validation error") as raised:
        stack.SETTINGS.model_validate({"target": target, "app": APP, **LEAST[target], **settings})
    assert sentence in str(raised.value)


def test_the_clients_of_a_pool_may_be_more_than_its_connections() -> None:
    database = {"size": "db-s-1vcpu-1gb", "nodes": 1, "pool_size": 15}
    assert deploy("doks", database=database).all("DatabaseConnectionPool")


@pytest.mark.parametrize(
    ("target", "settings", "sentence"),
    [
        ("doks", {"container_registry": {"tire": "basic"}}, "container_registry.tire: is not known here. Did you mean 'tier'?"),
        ("eks", {"ecr": {"keep_images": 0}}, "ecr.keep_images: found 0; it should be at least 1."),
    ],
)
def test_wrong_settings_of_a_registry_are_told(target: str, settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deploy(target, app=APP | {"image": {"build": str(RAILS)}}, **settings)
    assert sentence in str(raised.value)
