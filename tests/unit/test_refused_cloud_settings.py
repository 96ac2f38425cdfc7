"""Wrong settings of regions, networks, clusters and load balancers, which the user reads of before anything is made."""

from typing import Any

import pytest

from tests.unit.refused_settings import AWS, Refused, each_target, told
from tests.unit.samples import RAILS

REFUSED: list[Refused] = [
    (
        "eks",
        {"load_balancer.health_codes": "299-200"},
        "load_balancer.health_codes: is set by the stack: remove it",
    ),
    (
        "ecs",
        {"load_balancer.health_codes": "299-200"},
        'load_balancer.health_codes: found \'299-200\'; specify status codes as "200", "200,204" or "200-299"',
    ),
    (
        AWS,
        {"region": "eu-central-1a"},
        "region: found 'eu-central-1a'; eu-central-1a is a zone: specify its region, eu-central-1",
    ),
    (
        AWS,
        {"region": "EU-Central-1"},
        "region: found 'EU-Central-1'; specify an AWS region, such as eu-central-1; did you mean eu-central-1?",
    ),
    (
        "ecs",
        {"network.cidr": "127.0.0.0/16"},
        "network.cidr: found '127.0.0.0/16'; 127.0.0.0/16 cannot be the range of a network: specify one such as 10.0.0.0/16",
    ),
    (
        "ecs",
        {"network.cidr": "0.0.0.0/16"},
        "network.cidr: found '0.0.0.0/16'; 0.0.0.0/16 cannot be the range of a network: specify one such as 10.0.0.0/16",
    ),
    (
        "doks",
        {"cluster.vpc_cidr": "8.8.0.0/16"},
        "cluster: vpc_cidr 8.8.0.0/16 is not private: specify a range within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
    ),
    (
        "doks",
        {"cluster.vpc_cidr": "10.244.0.0/20"},
        "cluster: vpc_cidr 10.244.0.0/20 overlaps what DigitalOcean keeps for itself (10.229.0.0/16, 10.244.0.0/16, "
        "10.245.0.0/16, 10.246.0.0/24): specify another range",
    ),
    (
        "doks eks",
        {"cluster.node_pools": {"jobs": {"labels": {"a b": "c"}}}},
        "cluster.node_pools.jobs.labels.a b: found 'a b'; use letters, digits and - _ . between them, 63 characters "
        "at most, with a domain and a slash before them if wanted: example.com/role",
    ),
    (
        "doks eks",
        {"cluster.node_pools": {"jobs": {"labels": {"role": "my value"}}}},
        "cluster.node_pools.jobs.labels.role: found 'my value'; use letters, digits and - _ . between them, 63 "
        "characters at most, or leave it empty",
    ),
    (
        "doks eks",
        {"cluster.node_pools": {"jobs": {"taints": [{"key": "!"}]}}},
        "cluster.node_pools.jobs.taints.0.key: found a value (not shown, it may be secret); use letters, digits and "
        "- _ . between them, 63 characters at most, with a domain and a slash before them if wanted: example.com/role",
    ),
    (
        "eks",
        {"cluster.node_pools": {"jobs": {"labels": {"eks.amazonaws.com/x": "y"}}}},
        "cluster.node_pools.jobs.labels.eks.amazonaws.com/x: EKS keeps such labels for itself: use another name",
    ),
    (
        "eks",
        {"cluster.admin_role_arns": {"me": "arn:aws:iam::123456789012:user/me"}},
        "cluster.admin_role_arns.me: found 'arn:aws:iam::123456789012:user/me'; specify the ARN of an IAM role, such as arn:"
        "aws:iam::123456789012:role/admin",
    ),
    (
        "eks",
        {"cluster.addon_versions": {"vpc_cni": "v1.20.4-eksbuild.1"}},
        "cluster: addon_versions.vpc_cni has no effect: use one of aws-ebs-csi-driver, coredns, "
        "eks-pod-identity-agent, kube-proxy, metrics-server, vpc-cni",
    ),
    (
        "eks",
        {"cluster.addon_versions": {"vpc-cni": "1.20"}},
        "cluster.addon_versions.vpc-cni: found '1.20'; specify a version such as v1.20.4-eksbuild.1",
    ),
    (
        "eks",
        {"cluster.endpoint_access_cidrs": ["10.0.0.0/8"]},
        "cluster.endpoint_access_cidrs: found ['10.0.0.0/8']; 10.0.0.0/8 is never seen on the internet: specify the "
        "public addresses that you connect from",
    ),
    (
        "eks",
        {"cluster.endpoint_access_cidrs": [f"203.0.113.{n}/32" for n in range(41)]},
        "cluster: endpoint_access_cidrs are 41: EKS allows 40, so join or remove some",
    ),
    (
        "eks",
        {"cluster.endpoint_access_cidrs": ["203.0.113.7", "203.0.113.7/32"]},
        "cluster.endpoint_access_cidrs: found ['203.0.113.7', '203.0.113.7/32']; endpoint_access_cidrs name "
        "203.0.113.7/32 more than once: name each once",
    ),
    (
        "eks",
        {"cluster.node_size": "t3.gigantic"},
        "cluster: node_size 't3.gigantic' is not a size of nodes of eks: name it as in t3.large",
    ),
    (
        "doks",
        {"cluster.node_size": "s-4vcpu8gb"},
        "cluster: node_size 's-4vcpu8gb' is not a size of nodes of doks: name it as in s-4vcpu-8gb",
    ),
    ("doks", {"cluster.api_token": " "}, "cluster: api_token is empty: specify a DigitalOcean API token, or remove it"),
    (
        AWS,
        {"load_balancer.access_logs_bucket": "My Bucket"},
        "load_balancer.access_logs_bucket: found 'My Bucket'; specify the name of an S3 bucket: 3 to 63 lower case "
        "letters, digits, dots and dashes",
    ),
    (
        AWS,
        {"dns": None, "load_balancer.certificate_arn": "x"},
        "load_balancer.certificate_arn: found 'x'; specify the ARN of a certificate, such as arn:"
        "aws:acm:eu-central-1:123456789012:certificate/...",
    ),
    (
        AWS,
        {"load_balancer.certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1"},
        "load_balancer.certificate_arn and dns, which makes a certificate: remove one of them",
    ),
    (
        AWS,
        {"load_balancer.ipv6": True},
        "load_balancer.ipv6: the network that the stack makes has IPv4 addresses only: remove it",
    ),
    (
        "ecs",
        {"ecs.services.web.image": "other:1"},
        "ecs.services.web.image: is set by the stack: remove it.",
    ),
    (
        "ecs",
        {"ecs.services.web.port": 4000},
        "ecs.services.web.port: would win over the application's description: remove it, and set app.web.port",
    ),
    (
        "ecs",
        {"ecs.services.default.user": 1001},
        "ecs.services.default.user: would win over the application's description: remove it, and set app.user",
    ),
    (
        "ecs",
        {"ecs.services.web.described_as": "web"},
        "ecs.services.web.described_as: would win over the application's description: remove it",
    ),
    *(
        (
            "ecs",
            {f"ecs.services.web.{argument}": value},
            f"ecs.services.web.{argument}: anyone who can read the settings could read it: remove it, and use secrets",
        )
        for argument, value in (("secrets", {"A": "b"}), ("hidden_values", ["b"]))
    ),
    ("ecs", {"ecs.services.web.cpu": 300}, "ecs.services.web: cpu 300 is not offered by Fargate"),
    (
        "ecs",
        {"ecs.services.web.network_mode": "bridge"},
        "ecs.services.web.network_mode: is that of the whole application: set network_mode instead",
    ),
    (
        "ecs",
        {"ecs.services.web.capacity": "ec2", "cluster.instances": {}},
        "ecs.services.web.capacity: instances run the whole application or nothing of it, and capacity is fargate: remove it, "
        "or set capacity",
    ),
    (
        "ecs",
        {"ecs.services.web.architecture": "arm64", "app.image": {"build": str(RAILS)}},
        "app.image.platform is linux/amd64 and ecs.services.web.architecture is arm64: set platform to linux/arm64, or "
        "architecture to x86_64",
    ),
    (
        "ecs",
        {"ecs.secret_references": {"A": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x:KEY"}},
        "ecs.secret_references.A: found a value (not shown, it may be secret); specify the ARN of a Secrets Manager secret (a "
        "key in it as ARN:KEY::, with both colons behind it) or of an SSM parameter, or put the value itself in secrets",
    ),
    (
        "ecs",
        {"ecs.kms_key_arns": ["alias/x"]},
        "ecs.kms_key_arns.0: found a value (not shown, it may be secret); specify the ARN of a KMS key, such as arn:"
        "aws:kms:eu-central-1:123456789012:key/...",
    ),
    (
        "ecs",
        {"ecs.task_policy": {"Version": "2012-10-17"}},
        "ecs.task_policy: specify the policy as JSON in one string; in YAML put it behind a | or in single quotes",
    ),
    (
        "ecs",
        {"ecs.task_policy": '{"Version": "2012-10-17"}'},
        'ecs.task_policy: found \'{"Version": "2012-10-17"}\'; it has no statements: specify {"Version": "2012-10-17", '
        '"Statement": [...]}',
    ),
    (
        "ecs",
        {"ecs.task_policy": '{"Statement": [{"Effect": "allow"}]}'},
        'ecs.task_policy: found \'{"Statement": [{"Effect": "allow"}]}\'; each statement needs an Effect, Allow or Deny',
    ),
    (
        "ecs",
        {"ecs.task_policy": '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}}'},
        'ecs.task_policy: found \'{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal...; a '
        "policy of a role has no Principal, as it is the role that may: remove it",
    ),
    (
        "ecs",
        {"cluster.instances": {"instance_type": "t3"}},
        "cluster.instances.instance_type: found 't3'; specify an EC2 instance type, such as m7g.large",
    ),
    (
        "ecs",
        {"cluster.instances": {"image_id": "ubuntu"}},
        "cluster.instances.image_id: found 'ubuntu'; specify the ID of a machine image, such as ami-0123456789abcdef0, or "
        "resolve:ssm:...",
    ),
    (
        "ecs",
        {"cluster.instances": {"key_name": ""}},
        "cluster.instances.key_name: found a value (not shown, it may be secret); specify the name of an EC2 key pair"
        ", or omit it",
    ),
    (
        "doks",
        {"app.image": {"build": str(RAILS)}, "container_registry.existing": "My Registry"},
        "container_registry.existing: found 'My Registry'; specify the registry's name: lower case letters, digits and "
        "dashes, 63 characters at most",
    ),
    (
        "doks",
        {"app.image": {"build": str(RAILS)}, "container_registry.region": "tor1"},
        "container_registry.region: found 'tor1'; registries are in ams3, fra1, nyc3, sfo3, sgp1",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_wrong_settings_of_a_cloud_are_told_at_once(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
