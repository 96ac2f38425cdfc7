"""What AWS answers, as far as railbed's components ask."""

import base64
import re

from railbed.aws.regions import partition_of
from sandbox.cluster import registry
from sandbox.providers.cloud import Cloud, Made, hidden
from sandbox.providers.properties import Properties
from sandbox.providers.sdk import Kind

from .lent import LENT

ACCOUNT = "123456789012"

IDENTITIES = {
    "ec2/Eip": "eipalloc-",
    "ec2/FlowLog": "fl-",
    "ec2/InternetGateway": "igw-",
    "ec2/LaunchTemplate": "lt-",
    "ec2/NatGateway": "nat-",
    "ec2/RouteTable": "rtb-",
    "ec2/RouteTableAssociation": "rtbassoc-",
    "ec2/SecurityGroup": "sg-",
    "ec2/Subnet": "subnet-",
    "ec2/Vpc": "vpc-",
    "ec2/VpcEndpoint": "vpce-",
    "vpc/SecurityGroupEgressRule": "sgr-",
    "vpc/SecurityGroupIngressRule": "sgr-",
    "rds/Instance": "db-",
}

_BY_ARN = {
    "acm/Certificate",
    "ecs/CapacityProvider",
    "ecs/Cluster",
    "ecs/Service",
    "ecs/TaskDefinition",
    "lb/Listener",
    "lb/ListenerRule",
    "lb/LoadBalancer",
    "lb/TargetGroup",
    "secretsmanager/Secret",
    "sfn/StateMachine",
    "sns/Topic",
}


def _arn(kind: Kind, name: str, region: str = "eu-central-1") -> str:
    place = "" if kind.module == "iam" else region
    return f"arn:{partition_of(region)}:{kind.module}:{place}:{ACCOUNT}:{kind.name[0].lower()}{kind.name[1:]}/{name}"


def _identity(kind: Kind, name: str) -> str | None:
    return _arn(kind, name) if f"{kind.module}/{kind.name}" in _BY_ARN else None


def _every(made: Made) -> Properties:
    arn = made.identity if made.identity.startswith("arn:") else _arn(made.kind, made.name, made.region)
    return {"arn": arn, "arnSuffix": arn.rpartition(":")[2], "region": made.region, "tagsAll": made.inputs.get("tags") or {}}


def _certificate(made: Made) -> Properties:
    hosts = [made.inputs["domainName"], *made.inputs.get("subjectAlternativeNames", [])]
    options = [
        {
            "domainName": host,
            "resourceRecordName": f"_{made.suffix}.{host.removeprefix('*.')}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_{made.suffix}.acm-validations.aws.",
        }
        for host in dict.fromkeys(hosts)
    ]
    return {"domainValidationOptions": options, "status": "PENDING_VALIDATION"}


def _database(made: Made) -> Properties:
    port = made.inputs.get("port") or 5432
    address = f"{made.inputs.get('identifier') or made.name}.c{made.suffix}.{made.region}.rds.amazonaws.com"
    of_source = {} if "dbName" in made.inputs else {"dbName": "app", "username": "app"}
    return {"address": address, "endpoint": f"{address}:{port}", "port": port, "status": "available", **of_source}


def _load_balancer(made: Made) -> Properties:
    return {"dnsName": f"{made.name}-{made.suffix}.{made.region}.elb.amazonaws.com", "zoneId": "Z215JYRZR1TBD5"}


def _eks_cluster(made: Made) -> Properties:
    return {
        "endpoint": f"https://{made.suffix}.gr7.{made.region}.eks.amazonaws.com",
        "certificateAuthority": {"data": "Q0VSVElGSUNBVEU="},
        "vpcConfig": {**made.inputs["vpcConfig"], "clusterSecurityGroupId": f"sg-{made.suffix}", "vpcId": "vpc-of-the-subnets"},
        "status": "ACTIVE",
    }


def _repository(made: Made) -> Properties:
    return {"registryId": ACCOUNT, "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{made.region}.amazonaws.com/{made.name}"}


def _cache(made: Made) -> Properties:
    host = f"{made.name}.{made.suffix}.euc1.cache.amazonaws.com"
    return {"primaryEndpointAddress": f"master.{host}", "readerEndpointAddress": f"replica.{host}", "port": 6379}


_LETTERS = {"ap-northeast-1": "acd", "ca-central-1": "abd", "eusc-de-east-1": "ab", "us-west-1": "ac"}
"""Of the zones that new accounts have, where these are not a, b and c."""


def _zones(given: Properties) -> Properties:
    region = str(given.get("region") or "us-east-1")
    names = [f"{region}{letter}" for letter in _LETTERS.get(region, "abc")]
    return {"id": region, "names": names, "zoneIds": [f"{name}-id" for name in names], "groupNames": [region]}


def _registry_login(_: Properties) -> Properties:
    token = base64.b64encode(":".join(registry.login()).encode()).decode()
    return {"authorizationToken": hidden(token), "userName": registry.USERNAME, "expiresAt": "2036-01-01T00:00:00Z"}


def _public_parameter(asked: Properties) -> Properties:
    kubernetes = re.match("/aws/service/eks/optimized-ami/([0-9.]+)/", asked["name"])
    value = f"{kubernetes[1]}.6-20260728" if kubernetes else "ami-0123456789abcdef0"
    return {**asked, "insecureValue": value, "type": "String", "version": 1}


AWS = Cloud(
    package="aws",
    name_of={
        "rds/Instance": "identifier",
        "elasticache/ReplicationGroup": "replicationGroupId",
        "eks/NodeGroup": "nodeGroupName",
        "ecs/TaskDefinition": "family",
        "acm/Certificate": "domainName",
        "cloudwatch/MetricAlarm": "name",
    },
    unnamed=frozenset({"acm/Certificate", "ecs/TaskDefinition", "route53/Record", "ssm/Parameter"}),
    # https://github.com/hashicorp/terraform-provider-aws: ForceNew in the resources' schemas
    replacing={
        "rds/Instance": frozenset({"dbName", "username", "engine", "kmsKeyId", "storageEncrypted", "snapshotIdentifier"}),
        "rds/SubnetGroup": frozenset({"name"}),
        "rds/ParameterGroup": frozenset({"family", "name"}),
        "elasticache/ReplicationGroup": frozenset({"kmsKeyId", "subnetGroupName", "atRestEncryptionEnabled", "port"}),
        "elasticache/ParameterGroup": frozenset({"family", "name"}),
        "ec2/Vpc": frozenset({"cidrBlock"}),
        "ec2/Subnet": frozenset({"cidrBlock", "availabilityZone", "vpcId"}),
        "ec2/SecurityGroup": frozenset({"description", "name", "vpcId"}),
        "ecs/TaskDefinition": frozenset(
            {"containerDefinitions", "cpu", "memory", "family", "networkMode", "taskRoleArn", "executionRoleArn", "volumes"}
        ),
        "ecs/Service": frozenset({"cluster", "launchType", "name"}),
        "eks/NodeGroup": frozenset(
            {"instanceTypes", "amiType", "nodeGroupNamePrefix", "nodeGroupName", "subnetIds", "capacityType"}
        ),
        "eks/Cluster": frozenset({"name", "roleArn"}),
        "lb/TargetGroup": frozenset({"port", "protocol", "targetType", "vpcId", "name"}),
        "lb/LoadBalancer": frozenset({"internal", "name", "loadBalancerType"}),
        "autoscaling/Attachment": frozenset({"autoscalingGroupName", "lbTargetGroupArn"}),
        "iam/RolePolicyAttachment": frozenset({"role", "policyArn"}),
        "acm/Certificate": frozenset({"domainName", "subjectAlternativeNames", "keyAlgorithm", "validationMethod"}),
        "acm/CertificateValidation": frozenset({"certificateArn", "validationRecordFqdns"}),
        "secretsmanager/SecretVersion": frozenset({"secretId", "secretString"}),
    },
    protected_by={
        "rds/Instance": "deletionProtection",
        "lb/LoadBalancer": "enableDeletionProtection",
        "eks/Cluster": "deletionProtection",
    },
    identities=IDENTITIES,
    compute={
        "acm/Certificate": _certificate,
        "ec2/Eip": lambda made: {"publicIp": "198.51.100.7", "allocationId": made.identity},
        "ec2/LaunchTemplate": lambda _: {"latestVersion": 1, "defaultVersion": 1},
        "ec2/Vpc": lambda made: {"defaultSecurityGroupId": f"sg-{made.suffix}", "defaultRouteTableId": f"rtb-{made.suffix}"},
        "ecr/Repository": _repository,
        "ecs/TaskDefinition": lambda made: {"revision": 1, "arnWithoutRevision": made.identity},
        "eks/Cluster": _eks_cluster,
        "eks/NodeGroup": lambda made: {
            "resources": [{"autoscalingGroups": [{"name": f"eks-{made.name}"}]}],
            "status": "ACTIVE",
        },
        "elasticache/ReplicationGroup": _cache,
        "kms/Key": lambda made: {"keyId": made.identity},
        "lb/LoadBalancer": _load_balancer,
        "rds/Instance": _database,
        "route53/Record": lambda made: {"fqdn": str(made.inputs["name"]).rstrip(".")},
        "secretsmanager/SecretVersion": lambda made: {"versionId": f"{made.suffix}-version"},
    },
    every=_every,
    asked={
        "aws:ecr/getAuthorizationToken:getAuthorizationToken": _registry_login,
        "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
        "aws:eks/getAddonVersion:getAddonVersion": lambda asked: {**asked, "version": "v1.20.4-eksbuild.1"},
        # Nobody but Pulumi changes the number of its nodes.
        "aws:eks/getNodeGroups:getNodeGroups": lambda asked: {**asked, "names": []},
        "aws:ssm/getParameter:getParameter": _public_parameter,
    },
    identity=_identity,
    lend=LENT,
)
