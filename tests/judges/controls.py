"""What AWS' Foundational Security Best Practices ask of inputs, control by control; docs/aws-security.md tells it to users.

https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.judges.registered import Registered

Predicate = Callable[[Any], bool]


@dataclass(frozen=True)
class Must:
    """Every resource of a kind has this value there."""

    kind: str
    """As in Registered.kind; "container" is of a task definition, "statement" of an IAM policy."""
    path: str
    """Where, with dots; empty for the whole."""
    expected: Any
    """The value, or a function that says whether a value will do."""
    prefix: str = ""
    """Beginning of the names of the resources that it is about."""


def violations(must: Must, resources: Iterable[Registered]) -> list[str]:
    """Resources that do not have it; one line says so if there is no such resource at all."""
    found = list(_parts(must, resources))
    if not found:
        return [f"there is no {must.kind} {must.prefix}"]
    return [f"{name}: {must.path} is {value!r}" for name, value in found if not _holds(must.expected, value)]


def _parts(must: Must, resources: Iterable[Registered]) -> Iterator[tuple[str, Any]]:
    for each in resources:
        if each.name.startswith(must.prefix):
            for name, place in _places(must.kind, each):
                yield name, _at(place, must.path)


def _places(kind: str, resource: Registered) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if kind == "container" and resource.kind == "ecs/TaskDefinition":
        for container in json.loads(resource.inputs["containerDefinitions"]):
            yield f"{resource} {container['name']}", container
    elif kind == "statement" and resource.kind == "iam/RolePolicy":
        for statement in json.loads(resource.inputs["policy"])["Statement"]:
            yield (
                str(resource),
                {**statement, "Action": _listed(statement["Action"]), "Resource": _listed(statement["Resource"])},
            )
    elif resource.kind == kind:
        yield str(resource), {**resource.inputs, "protected": resource.protected}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _at(place: Any, path: str) -> Any:
    for key in filter(None, path.split(".")):
        entries = dict(enumerate(place)) if isinstance(place, list) else place or {}
        place = entries.get(int(key) if isinstance(place, list) else key)
    return place


def _holds(expected: Any, value: Any) -> bool:
    return bool(expected(value)) if callable(expected) else value == expected


def _unset(value: Any) -> bool:
    return not value


def _set(value: Any) -> bool:
    return bool(value)


def _named(name: str, value: str) -> Predicate:
    def has(entries: Any) -> bool:
        return {"name": name, "value": value} in [{key: each.get(key) for key in ("name", "value")} for each in entries or []]

    return has


def _not_root(user: Any) -> bool:
    return str(user) not in ("", "0", "root", "None")


def _without_efs(volumes: Any) -> bool:
    return not any("efsVolumeConfiguration" in each for each in volumes or [])


def _no_secret_names(environment: Any) -> bool:
    secret = ("KEY", "PASSWORD", "SECRET", "TOKEN", "DATABASE_URL", "REDIS_URL")
    return not any(word in each["name"] for each in environment or [] for word in secret)


def _narrow_actions(actions: Any) -> bool:
    return not any(action == "*" or action.endswith(":*") for action in actions)


def _no_decryption_everywhere(statement: Any) -> bool:
    decrypts = any(action in ("kms:Decrypt", "kms:ReEncryptFrom", "kms:*", "*") for action in statement["Action"])
    return not (decrypts and any(resource == "*" or resource.endswith(":key/*") for resource in statement["Resource"]))


def _web_ports_only(rule: Any) -> bool:
    open_to_all = rule.get("cidrIpv4") == "0.0.0.0/0" or rule.get("cidrIpv6") == "::/0"
    return not open_to_all or (rule.get("fromPort"), rule.get("toPort")) in ((80, 80), (443, 443))


def _forwards_or_redirects(listener: Any) -> bool:
    return bool(listener["port"] == 443 or listener["defaultActions"][0]["redirect"]["protocol"] == "HTTPS")


BY_DEFAULT: dict[str, list[Must]] = {
    "ACM.1": [Must("acm/Certificate", "validationMethod", "DNS")],
    "ACM.2": [Must("acm/Certificate", "keyAlgorithm", "RSA_2048")],
    "AutoScaling.2": [Must("autoscaling/Group", "vpcZoneIdentifiers", lambda subnets: len(subnets) >= 2)],
    "AutoScaling.9": [Must("autoscaling/Group", "launchTemplate.id", _set)],
    "CloudWatch.17": [Must("cloudwatch/MetricAlarm", "actionsEnabled", lambda enabled: enabled is not False)],
    "EC2.2": [
        Must("ec2/DefaultSecurityGroup", "ingress", _unset),
        Must("ec2/DefaultSecurityGroup", "egress", _unset),
    ],
    "EC2.6": [Must("ec2/FlowLog", "trafficType", "REJECT"), Must("ec2/FlowLog", "vpcId", _set)],
    "EC2.15": [Must("ec2/Subnet", "mapPublicIpOnLaunch", False)],
    "EC2.18": [Must("vpc/SecurityGroupIngressRule", "", _web_ports_only), Must("ec2/SecurityGroup", "ingress", _unset)],
    "EC2.19": [Must("vpc/SecurityGroupIngressRule", "", _web_ports_only), Must("ec2/SecurityGroup", "ingress", _unset)],
    "EC2.25": [Must("ec2/LaunchTemplate", "networkInterfaces", _unset)],
    "EC2.170": [Must("ec2/LaunchTemplate", "metadataOptions.httpTokens", "required")],
    "EC2.181": [Must("ec2/LaunchTemplate", "blockDeviceMappings.0.ebs.encrypted", "true")],
    "ECR.1": [Must("ecr/Repository", "imageScanningConfiguration.scanOnPush", True)],
    "ECR.2": [Must("ecr/Repository", "imageTagMutability", "IMMUTABLE")],
    "ECR.3": [Must("ecr/LifecyclePolicy", "policy", lambda policy: len(json.loads(policy)["rules"]) == 2)],
    "ECS.1": [
        Must("ecs/TaskDefinition", "networkMode", lambda mode: mode in ("awsvpc", "bridge")),
    ],
    "ECS.2": [Must("ecs/Service", "networkConfiguration.assignPublicIp", False)],
    "ECS.3": [Must("ecs/TaskDefinition", "pidMode", _unset)],
    "ECS.4": [Must("container", "privileged", _unset)],
    "ECS.8": [Must("container", "environment", _no_secret_names)],
    "ECS.9": [Must("container", "logConfiguration.logDriver", "awslogs")],
    "ECS.10": [Must("ecs/Service", "platformVersion", "LATEST", prefix="shop")],
    "ECS.12": [Must("ecs/Cluster", "settings", _named("containerInsights", "enabled"), prefix="shop")],
    "ECS.17": [Must("ecs/TaskDefinition", "networkMode", lambda mode: mode in ("awsvpc", "bridge"))],
    "ECS.18": [Must("ecs/TaskDefinition", "volumes", _without_efs)],
    "ECS.19": [
        Must("ecs/CapacityProvider", "autoScalingGroupProvider.managedTerminationProtection", "ENABLED"),
    ],
    "EKS.2": [Must("eks/Cluster", "version", "1.35")],
    "EKS.3": [
        Must("eks/Cluster", "encryptionConfig.resources", ["secrets"]),
        Must("eks/Cluster", "encryptionConfig.provider.keyArn", _set),
    ],
    "EKS.8": [Must("eks/Cluster", "enabledClusterLogTypes", lambda types: "audit" in types)],
    "ELB.1": [Must("lb/Listener", "", _forwards_or_redirects)],
    "ELB.4": [Must("lb/LoadBalancer", "dropInvalidHeaderFields", True)],
    "ELB.6": [Must("lb/LoadBalancer", "enableDeletionProtection", True)],
    "ELB.12": [Must("lb/LoadBalancer", "desyncMitigationMode", "defensive")],
    "ELB.13": [Must("lb/LoadBalancer", "subnets", lambda subnets: len(subnets) >= 2)],
    "ELB.17": [
        Must("lb/Listener", "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", prefix="shop-https"),
    ],
    "ELB.18": [Must("lb/Listener", "", _forwards_or_redirects)],
    "ElastiCache.1": [Must("elasticache/ReplicationGroup", "snapshotRetentionLimit", 7)],
    "ElastiCache.2": [Must("elasticache/ReplicationGroup", "autoMinorVersionUpgrade", True)],
    "ElastiCache.3": [Must("elasticache/ReplicationGroup", "automaticFailoverEnabled", True)],
    "ElastiCache.4": [Must("elasticache/ReplicationGroup", "atRestEncryptionEnabled", True)],
    "ElastiCache.5": [Must("elasticache/ReplicationGroup", "transitEncryptionEnabled", True)],
    "ElastiCache.6": [Must("elasticache/ReplicationGroup", "authToken", _set)],
    "ElastiCache.7": [Must("elasticache/ReplicationGroup", "subnetGroupName", lambda name: name != "default")],
    "IAM.1": [Must("statement", "Action", lambda actions: "*" not in actions)],
    "IAM.21": [Must("statement", "Action", _narrow_actions)],
    "KMS.1": [Must("statement", "", _no_decryption_everywhere)],
    "KMS.2": [Must("statement", "", _no_decryption_everywhere)],
    "KMS.3": [Must("kms/Key", "deletionWindowInDays", 30), Must("kms/Key", "protected", True)],
    "KMS.5": [Must("kms/Key", "policy", _unset)],
    "RDS.2": [Must("rds/Instance", "publiclyAccessible", False)],
    "RDS.3": [Must("rds/Instance", "storageEncrypted", True)],
    "RDS.6": [Must("rds/Instance", "monitoringInterval", 60), Must("rds/Instance", "monitoringRoleArn", _set)],
    "RDS.8": [Must("rds/Instance", "deletionProtection", True)],
    "RDS.9": [Must("rds/Instance", "enabledCloudwatchLogsExports", ["postgresql", "upgrade"])],
    "RDS.11": [Must("rds/Instance", "backupRetentionPeriod", 14)],
    "RDS.13": [Must("rds/Instance", "autoMinorVersionUpgrade", True)],
    "RDS.17": [Must("rds/Instance", "copyTagsToSnapshot", True)],
    "RDS.25": [Must("rds/Instance", "username", "app")],
    "RDS.36": [Must("rds/Instance", "enabledCloudwatchLogsExports", lambda logs: "postgresql" in logs)],
}
"""Controls that every stack meets with settings that say nothing of them, and the inputs that meet them."""

BY_OPTION: dict[str, list[Must]] = {
    "CloudWatch.15": [
        Must("cloudwatch/MetricAlarm", "alarmActions", lambda actions: len(actions) == 1, prefix="strict-database")
    ],
    "CloudWatch.16": [
        Must("cloudwatch/LogGroup", "retentionInDays", 365, prefix="strict-logs"),
        Must("cloudwatch/LogGroup", "retentionInDays", 365, prefix="strict-web"),
    ],
    "ECR.5": [Must("ecr/Repository", "encryptionConfigurations.0.kmsKey", _set, prefix="strict-images")],
    "ECS.5": [
        Must("container", "readonlyRootFilesystem", True, prefix="strict-web"),
        Must("container", "readonlyRootFilesystem", True, prefix="shop-web"),
    ],
    "ECS.20": [Must("container", "user", _not_root, prefix="strict-web")],
    "EKS.1": [Must("eks/Cluster", "vpcConfig.endpointPublicAccess", False, prefix="strict")],
    "ELB.5": [
        Must("lb/LoadBalancer", "accessLogs", {"bucket": "logs-of-shop", "enabled": True}, prefix="strict"),
    ],
    "RDS.5": [Must("rds/Instance", "multiAz", True, prefix="strict-database")],
    "RDS.10": [Must("rds/Instance", "iamDatabaseAuthenticationEnabled", True, prefix="strict-database")],
    "RDS.23": [Must("rds/Instance", "port", 15432, prefix="strict-database")],
}
"""Controls that an option meets; tests/judges/components.py sets it."""
