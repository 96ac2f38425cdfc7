"""Settings that once passed the check and broke at a cloud: the user reads of each before anything is made."""

from typing import Any

import pytest

from tests.unit.refused_settings import AWS, Refused, each_target, told
from tests.unit.samples import RAILS

REFUSED: list[Refused] = [
    (
        "ecs",
        {"app.name": "fargate-shop", "cluster.instances": {}, "ecs.capacity": "ec2"},
        "app.name 'fargate-shop' cannot be used: ECS names a capacity provider after it and takes none that begins with aws, "
        "ecs or fargate; use another",
    ),
    (
        "ecs",
        {"app.name": "ecs", "cluster.instances": {}, "ecs.capacity": "ec2"},
        "app.name 'ecs' cannot be used: ECS names a capacity provider after it and takes none that begins with aws, ecs or "
        "fargate; use another",
    ),
    (
        AWS,
        {"region": "us-iso-east-1"},
        "region: found 'us-iso-east-1'; us-iso-east-1 is in partition aws-iso, which has no way to the registries that "
        "images come from: specify an AWS region, such as eu-central-1",
    ),
    (
        AWS,
        {
            "region": "us-gov-west-1",
            "load_balancer.certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
            "dns": None,
        },
        "load_balancer.certificate_arn: is of partition aws, and region us-gov-west-1 is in partition aws-us-gov, which knows "
        "nothing of it: specify one of the stack's partition",
    ),
    (
        AWS,
        {"region": "cn-north-1", "app.image.ref": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1"},
        "app.image.ref: is of partition aws, and region cn-north-1 is in partition aws-cn",
    ),
    (AWS, {"region": "xx-nowhere-9"}, "region: found 'xx-nowhere-9'; specify an AWS region, such as eu-central-1"),
    (
        AWS,
        {"region": "eu-central-9"},
        "region: found 'eu-central-9'; specify an AWS region, such as eu-central-1; did you mean eu-central-2?",
    ),
    (
        "doks",
        {"region": "zzz9"},
        "region: found 'zzz9'; specify the slug of a region: ams3, atl1, blr1, fra1, lon1, nyc1, nyc2, nyc3, sfo2, "
        "sfo3, sgp1, syd1, tor1",
    ),
    (
        "doks",
        {"region": "fra2"},
        "region: found 'fra2'; specify the slug of a region: ams3, atl1, blr1, fra1, lon1, nyc1, nyc2, nyc3, sfo2, "
        "sfo3, sgp1, syd1, tor1",
    ),
    (
        "ecs",
        {"ecs.capacity": "ec2"},
        "ecs.capacity ec2 needs instances: set cluster.instances, such as {instance_type: m7i.large, maximum: 4}, or "
        "remove capacity to run on Fargate",
    ),
    (
        "ecs",
        {"ecs.capacity": "ec2", "cluster.instances": {"instance_type": "m7g.large"}},
        "ecs.architecture is x86_64 and cluster.instances.instance_type m7g.large has arm64 processors, on which no "
        "task would be placed: set architecture to arm64, or use another instance type",
    ),
    (
        "ecs",
        {"ecs.capacity": "ec2", "ecs.architecture": "arm64", "cluster.instances": {}},
        "ecs.architecture is arm64 and cluster.instances.instance_type t3.medium has x86_64 processors, on which no "
        "task would be placed: set architecture to x86_64, or use another instance type",
    ),
    (
        "eks",
        {"app.image": {"build": str(RAILS)}, "cluster.node_size": "m7g.large"},
        "app.image.platform is linux/amd64 and cluster.node_size m7g.large has arm64 processors: set platform to "
        "linux/arm64, or take nodes with x86_64",
    ),
    (
        "ecs",
        {"app.image": {"build": str(RAILS)}, "ecs.architecture": "arm64"},
        "app.image.platform is linux/amd64 and ecs.architecture is arm64: set platform to linux/arm64, or "
        "architecture to x86_64",
    ),
    (
        AWS,
        {"load_balancer.idle_timeout": "100"},
        "the load balancer keeps silent connections for 100 seconds and app.web.keep_alive_seconds is 65: it would "
        "send requests into connections that are closing (502); set keep_alive_seconds to 105 or more",
    ),
    (
        "ecs",
        {"ecs.services.web.autoscaling": {"minimum": 1, "maximum": "500", "cpu_percent": 60}},
        "database.instance_class db.t4g.small accepts about 192 connections, but 3763 may be open during a rollout "
        "(web 3750, workers.default 10, migration 1, cron.digest 1, console 1): take a class with memory for 3763 or "
        "more, or lower replicas, threads or concurrency",
    ),
    (
        "ecs",
        {"ecs.services.web.desired_count": 400},
        "database.instance_class db.t4g.small accepts about 192 connections, but 3013 may be open during a rollout "
        "(web 3000, workers.default 10, migration 1, cron.digest 1, console 1): take a class with memory for 3013 or "
        "more, or lower replicas, threads or concurrency",
    ),
    ("ecs", {"ecs.region": "us-east-1"}, "ecs.region: is set by the stack: remove it."),
    ("ecs", {"ecs.secrets": {"A": "b"}}, "ecs.secrets: is set by the stack: remove it."),
    ("ecs", {"ecs.cluster_arn": "arn:x"}, "ecs.cluster_arn: is set by the stack: remove it."),
    (
        AWS,
        {"database.maintenance_window": "foo:99:99-bar:99:99"},
        "database.maintenance_window: found 'foo:99:99-bar:99:99'; specify days (mon tue wed thu fri sat sun) and times "
        "in UTC, such as sun:04:30-sun:05:30",
    ),
    (
        AWS,
        {"database.maintenance_window": "sun:04:30-sun:04:40"},
        "database: maintenance_window sun:04:30-sun:04:40 is shorter than the 30 minutes that AWS wants: end it later",
    ),
    (
        AWS,
        {"database.maintenance_window": "sun:03:30-sun:04:30"},
        "database: maintenance_window sun:03:30-sun:04:30 overlaps backup_window 03:00-04:00, which is every day: "
        "begin one after the other has ended",
    ),
    (
        AWS,
        {"database.backup_window": "99:99-99:99"},
        "database.backup_window: found '99:99-99:99'; specify times in UTC, such as 03:00-04:00",
    ),
    (
        AWS,
        {"database.backup_window": "03:00-03:29"},
        "database: backup_window 03:00-03:29 is shorter than the 30 minutes that AWS wants: end it later",
    ),
    (
        AWS,
        {"database.backup_window": "23:50-00:10"},
        "database: backup_window 23:50-00:10 is shorter than the 30 minutes that AWS wants: end it later",
    ),
    (
        AWS,
        {"database.backup_window": "04:00-05:00"},
        "database: maintenance_window sun:04:30-sun:05:30 overlaps backup_window 04:00-05:00, which is every day: "
        "begin one after the other has ended",
    ),
    (
        AWS,
        {"redis.maintenance_window": "foo:99:99-bar:99:99"},
        "redis.maintenance_window: found 'foo:99:99-bar:99:99'; specify days (mon tue wed thu fri sat sun) and times in "
        "UTC, such as sun:04:30-sun:05:30",
    ),
    (
        AWS,
        {"redis.maintenance_window": "sun:04:30-sun:05:29"},
        "redis: maintenance_window sun:04:30-sun:05:29 is shorter than the 60 minutes that AWS wants: end it later",
    ),
    (
        AWS,
        {"redis.snapshot_window": "24:00-25:00"},
        "redis.snapshot_window: found '24:00-25:00'; specify times in UTC, such as 03:00-04:00",
    ),
    (
        AWS,
        {"redis.snapshot_window": "03:00-03:59"},
        "redis: snapshot_window 03:00-03:59 is shorter than the 60 minutes that AWS wants: end it later",
    ),
    (
        AWS,
        {"redis.snapshot_window": "05:00-06:00"},
        "redis: maintenance_window sun:04:30-sun:05:30 overlaps snapshot_window 05:00-06:00, which is every day: "
        "begin one after the other has ended",
    ),
    (
        AWS,
        {"secrets.RAILBED_DATABASE_PASSWORD": "a@/bcdefg"},
        "secrets.RAILBED_DATABASE_PASSWORD: found a value (not shown, it may be secret); holds a character that RDS refuses: "
        'use ASCII without spaces and / " @',
    ),
    (
        AWS,
        {"secrets.RAILBED_DATABASE_PASSWORD": "short"},
        "secrets.RAILBED_DATABASE_PASSWORD: found a value (not shown, it may be secret); is too short: RDS wants 8 characters "
        "at least",
    ),
    (
        AWS,
        {"secrets.RAILBED_DATABASE_PASSWORD": "p" * 129},
        "secrets.RAILBED_DATABASE_PASSWORD: (not shown) is too long: postgresql on RDS allows 128 characters at most",
    ),
    ("eks", {"cluster.node_size": "s-2vcpu-4gb"}, "cluster: node_size 's-2vcpu-4gb' is not one of eks: name it as in t3.large"),
    (
        "doks",
        {"cluster.node_size": "db-s-2vcpu-4gb"},
        "cluster: node_size 'db-s-2vcpu-4gb' is not a size of nodes of doks: name it as in s-4vcpu-8gb",
    ),
    ("doks", {"cluster.node_size": "t3.large"}, "cluster: node_size 't3.large' is not one of doks: name it as in s-4vcpu-8gb"),
    (
        "doks",
        {"database.size": "s-2vcpu-4gb"},
        "database.size: found 's-2vcpu-4gb'; specify the slug of a size of databases, such as db-s-2vcpu-4gb; those of "
        "Droplets begin with s-",
    ),
    (
        "doks",
        {"redis.size": "s-2vcpu-4gb"},
        "redis.size: found 's-2vcpu-4gb'; specify the slug of a size of databases, such as db-s-2vcpu-4gb; those of "
        "Droplets begin with s-",
    ),
    (
        AWS,
        {"database.instance_class": "db-s-1vcpu-2gb"},
        "database.instance_class: found 'db-s-1vcpu-2gb'; specify an RDS instance class, such as db.t4g.small",
    ),
    (
        AWS,
        {"redis.node_type": "db.t4g.small"},
        "redis.node_type: found 'db.t4g.small'; specify an ElastiCache node type, such as cache.t4g.small",
    ),
    (
        AWS,
        {"load_balancer.allowed_cidrs": ["::/0"]},
        "load_balancer: allowed_cidrs ::/0 could not connect, as the load balancer has IPv4 addresses only: remove "
        "them, or set ipv6 to true; everybody over IPv4 is 0.0.0.0/0",
    ),
    (
        "doks",
        {"database.allowed_addresses": ["::/0"]},
        "database.allowed_addresses.0: found '::/0'; specify an IPv4 address or range, such as 203.0.113.7 or 203.0.113.0/24",
    ),
    (
        "eks",
        {"cluster.endpoint_access_cidrs": ["::/0"]},
        "cluster.endpoint_access_cidrs: found ['::/0']; specify ranges of IPv4 addresses such as 203.0.113.0/24 "
        "(Expected 4 octets in '::')",
    ),
    (
        AWS,
        {"database.tags": {"aws:x": "1"}},
        "database.tags: the key 'aws:x' begins with aws:, which AWS keeps for itself: use another name",
    ),
    (
        AWS,
        {"redis.tags": {"AWS:x": "1"}},
        "redis.tags: the key 'AWS:x' begins with aws:, which AWS keeps for itself: use another name",
    ),
    (
        "ecs",
        {"network.tags": {"aws:x": "1"}},
        "network.tags: the key 'aws:x' begins with aws:, which AWS keeps for itself: use another name",
    ),
    (
        "eks",
        {"cluster.tags": {"aws:x": "1"}},
        "cluster.tags: the key 'aws:x' begins with aws:, which AWS keeps for itself: use another name",
    ),
    (
        AWS,
        {"dns": {"zone_id": "example.com"}},
        "dns.zone_id: found 'example.com'; specify the ID of a Route 53 hosted zone, such as Z0123456789EXAMPLE, not "
        "its domain: `aws route53 list-hosted-zones` lists them",
    ),
    (
        "ecs",
        {"ecs.task_policy": "not json"},
        "ecs.task_policy: found 'not json'; it is not JSON (Expecting value: line 1 column 1 (char 0)): specify the "
        "policy as JSON, in one string",
    ),
    (
        "ecs",
        {"ecs.capacity": "ec2", "cluster.instances": None},
        "ecs.capacity ec2 needs instances: set cluster.instances, such as {instance_type: m7i.large, maximum: 4}, or "
        "remove capacity to run on Fargate",
    ),
    (
        "ecs",
        {"network.nat": "none", "cluster.instances": {"instance_type": "m7i.large"}},
        "network.nat none with cluster.instances: instances are in private subnets and reach ECS through NAT: set nat to one, "
        "or remove instances to run on Fargate",
    ),
    (
        "ecs",
        {"network.nat": "none", "ecs.assign_public_ip": False},
        "ecs.assign_public_ip is false and network.nat none: without both, tasks cannot pull their image: remove it, or set "
        "nat to one",
    ),
    (
        "ecs",
        {"network.nat": "none", "ecs.services": {"web": {"assign_public_ip": False}}},
        "ecs.services.web.assign_public_ip is false and network.nat none: without both, tasks cannot pull their image: remove "
        "it, or set nat to one",
    ),
    (
        "ecs",
        {"ecs.services": {"web": None}},
        "ecs.services.web: has no value: specify a mapping, or remove it. Further arguments of EcsService by part, "
        '"web" or a group of workers: those that only ECS knows, such as autoscaling, cpu, memory.',
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_would_break_at_a_cloud_is_told_at_once(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
