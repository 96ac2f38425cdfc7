"""What AWS and DigitalOcean would add to the inputs of resources, by cloud and the last word of the type."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from railbed.aws.network.arguments import usual_zones

ACCOUNT = "eu-central-1:123456789012"
AUTH = base64.b64encode(b"robot:registry-password").decode()

CLOUD_ANSWERS: dict[tuple[str, str], Any] = {
    ("docker", "Container"): lambda name: {"name": f"{name}-1a2b3c"},
    ("docker", "Image"): {"repoDigest": "registry.example.com/shop@sha256:4f5c"},
    ("docker", "RemoteImage"): lambda name: {"imageId": f"sha256:of-{name}"},
    ("aws", "AutoScalingGroup"): {"arn": f"arn:aws:autoscaling:{ACCOUNT}:group", "name": "shop-instances"},
    ("aws", "Group"): {"arn": f"arn:aws:autoscaling:{ACCOUNT}:group", "name": "shop-instances"},
    ("aws", "CapacityProvider"): {"name": "shop-instances"},
    ("aws", "Certificate"): {
        "arn": f"arn:aws:acm:{ACCOUNT}:certificate/1",
        "domainValidationOptions": [
            {
                "domainName": "shop.example.com",
                "resourceRecordName": "_1.shop.example.com.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_2.acm-validations.aws.",
            }
        ],
    },
    ("aws", "CertificateValidation"): {"certificateArn": f"arn:aws:acm:{ACCOUNT}:certificate/1"},
    ("aws", "Cluster"): {
        "arn": f"arn:aws:ecs:{ACCOUNT}:cluster/shop",
        "name": "shop",
        "endpoint": "https://eks.example.com",
        "certificateAuthority": {"data": "Q0E="},
        "vpcConfig": {"clusterSecurityGroupId": "sg-of-the-cluster", "subnetIds": []},
    },
    ("aws", "Instance"): {
        "address": "shop.rds.amazonaws.com",
        "arn": f"arn:aws:rds:{ACCOUNT}:db:shop-1a2b3c4",
        "endpoint": "shop.rds.amazonaws.com:5432",
        "identifier": "shop-1a2b3c4",
    },
    ("aws", "Key"): {"arn": f"arn:aws:kms:{ACCOUNT}:key/1"},
    ("aws", "LaunchTemplate"): {"latestVersion": 3},
    ("aws", "LoadBalancer"): {
        "arn": f"arn:aws:elasticloadbalancing:{ACCOUNT}:loadbalancer/app/shop/1",
        "arnSuffix": "app/shop/1",
        "dnsName": "shop.elb.amazonaws.com",
        "zoneId": "Z2",
    },
    ("aws", "LogGroup"): {"arn": f"arn:aws:logs:{ACCOUNT}:log-group:shop", "name": "shop-log"},
    ("aws", "NodeGroup"): {"resources": [{"autoscalingGroups": [{"name": "eks-nodes-1"}]}]},
    ("aws", "ParameterGroup"): {"name": "shop-parameters"},
    ("aws", "ReplicationGroup"): {"primaryEndpointAddress": "shop.cache.amazonaws.com"},
    ("aws", "Repository"): {
        "repositoryUrl": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop",
        "registryId": "123456789012",
        "name": "shop",
    },
    ("aws", "Role"): {"arn": "arn:aws:iam::123456789012:role/shop", "name": "shop"},
    ("aws", "Secret"): {"arn": f"arn:aws:secretsmanager:{ACCOUNT}:secret:shop-AbCdEf"},
    ("aws", "SecretVersion"): {"versionId": "11112222-3333"},
    ("aws", "Schedule"): {"name": "shop-schedule"},
    ("aws", "ScheduleGroup"): {"name": "shop"},
    ("aws", "Service"): {"name": "shop-1a2b3c"},
    ("aws", "StateMachine"): {"arn": f"arn:aws:states:{ACCOUNT}:stateMachine:shop"},
    ("aws", "SubnetGroup"): {"name": "shop-subnets"},
    ("aws", "TargetGroup"): {
        "arn": f"arn:aws:elasticloadbalancing:{ACCOUNT}:targetgroup/shop/1",
        "arnSuffix": "targetgroup/shop/1",
    },
    ("aws", "TaskDefinition"): {"arn": f"arn:aws:ecs:{ACCOUNT}:task-definition/shop:7"},
    ("aws", "Topic"): {"arn": f"arn:aws:sns:{ACCOUNT}:shop"},
    ("digitalocean", "Certificate"): {"uuid": "certificate-1", "name": "shop-1a2b3c"},
    ("digitalocean", "ContainerRegistry"): {"name": "shop-registry"},
    ("digitalocean", "ContainerRegistryDockerCredentials"): {
        "dockerCredentials": json.dumps({"auths": {"registry.digitalocean.com": {"auth": AUTH}}})
    },
    ("digitalocean", "DatabaseCluster"): {
        "privateHost": "private-shop.db.ondigitalocean.com",
        "port": 25060,
        "user": "doadmin",
        "password": "managed-password",
    },
    ("digitalocean", "DatabaseConnectionPool"): lambda name: {
        "name": f"{name}-1a2b3c",
        "privateHost": "private-shop.db.ondigitalocean.com",
        "port": 25061,
    },
    ("digitalocean", "KubernetesCluster"): {
        "name": "shop-7f6e5d4",
        "endpoint": "https://doks.example.com",
        "kubeConfigs": [{"rawConfig": "apiVersion: v1", "clusterCaCertificate": "Q0E=", "token": "seven-days"}],
    },
    ("random", "RandomId"): {"hex": "1a2b3c4d"},
    ("random", "RandomString"): {"result": "k3j5x8q"},
}

ZONES: dict[str, dict[str, str]] = {}
"""IDs of the account's zones by name, for the regions in which a test decides them."""


def zones_in(region: str) -> dict[str, Any]:
    """The zones that an account has in a region; elsewhere the usual ones."""
    found = ZONES.get(region) or {zone: f"id-of-{zone}" for zone in usual_zones(region)}
    return {"names": sorted(found), "zoneIds": [found[name] for name in sorted(found)], "id": region}


INVOKED: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "aws:eks/getAddonVersion:getAddonVersion": lambda asked: {
        "version": f"{asked['addonName']}-of-{asked['kubernetesVersion']}"
    },
    "aws:eks/getNodeGroups:getNodeGroups": lambda _: {"names": []},
    "aws:ssm/getParameter:getParameter": lambda asked: {"insecureValue": f"value-of:{asked['name']}"},
}
"""What AWS answers to questions of a program, by the token of its function."""
