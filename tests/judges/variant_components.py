"""A program of components and options that the judged stacks leave out; the judges' stack `variants` runs it."""

from typing import Any

import pulumi
from pulumi_aws.provider import Provider
from pulumi_digitalocean.vpc import Vpc

from railbed import (
    ApplicationLoadBalancer,
    DigitalOceanCertificate,
    DigitalOceanDatabase,
    DigitalOceanDnsRecords,
    DigitalOceanDnsZone,
    DigitalOceanRegistry,
    EcsService,
    RdsDatabase,
)

REGION = "eu-central-1"
SUBNETS: list[pulumi.Input[str]] = ["subnet-a", "subnet-b"]
SUFFIX = "targetgroup/shop/1a2b3c4d5e6f7a8b"
SERVICE: Any = {
    "cluster_arn": f"arn:aws:ecs:{REGION}:123456789012:cluster/shop",
    "region": REGION,
    "image": "registry.example.com/shop:1f3c2ab",
    "secrets": {"REDIS_URL": pulumi.Output.secret("rediss://:password@redis.example.com:6379/0")},
    "subnet_ids": SUBNETS,
    "security_group_ids": ["sg-tasks"],
    "architecture": "arm64",
    "log_router_image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.2",
    "log_router_options": {"Name": "es", "Host": "logs.example.com"},
    "autoscaling": {
        "minimum": 2,
        "maximum": 6,
        "cpu_percent": 60,
        "requests_per_target": 500,
    },
}
WEB: Any = {
    **SERVICE,
    "load_balancer_arn_suffix": "app/shop/1a2b3c4d5e6f7a8b",
    "target_group_arn_suffix": SUFFIX,
    "port": 3000,
    "health_command": ["CMD-SHELL", "curl --fail http://127.0.0.1:3000/up"],
    "startup_seconds": 400,
    "vpc_id": "vpc-1",
    "load_balancer_security_group_id": "sg-balancer",
    "target_group_arn": f"arn:aws:elasticloadbalancing:{REGION}:123456789012:{SUFFIX}",
}
WORKERS: Any = {
    **SERVICE,
    "command": ["bin/jobs"],
    "autoscaling": {"minimum": 1, "maximum": 4, "queue_latency_seconds": 60, "queues": ["default"]},
}
OF_DATABASE: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": SUBNETS, "clients": {"tasks": "sg-tasks"}}
MYSQL: Any = {
    **OF_DATABASE,
    "engine": "mysql",
    "storage_gb": 400,
    "replicas": {"reports": {}},
    "parameters": {"slow_query_log": "1"},
}
FROM_SNAPSHOT: Any = {**OF_DATABASE, "restore": {"snapshot_identifier": "shop-before-2026"}}
FROM_DATABASE: Any = {**OF_DATABASE, "restore": {"source_identifier": "shop-production", "time": "2026-01-31T08:30:00Z"}}
BALANCER: Any = {
    "vpc_id": "vpc-1",
    "subnet_ids": SUBNETS,
    "target_type": "instance",
    "ipv6": True,
    "allowed_cidrs": ["2001:db8::/32"],
}

PLACE: dict[str, Any] = {
    "region": "fra1",
    "vpc_id": Vpc("shop", region="fra1").id,
    "allowed_addresses": ["203.0.113.7"],
}
OF_DROPLETS: Any = {
    **PLACE,
    "engine": "mysql",
    "username": "shop",
    "storage_gb": 60,
    "maintenance_day": "monday",
    "maintenance_hour": 4,
}
POOLED: Any = {**PLACE, "size": "db-s-2vcpu-4gb", "pool_size": 20, "pool_mode": "session", "grow_storage": True}
RESTORED: Any = {**PLACE, "restore_from": "shop-production", "restore_created_at": "2026-02-03T04:05:06Z"}

opts = pulumi.ResourceOptions(provider=Provider("aws", region=REGION))

EcsService("shop-web", WEB, opts)
EcsService("shop-workers", WORKERS, opts)
RdsDatabase("shop-mysql", MYSQL, opts)
RdsDatabase("shop-snapshot", FROM_SNAPSHOT, opts)
RdsDatabase("shop-earlier", FROM_DATABASE, opts)
ApplicationLoadBalancer("shop-instances", BALANCER, opts)

DigitalOceanRegistry("acme", {"tier": "professional", "region": "fra1"})
DigitalOceanRegistry("shared", {"existing": "acme", "push": False})
DigitalOceanDatabase("shop-mysql-droplets", OF_DROPLETS)
DigitalOceanDatabase("shop-pooled", POOLED)
DigitalOceanDatabase("shop-restored", RESTORED)
DigitalOceanCertificate(
    "shop-own", {"certificate": "-----BEGIN CERTIFICATE-----", "private_key": "-----BEGIN PRIVATE KEY-----"}
)
zone = DigitalOceanDnsZone("shop", {"zone": "example.com"})
hosts = ["example.com", "*.example.com", "shop.example.com"]
DigitalOceanDnsRecords(
    "shop", {"zone": zone.zone, "hosts": hosts, "address": "203.0.113.9", "ipv6_address": "2001:db8::9", "ttl": 60}
)
