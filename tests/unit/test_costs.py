"""What resources cost a month, and what a preview says that a change costs."""

import io
import json
from typing import Any

import pytest

from railbed_stacks.costs.__main__ import main, show
from railbed_stacks.costs.bill import Bill, bill_of
from railbed_stacks.costs.prices import HOURS, aws_prices, digitalocean_prices, priced_regions
from railbed_stacks.previewed import Resource, before_and_after

TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
ON_FARGATE = {"requiresCompatibilities": ["FARGATE"], "cpu": "512", "memory": "2048"}
REGION = "us-east-1"


def resource(kind: str, inputs: dict[str, Any], name: str = "shop", **needs: str) -> Resource:
    return Resource(f"urn:pulumi:test::shop::{kind}::{name}", kind, inputs, {key: [urn] for key, urn in needs.items()})


def bill(*resources: Resource, region: str | None = REGION) -> Bill:
    return bill_of([resource("pulumi:providers:aws", {"region": region} if region else {}, "aws"), *resources])


def usd(*resources: Resource) -> float:
    found = bill(*resources)
    assert found.unpriced == []
    return round(found.total, 2)


@pytest.mark.parametrize(
    ("kind", "inputs", "expected"),
    [
        ("aws:ec2/natGateway:NatGateway", {}, 0.045 * HOURS),
        ("aws:ec2/eip:Eip", {}, 0.005 * HOURS),
        ("aws:lb/loadBalancer:LoadBalancer", {"subnets": ["a", "b", "c"]}, (0.0225 + 3 * 0.005) * HOURS),
        ("aws:lb/loadBalancer:LoadBalancer", {"subnets": ["a", "b"], "internal": True}, 0.0225 * HOURS),
        ("aws:lb/loadBalancer:LoadBalancer", {"subnets": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, (0.0225 + 2 * 0.005) * HOURS),
        ("aws:rds/instance:Instance", {"instanceClass": "db.t4g.small", "allocatedStorage": 20}, 0.032 * HOURS + 20 * 0.115),
        (
            "aws:rds/instance:Instance",
            {"instanceClass": "db.t4g.small", "allocatedStorage": 20, "multiAz": True},
            2 * (0.032 * HOURS + 20 * 0.115),
        ),
        (
            "aws:elasticache/replicationGroup:ReplicationGroup",
            {"nodeType": "cache.t4g.small", "numCacheClusters": 2},
            2 * 0.0256 * HOURS,
        ),
        ("aws:eks/cluster:Cluster", {}, 0.10 * HOURS),
        ("aws:kms/key:Key", {}, 1),
        ("aws:secretsmanager/secret:Secret", {}, 0.40),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {}, 0.10),
        ("aws:ec2/vpc:Vpc", {}, 0),
        (
            "digitalocean:index/kubernetesCluster:KubernetesCluster",
            {"ha": True, "nodePool": {"size": "s-1vcpu-2gb", "nodeCount": 1}},
            52,
        ),
        (
            "digitalocean:index/kubernetesNodePool:KubernetesNodePool",
            {"size": "s-2vcpu-4gb", "autoScale": True, "minNodes": 2, "maxNodes": 9},
            48,
        ),
        ("digitalocean:index/kubernetesNodePool:KubernetesNodePool", {"size": "s-2vcpu-4gb", "nodeCount": 3}, 72),
        (
            "digitalocean:index/databaseCluster:DatabaseCluster",
            {"engine": "pg", "size": "db-s-1vcpu-2gb", "nodeCount": 2},
            60.90,
        ),
        ("digitalocean:index/containerRegistry:ContainerRegistry", {"subscriptionTierSlug": "basic"}, 5),
        (
            "kubernetes:core/v1:Service",
            {
                "metadata": {"annotations": {"service.beta.kubernetes.io/do-loadbalancer-size-unit": "2"}},
                "spec": {"type": "LoadBalancer"},
            },
            24,
        ),
        ("kubernetes:core/v1:Service", {"metadata": {}, "spec": {"type": "LoadBalancer"}}, 0),
        ("kubernetes:core/v1:Service", {"spec": {"type": "ClusterIP"}}, 0),
    ],
)
def test_a_resource_costs_what_the_list_says(kind: str, inputs: dict[str, Any], expected: float) -> None:
    assert usd(resource(kind, inputs)) == round(expected, 2)


@pytest.mark.parametrize(
    ("definition", "network", "expected"),
    [
        (ON_FARGATE, {}, 3 * (0.5 * 0.04048 + 2 * 0.004445) * HOURS),
        (ON_FARGATE | {"runtimePlatform": {"cpuArchitecture": "ARM64"}}, {}, 3 * (0.5 * 0.03238 + 2 * 0.00356) * HOURS),
        (ON_FARGATE, {"assignPublicIp": True}, 3 * (0.5 * 0.04048 + 2 * 0.004445 + 0.005) * HOURS),
        (ON_FARGATE | {"requiresCompatibilities": ["EC2"]}, {}, 0),
    ],
    ids=["fargate", "arm", "public", "ec2"],
)
def test_a_service_costs_its_tasks_size(definition: dict[str, Any], network: dict[str, Any], expected: float) -> None:
    defined = resource(TASK_DEFINITION, definition, "shop-web")
    others = resource(TASK_DEFINITION, ON_FARGATE | {"cpu": "16384"}, "shop-migrate")
    inputs = {"desiredCount": 3, "networkConfiguration": network}
    service = resource("aws:ecs/service:Service", inputs, "shop-web", taskDefinition=defined.urn)
    assert usd(others, defined, service) == round(expected, 2)


def test_machines_cost_their_least_number_with_their_disks() -> None:
    disk = {"blockDeviceMappings": [{"ebs": {"volumeSize": 50}}]}
    template = resource("aws:ec2/launchTemplate:LaunchTemplate", disk | {"instanceType": "t3.medium"})
    nodes = {"instanceTypes": ["t3.large"], "scalingConfig": {"minSize": 2, "maxSize": 9}}
    group = resource("aws:eks/nodeGroup:NodeGroup", nodes, launchTemplate=template.urn)
    assert usd(template, group) == round(2 * (0.0832 * HOURS + 50 * 0.08), 2)
    instances = resource("aws:autoscaling/group:Group", {"minSize": 1, "maxSize": 4}, launchTemplate=template.urn)
    assert usd(template, instances) == round(0.0416 * HOURS + 50 * 0.08, 2)
    assert usd(template, resource("aws:autoscaling/group:Group", {"minSize": 0}, launchTemplate=template.urn)) == 0


def test_a_copy_of_a_database_has_the_storage_of_its_source() -> None:
    source = resource("aws:rds/instance:Instance", {"instanceClass": "db.t4g.small", "allocatedStorage": 100})
    copy = resource("aws:rds/instance:Instance", {"instanceClass": "db.t4g.small"}, "copy", replicateSourceDb=source.urn)
    assert usd(source, copy) == 2 * usd(source)


def test_what_has_no_price_is_named_and_not_taken_for_free() -> None:
    database = resource(
        "aws:rds/instance:Instance", {"instanceClass": "db.r8g.48xlarge", "allocatedStorage": 20}, "shop-database"
    )
    found = bill(database)
    assert found.unpriced == ["shop-database: rds/db.r8g.48xlarge"]
    assert round(found.total, 2) == 2.30


@pytest.mark.parametrize(("region", "named"), [("sa-east-1", "sa-east-1"), (None, "unknown")])
def test_a_region_without_prices_is_named(region: str | None, named: str) -> None:
    found = bill(resource("aws:eks/cluster:Cluster", {}), region=region)
    assert found.unpriced == [f"region {named}: prices are known of eu-central-1, us-east-1", "shop: eks"]
    assert found.total == 0


@pytest.mark.parametrize("region", priced_regions())
def test_each_list_says_when_and_where_it_was_read(region: str) -> None:
    for prices in (aws_prices(region), digitalocean_prices()):
        assert prices.read >= "2026-01-01"
        assert prices.source
        assert set(prices.unconfirmed) <= {*prices.hourly, *prices.monthly}, "a price is called unconfirmed that is not there"
        assert not set(prices.hourly) & set(prices.monthly)


def step(op: str, before: dict[str, Any] | None, after: dict[str, Any] | None, kind: str, name: str = "shop") -> dict[str, Any]:
    urn = f"urn:pulumi:test::shop::{kind}::{name}"
    states = {"oldState": before, "newState": after}
    known = {key: {"urn": urn, "type": kind, "inputs": inputs} for key, inputs in states.items() if inputs is not None}
    return {"op": op, "urn": urn, **known}


CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
SMALL, LARGE = ({"nodeType": f"cache.{size}", "numCacheClusters": 1} for size in ("t4g.small", "m7g.large"))
PROVIDER = step("same", {"region": REGION}, {"region": REGION}, "pulumi:providers:aws", "aws")


@pytest.mark.parametrize(
    ("steps", "before", "after"),
    [
        ([step("create", None, SMALL, CACHE)], 0, 0.0256),
        ([step("update", SMALL, LARGE, CACHE)], 0.0256, 0.1264),
        ([step("same", SMALL, SMALL, CACHE)], 0.0256, 0.0256),
        ([step("delete", SMALL, None, CACHE)], 0.0256, 0),
        ([step(op, SMALL, LARGE, CACHE) for op in ("create-replacement", "replace")], 0.0256, 0.1264),
        (
            [step("create-replacement", SMALL, LARGE, CACHE), step("delete-replaced", SMALL, None, CACHE)],
            0.0256,
            0.1264,
        ),
    ],
    ids=["create", "update", "same", "delete", "replace", "replace-and-delete"],
)
def test_a_preview_tells_what_a_change_costs(steps: list[dict[str, Any]], before: float, after: float) -> None:
    found = [bill_of(resources).total for resources in before_and_after({"steps": [PROVIDER, *steps]})]
    assert found == pytest.approx([before * HOURS, after * HOURS])


def test_the_command_shows_the_sum_the_change_and_what_is_left_out() -> None:
    shown = show(io.StringIO(json.dumps({"steps": [PROVIDER, step("update", SMALL, LARGE, CACHE)]})))
    assert "92.27  1 x elasticache/cache.m7g.large  (shop)" in shown
    assert "before: 18.69" in shown
    assert "change: +73.58" in shown
    assert "- traffic to the internet and between zones" in shown


@pytest.mark.parametrize("given", ["", "no JSON", "[]", "{}"])
def test_the_command_says_what_it_reads(
    given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    assert main() == 2
    assert "pipe `pulumi preview --json --show-sames` into it" in capsys.readouterr().err
