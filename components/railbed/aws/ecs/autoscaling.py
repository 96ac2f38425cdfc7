"""Scaling of a service: on CPU, on requests, and on how long Sidekiq jobs wait."""

import json
from typing import Any

import pulumi
from pulumi_aws.appautoscaling import Policy, Target
from pydantic import Field

from railbed.aws.ecs.task import Properties
from railbed.aws.names import name_of_stack
from railbed.description.worker_options import Queue
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule

METRIC_NAMESPACE = "Railbed/Sidekiq"
METRIC_NAME = "QueueLatency"
LATENCY_CONTAINER = "queue-latency"
PUBLISH_SECONDS = 30

SCALE_OUT_SECONDS = 30
SCALE_IN_SECONDS = 300
"""Pause after containers were taken away; also how long KEDA waits, which does the same on Kubernetes."""

# Prints CloudWatch's embedded metric format, so that no gem of AWS is needed.
PUBLISH_LATENCY = """
require "bundler/setup"
require "json"
require "sidekiq/api"
Signal.trap("TERM") { exit }
Sidekiq.configure_client do |config|
  config.logger.level = Logger::WARN # it would write of connections where metrics are read from
  config.redis = { url: ENV["REDIS_URL"] } if ENV["REDIS_URL"]
end
settings = JSON.parse(ENV.fetch("RAILBED_QUEUE_LATENCY"))
loop do
  begin
    latency = settings["queues"].map { |queue| Sidekiq::Queue.new(queue).latency }.max
    metric = { "Namespace" => settings["namespace"], "Dimensions" => [["Service"]],
               "Metrics" => [{ "Name" => settings["name"], "Unit" => "Seconds" }] }
    puts JSON.generate("_aws" => { "Timestamp" => (Time.now.to_f * 1000).to_i, "CloudWatchMetrics" => [metric] },
                       "Service" => settings["service"], settings["name"] => latency)
  rescue StandardError => error
    puts "The latency of the queues is not known: #{error.class}"
  end
  $stdout.flush
  sleep settings["seconds"]
end
"""


class EcsAutoscaling(Arguments):
    """When a service gets more tasks, and when fewer; at least one of the three targets."""

    minimum: int = Field(ge=1, le=1000)
    """Tasks that always run; at least 1."""
    maximum: int = Field(ge=1, le=1000)
    """Tasks that run at most."""
    cpu_percent: int | None = Field(None, ge=10, le=95)
    """CPU that tasks should use on average, in percent. Default: none, CPU does not count."""
    requests_per_target: int | None = Field(None, ge=1)
    """Requests a minute that a task should get. Default: none."""
    queue_latency_seconds: int | None = Field(None, ge=1, le=86400)
    """Time that the oldest Sidekiq job should wait at most. Default: none. A small container beside Sidekiq tells it to
    CloudWatch."""
    queues: list[Queue] = Field(["default"], min_length=1)
    """Sidekiq queues whose jobs count. Default: default."""

    @rule
    def _can_scale(self) -> None:
        if self.maximum < self.minimum:
            raise ValueError(f"maximum {self.maximum} is below minimum {self.minimum}: raise maximum or lower minimum")
        if not (self.cpu_percent or self.requests_per_target or self.queue_latency_seconds):
            raise ValueError("nothing to scale on: give cpu_percent, requests_per_target or queue_latency_seconds")


def latency_settings(scaling: EcsAutoscaling, service: str) -> str:
    """What the container that tells the latency is told."""
    return json.dumps(
        {
            "namespace": METRIC_NAMESPACE,
            "name": METRIC_NAME,
            "service": name_of_stack(service),
            "queues": [queue.split(",")[0] for queue in scaling.queues],
            "seconds": PUBLISH_SECONDS,
        }
    )


def autoscale(
    name: str,
    scaling: EcsAutoscaling,
    cluster_name: pulumi.Output[str],
    service_name: pulumi.Output[str],
    parent: pulumi.Resource,
    balancer: pulumi.Input[str] | None,
) -> None:
    """Let CloudWatch set the number of a service's tasks; `balancer` is its name for the load balancer and target group."""
    target = Target(
        name,
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/", cluster_name, "/", service_name),
        min_capacity=scaling.minimum,
        max_capacity=scaling.maximum,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    for suffix, tracking in _trackings(name, scaling, balancer).items():
        configuration: Any = {
            **tracking,
            "scale_out_cooldown": SCALE_OUT_SECONDS,
            "scale_in_cooldown": SCALE_IN_SECONDS,
        }
        Policy(
            f"{name}-{suffix}",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=configuration,
            opts=pulumi.ResourceOptions(parent=parent),
        )


def _trackings(name: str, scaling: EcsAutoscaling, balancer: pulumi.Input[str] | None) -> dict[str, Properties]:
    trackings: dict[str, Properties] = {}
    if scaling.cpu_percent:
        trackings["cpu"] = {
            "target_value": scaling.cpu_percent,
            "predefined_metric_specification": {"predefined_metric_type": "ECSServiceAverageCPUUtilization"},
        }
    if scaling.requests_per_target:
        trackings["requests"] = {
            "target_value": scaling.requests_per_target,
            "predefined_metric_specification": {
                "predefined_metric_type": "ALBRequestCountPerTarget",
                "resource_label": balancer,
            },
        }
    if scaling.queue_latency_seconds:
        trackings["latency"] = {
            "target_value": scaling.queue_latency_seconds,
            "customized_metric_specification": {
                "namespace": METRIC_NAMESPACE,
                "metric_name": METRIC_NAME,
                "dimensions": [{"name": "Service", "value": name_of_stack(name)}],
                "statistic": "Maximum",
            },
        }
    return trackings
