"""A program of components that no stack of the repository makes, and of the options that a stricter user sets.

The judges' stack `components` runs it.
"""

from typing import Any

import pulumi
from pulumi_aws.provider import Provider

from railbed import ApplicationLoadBalancer, EcrRepository, EcsCluster, EcsService, EksOrDoksCluster, ElastiCache, RdsDatabase

REGION = "eu-central-1"
KEY = f"arn:aws:kms:{REGION}:123456789012:key/0f2a"
CERTIFICATE = f"arn:aws:acm:{REGION}:123456789012:certificate/1"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:alarms"
SUBNETS: list[pulumi.Input[str]] = ["subnet-a", "subnet-b"]
INSIDE: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": SUBNETS}
CLIENTS: dict[str, Any] = {"tasks": "sg-tasks"}

opts = pulumi.ResourceOptions(provider=Provider("aws", region=REGION))

KEYS: dict[str, Any] = {"kms_key_id": KEY}
DATABASE: Any = {
    **INSIDE,
    **KEYS,
    "clients": CLIENTS,
    "multi_az": True,
    "iam_authentication": True,
    "port": 15432,
    "alarm_topic_arns": [TOPIC],
}
REDIS: Any = {**INSIDE, **KEYS, "clients": CLIENTS}
LOAD_BALANCER: Any = {**INSIDE, "certificate_arn": CERTIFICATE, "access_logs_bucket": "logs-of-shop"}
KUBERNETES: Any = {
    "platform": "eks",
    "region": REGION,
    "vpc_id": "vpc-1",
    "private_subnet_ids": SUBNETS,
    "endpoint_access_cidrs": [],
    "log_retention_days": 365,
}
CLUSTER: Any = {**INSIDE, "container_insights": "enhanced", "instances": {}}
SERVICE: Any = {
    "region": REGION,
    "image": "registry.example.com/shop:1f3c2ab",
    "secrets": {"RAILS_MASTER_KEY": pulumi.Output.secret("4f5c1c0f7b6e4a0b9d2e8a7c6b5d4e3f")},
    "capacity": "ec2",
    "subnet_ids": SUBNETS,
    "security_group_ids": ["sg-tasks"],
    "log_retention_days": 365,
    "volumes_in_image": True,
}

EcrRepository("plain-images", {}, opts)
EcrRepository("strict-images", {"kms_key_id": KEY}, opts)
RdsDatabase("strict-database", DATABASE, opts)
ElastiCache("strict-redis", REDIS, opts)
ApplicationLoadBalancer("strict", LOAD_BALANCER, opts)
EksOrDoksCluster("strict", KUBERNETES, opts)
cluster = EcsCluster("strict", CLUSTER, opts)
SERVICE |= {"cluster_arn": cluster.arn, "capacity_provider": cluster.capacity_provider}
EcsService("strict-web", SERVICE, opts)
