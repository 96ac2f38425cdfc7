"""Scaling of services on ECS: on CPU, on requests, and on how long Sidekiq jobs wait."""

import json
from typing import Any

import pytest

from tests.unit.ecs_samples import BEHIND_LOAD_BALANCER, IMAGE, containers_of, deployed
from tests.unit.recording import Deployment

RANGE = {"minimum": 2, "maximum": 8}
COOLDOWN = {"scaleOutCooldown": 30, "scaleInCooldown": 300}
SUFFIXES = {"load_balancer_arn_suffix": "app/shop/1a2b", "target_group_arn_suffix": "targetgroup/shop/3c4d"}


def scaled(**autoscaling: Any) -> Deployment:
    return deployed("EcsService", **BEHIND_LOAD_BALANCER, **SUFFIXES, autoscaling={**RANGE, **autoscaling})


@pytest.mark.parametrize(
    ("autoscaling", "policy", "expected"),
    [
        (
            {"cpu_percent": 60},
            "shop-cpu",
            {
                "targetValue": 60,
                "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
            },
        ),
        (
            {"requests_per_target": 600},
            "shop-requests",
            {
                "targetValue": 600,
                "predefinedMetricSpecification": {
                    "predefinedMetricType": "ALBRequestCountPerTarget",
                    "resourceLabel": "app/shop/1a2b/targetgroup/shop/3c4d",
                },
            },
        ),
        (
            {"queue_latency_seconds": 20},
            "shop-latency",
            {
                "targetValue": 20,
                "customizedMetricSpecification": {
                    "namespace": "Railbed/Sidekiq",
                    "metricName": "QueueLatency",
                    "dimensions": [{"name": "Service", "value": "shop_test"}],
                    "statistic": "Maximum",
                },
            },
        ),
    ],
    ids=["cpu", "requests", "latency"],
)
def test_a_service_follows_what_it_is_told_to(autoscaling: dict[str, Any], policy: str, expected: dict[str, Any]) -> None:
    service = scaled(**autoscaling)
    assert service.the("Target").inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/shop/shop-1a2b3c",
        "minCapacity": 2,
        "maxCapacity": 8,
    }
    assert service.the("Policy").name == policy
    assert service.the("Policy").inputs == {
        "policyType": "TargetTrackingScaling",
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/shop/shop-1a2b3c",
        "targetTrackingScalingPolicyConfiguration": {**expected, **COOLDOWN},
    }


def test_a_service_can_follow_several_things() -> None:
    service = scaled(cpu_percent=60, queue_latency_seconds=20)
    assert {each.name for each in service.all("Policy")} == {"shop-cpu", "shop-latency"}


def test_an_up_does_not_undo_what_was_scaled() -> None:
    service = scaled(cpu_percent=60).the("Service")
    assert list(service.request.ignoreChanges) == ["desiredCount"]
    assert service.at("desiredCount") == 2, "a new service begins with the minimum"
    begun = deployed("EcsService", desired_count=5, autoscaling={**RANGE, "cpu_percent": 60}).the("Service")
    assert begun.at("desiredCount") == 5
    assert list(deployed("EcsService").the("Service").request.ignoreChanges) == []


def test_the_latency_of_queues_is_told_by_a_container_that_needs_nothing_of_aws() -> None:
    service = scaled(queue_latency_seconds=20, queues=["critical,2", "default"])
    app, latency = containers_of(service.the("TaskDefinition"))
    assert (latency["name"], latency["image"], latency["essential"]) == ("queue-latency", IMAGE, False)
    assert latency["entryPoint"][:2] == ["ruby", "-e"]
    (settings,) = (each["value"] for each in latency["environment"] if each["name"] == "RAILBED_QUEUE_LATENCY")
    assert json.loads(settings) == {
        "namespace": "Railbed/Sidekiq",
        "name": "QueueLatency",
        "service": "shop_test",
        "queues": ["critical", "default"],
        "seconds": 30,
    }
    assert latency["logConfiguration"]["logDriver"] == "awslogs", "CloudWatch reads the metric out of the log"
    assert latency["secrets"] == app["secrets"]
    assert latency["readonlyRootFilesystem"] is True


def test_without_latency_there_is_no_further_container() -> None:
    assert len(containers_of(scaled(cpu_percent=60).the("TaskDefinition"))) == 1
