"""The least that every component must be given, and how to make one."""

from pathlib import Path
from typing import Any

import pulumi

import railbed

IMAGE = "registry.example.com/shop:1f3c2ab"

WORKLOADS: dict[str, dict[str, Any]] = {
    "RailsWeb": {"image": IMAGE},
    "SidekiqWorkers": {"image": IMAGE},
    "MigrationJob": {"image": IMAGE},
    "CronTask": {"image": IMAGE, "schedule": "@daily", "command": ["bin/rails", "digest:send"]},
    "Console": {"image": IMAGE},
}
STORES: dict[str, dict[str, Any]] = {"Postgresql": {}, "Redis": {}}
OTHERS: dict[str, dict[str, Any]] = {
    "RegistryCredentials": {"server": "registry.example.com", "username": "robot", "password": "hunter2-pass"},
    "KubernetesApp": {"app": {"name": "shop", "image": {"ref": IMAGE}}},
}
_TASK: dict[str, Any] = {
    "cluster_arn": "arn:aws:ecs:eu-central-1:123456789012:cluster/shop",
    "subnet_ids": ["subnet-a", "subnet-b"],
    "security_group_ids": ["sg-tasks"],
}
_IN_VPC: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-a", "subnet-b"]}
ON_AWS: dict[str, dict[str, Any]] = {
    "ApplicationLoadBalancer": _IN_VPC,
    "AwsCertificate": {"hosts": ["shop.example.com"], "zone_id": "Z1"},
    "AwsDnsRecords": {
        "hosts": ["shop.example.com"],
        "zone_id": "Z1",
        "load_balancer_dns_name": "shop.elb.amazonaws.com",
        "load_balancer_zone_id": "Z2",
    },
    "EcrRepository": {},
    "EcsApp": _TASK | {"app": {"name": "shop", "image": {"ref": IMAGE}}},
    "EcsCluster": {},
    "EcsConsole": _TASK | {"image": IMAGE},
    "EcsScheduledTask": _TASK | {"image": IMAGE, "schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"]},
    "EcsService": _TASK | {"image": IMAGE},
    "EcsTaskRun": _TASK | {"image": IMAGE},
    "ElastiCache": _IN_VPC | {"clients": {"tasks": "sg-tasks"}},
    "Network": {"region": "eu-central-1"},
    "RdsDatabase": _IN_VPC | {"clients": {"tasks": "sg-tasks"}},
}
_ON_PRIVATE_NETWORK: dict[str, Any] = {"region": "fra1", "vpc_id": "vpc-1", "cluster_id": "cluster-1"}
ON_DIGITALOCEAN: dict[str, dict[str, Any]] = {
    "DigitalOceanCache": _ON_PRIVATE_NETWORK,
    "DigitalOceanCertificate": {"hosts": ["shop.example.com"]},
    "DigitalOceanDatabase": _ON_PRIVATE_NETWORK,
    "DigitalOceanDnsRecords": {"zone": "example.com", "hosts": ["shop.example.com"], "address": "192.0.2.7"},
    "DigitalOceanDnsZone": {"zone": "example.com"},
    "DigitalOceanRegistry": {},
    "EksOrDoksCluster": {"platform": "doks", "region": "fra1"},
}
RAILS = Path(__file__).parent / "rails_source"
"""The least that tells railbed of an application of Rails."""
IMAGES: dict[str, dict[str, Any]] = {"RailsImage": {"build": str(RAILS), "repository": "registry.example.com/shop"}}
ON_DOCKER: dict[str, dict[str, Any]] = {
    "DockerApp": {"app": {"name": "shop", "image": {"ref": IMAGE}}, "network": "shop"},
    "DockerPostgresql": {"network": "shop"},
    "DockerRedis": {"network": "shop"},
}
COMPONENTS = WORKLOADS | STORES | OTHERS | ON_AWS | ON_DIGITALOCEAN | IMAGES | ON_DOCKER

KIND_OF_PODS = {
    "RailsWeb": "Deployment",
    "SidekiqWorkers": "Deployment",
    "MigrationJob": "Job",
    "CronTask": "CronJob",
    "Console": "Deployment",
    "Postgresql": "StatefulSet",
    "Redis": "StatefulSet",
}


def make(component: str, name: str = "shop", /, **arguments: Any) -> pulumi.ComponentResource:
    """A component with its least arguments and these."""
    made: pulumi.ComponentResource = getattr(railbed, component)(name, COMPONENTS[component] | arguments)
    return made


MARK = {"railbed/project": "railbed", "railbed/stack": "test"}
"""The labels that say whose an object is."""

KUBECONFIG = """
current-context: near
contexts: [{name: near, context: {cluster: one}}, {name: far, context: {cluster: six}}, {name: bare, context: {cluster: none}}]
clusters:
- {name: one, cluster: {server: "https://192.0.2.7:6443"}}
- {name: six, cluster: {server: "https://[2001:db8::7]"}}
- {name: none, cluster: {}}
"""
"""A kubeconfig of three clusters, none of which answers."""
