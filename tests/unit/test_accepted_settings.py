"""Settings near a limit, or without a value, which are right."""

from typing import Any

import pytest

from tests.existing_things import NETWORK
from tests.unit.refused_settings import ALL, AWS, Refused, deployed, each_target
from tests.unit.samples import RAILS

ACCOUNT = "eu-central-1:123456789012"
POLICY = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "*"}}'

ACCEPTED: list[Refused] = [
    (AWS, {"app.name": "a" * 30}, "the component shortens the name of its cache"),
    ("eks", {"app.name": "awshop"}, "there are no parameters of Systems Manager on EKS"),
    ("ecs", {"app.name": "ecs-shop"}, "there is no capacity provider without instances"),
    (AWS, {"app.name": "internal"}, "the component names its load balancer otherwise"),
    (
        AWS,
        {
            "database": {
                "backup_window": "23:30-00:30",
                "maintenance_window": "Sun:00:30-sun:01:00",
                "username": "u" * 31,
                "tags": {"Équipe 1": "web & more"[:3], "k" * 128: "v" * 256},
                "replicas": {"r" * 32: {"instance_class": "db.r8g.48xlarge"}},
                "kms_key_id": f"arn:aws:kms:{ACCOUNT}:key/1",
                "alarm_topic_arns": [f"arn:aws:sns:{ACCOUNT}:alarms"],
                "parameters": {"max_connections": "LEAST({DBInstanceClassMemory/9531392},5000)"},
                "restore": {"source_identifier": "shop-database-1a2b3c4"},
            },
            "redis": {
                "snapshot_window": "03:30-04:30",
                "maintenance_window": "sat:23:00-sun:00:00",
                "kms_key_id": "0f2a0f2a-0f2a-0f2a-0f2a-0f2a0f2a0f2a",
                "version": "7.2",
            },
            "secrets.RAILBED_DATABASE_PASSWORD": "p" * 8,
            "secrets.RAILBED_REDIS_AUTH_TOKEN": "0123456789!&#$^<>-",
        },
        "every value is one that AWS takes",
    ),
    (AWS, {"dns": None, "load_balancer": {"certificate_arn": f"arn:aws:acm:{ACCOUNT}:certificate/1"}}, "without a zone"),
    ("ecs", {"load_balancer": {"allowed_cidrs": ["203.0.113.0/24"], "health_codes": "200-299,404"}}, "ranges may be listed"),
    (AWS, {"network.existing": NETWORK, "load_balancer.ipv6": True}, "subnets that exist may have IPv6 addresses"),
    (
        "eks",
        {
            "cluster": {
                "admin_role_arns": {"ci": "arn:aws:iam::123456789012:role/path/ci"},
                "endpoint_access_cidrs": ["203.0.113.7"],
            }
        },
        "an address alone is a range of one",
    ),
    ("eks", {"app.image": {"build": str(RAILS), "platform": "linux/arm64"}, "cluster.node_size": "m8g.large"}, "both are ARM"),
    (
        "eks",
        {
            "app.image": {"build": str(RAILS)},
            "cluster.node_pools": {
                "arm": {"node_size": "m8g.large", "taints": [{"key": "arm"}], "labels": {"a.example/b": ""}}
            },
        },
        "pods of the application do not go to nodes with a taint",
    ),
    ("ecs", {"ecs": {"capacity": "ec2", "architecture": "arm64"}, "cluster.instances": {"instance_type": "m8g.large"}}, ""),
    ("ecs", {"ecs": {"task_policy": POLICY, "services": {"web": {"cpu": 512}}}}, "one statement needs no list"),
    ("ecs", {"app.web.writable_paths": ["/rails/tmp", "/rails-data"]}, "neither hides the application"),
    ("ecs", {"cluster.instances": None, "ecs.services": None, "network.zones": None}, "a key without a value is not given"),
    (
        "eks",
        {"cluster": {"vpc_id": None, "zones": None}, "load_balancer.idle_timeout": None},
        "a key without a value is not given",
    ),
    (
        "doks",
        {"cluster.vpc_cidr": "10.243.0.0/16", "database.size": "so1_5-2vcpu-16gb", "redis.size": "db-intel-2vcpu-4gb"},
        "",
    ),
    (
        "doks",
        {"app.web.resources": {"cpu": "3", "cpu_limit": "4", "memory": "7Gi", "memory_limit": "8Gi"}},
        "it fits on a node",
    ),
    (ALL, {"app.web.health_path": "/up?full=1&x=%20", "app.cron.digest.schedule": "0 0 */31 * *"}, ""),
    (ALL, {"app.web.command": ["sh", "-c", "exec bundle exec puma"]}, "one word may hold spaces behind others"),
    (
        "cluster",
        {"cluster": {"exposure": "ingress", "tls_secret": "shop.example.com", "annotations": {"a.example/b": "c d"}}},
        "",
    ),
    (
        "cluster",
        {"cluster": {"exposure": "node_port", "node_address": "[2001:db8::1]"}, "database.storage_class": "fast.ssd"},
        "",
    ),
]


@pytest.mark.parametrize(("target", "values", "reason"), each_target(ACCEPTED))
def test_what_the_clouds_take_is_accepted(target: str, values: dict[str, Any], reason: str) -> None:
    assert deployed(target, values).resources, reason


def test_more_groups_of_instances_are_kept_beside_that_of_the_tasks() -> None:
    instances = {"instance_type": "m7i.large", "security_group_ids": ["sg-of-the-office"]}
    values = {"ecs": {"capacity": "ec2", "network_mode": "bridge"}, "cluster.instances": instances}
    template = deployed("ecs", values).the("LaunchTemplate")
    assert len(template.inputs["vpcSecurityGroupIds"]) == 3
    assert "sg-of-the-office" in template.inputs["vpcSecurityGroupIds"]


@pytest.mark.parametrize(("storage_gb", "limit"), [(20, 100), (20000, 65536), (65536, 0)])
def test_a_large_database_grows_as_far_as_rds_lets_it(storage_gb: int, limit: int) -> None:
    assert deployed("ecs", {"database.storage_gb": storage_gb}).the("Instance").inputs["maxAllocatedStorage"] == limit


def test_the_server_takes_the_idle_timeout_as_a_string_too() -> None:
    values = {"load_balancer.idle_timeout": "100", "app.web.keep_alive_seconds": 105}
    assert deployed("eks", values).the("LoadBalancer").inputs["idleTimeout"] == 100
