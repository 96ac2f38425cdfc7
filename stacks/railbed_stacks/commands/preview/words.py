"""What the resources of a stack are called, and which of their values may be shown.

No value is shown that is not named here: what is in env, in secrets or in a setting nobody thought of stays out of the
pull request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """One type of resource."""

    noun: str
    data: str = ""
    """What is gone with it, for what keeps data or holds everything else. Empty for what can be made again."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Paths of its inputs whose values are shown, and what they are called."""
    noted: bool = True
    """Whether a person reads of it; the others are listed in the details only."""
    unit: Mapping[str, str] = field(default_factory=dict)
    """Units of these values."""


_RDS = Kind(
    "database",
    "all rows",
    {
        "instanceClass": "class",
        "allocatedStorage": "storage",
        "maxAllocatedStorage": "most storage",
        "multiAz": "second zone",
        "engineVersion": "version",
        "backupRetentionPeriod": "days of backups",
    },
    unit={"allocatedStorage": " GB", "maxAllocatedStorage": " GB"},
)
_DATABASE_CLUSTER = Kind(
    "database cluster",
    "all data in it",
    {"size": "size", "nodeCount": "nodes", "version": "version", "storageSizeMib": "storage"},
    unit={"storageSizeMib": " MiB"},
)
_DATA_VOLUME = {"spec.resources.requests.storage": "storage"}
_POOL = {"size": "size", "minNodes": "least nodes", "maxNodes": "most nodes", "nodeCount": "nodes", "version": "version"}

KINDS: Mapping[str, Kind] = {
    # Data
    "aws:rds/instance:Instance": _RDS,
    "aws:elasticache/replicationGroup:ReplicationGroup": Kind(
        "Redis",
        "all keys: jobs of Sidekiq and the cache",
        {"nodeType": "node type", "numCacheClusters": "nodes", "engineVersion": "version"},
    ),
    "aws:s3/bucket:Bucket": Kind("bucket", "all files"),
    "aws:efs/fileSystem:FileSystem": Kind("file system", "all files"),
    "aws:kms/key:Key": Kind("key", "everything that is encrypted with it"),
    "aws:ecr/repository:Repository": Kind("image repository", "all images"),
    "digitalocean:index/databaseCluster:DatabaseCluster": _DATABASE_CLUSTER,
    "digitalocean:index/databaseDb:DatabaseDb": Kind("database", "all rows"),
    "digitalocean:index/databaseUser:DatabaseUser": Kind("user of the database", "the access of whoever uses it"),
    "digitalocean:index/spacesBucket:SpacesBucket": Kind("bucket", "all files"),
    "digitalocean:index/volume:Volume": Kind("volume", "all files"),
    "digitalocean:index/containerRegistry:ContainerRegistry": Kind(
        "image registry", "all images", {"subscriptionTierSlug": "plan"}
    ),
    "kubernetes:apps/v1:StatefulSet": Kind("data store", "all data, unless its volume is kept"),
    "kubernetes:core/v1:PersistentVolumeClaim": Kind("volume", "all data on it", _DATA_VOLUME),
    # Deleting a patch leaves what it patched: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
    "kubernetes:core/v1:PersistentVolumeClaimPatch": Kind("volume", "", _DATA_VOLUME),
    "docker:index/volume:Volume": Kind("volume", "all data on it"),
    "random:index/randomPassword:RandomPassword": Kind("password", "the access of whoever uses it"),
    # What everything else is in
    "aws:ec2/vpc:Vpc": Kind("network", "everything in it"),
    "aws:eks/cluster:Cluster": Kind("cluster", "everything that runs in it", {"version": "version"}),
    "aws:ecs/cluster:Cluster": Kind("cluster", "everything that runs in it"),
    "digitalocean:index/vpc:Vpc": Kind("network", "everything in it"),
    "digitalocean:index/domain:Domain": Kind("DNS zone", "all its records"),
    "digitalocean:index/kubernetesCluster:KubernetesCluster": Kind(
        "cluster", "everything that runs in it", {"version": "version", "ha": "high availability"}
    ),
    "kubernetes:core/v1:Namespace": Kind("namespace", "everything in it"),
    # Machines
    "aws:eks/nodeGroup:NodeGroup": Kind(
        "nodes",
        "",
        {
            "instanceTypes": "size",
            "scalingConfig.minSize": "least nodes",
            "scalingConfig.maxSize": "most nodes",
            "version": "version",
        },
    ),
    "aws:autoscaling/group:Group": Kind("instances", "", {"minSize": "least instances", "maxSize": "most instances"}),
    "aws:ec2/launchTemplate:LaunchTemplate": Kind("template of machines", "", {"instanceType": "size"}),
    "digitalocean:index/kubernetesNodePool:KubernetesNodePool": Kind("nodes", "", _POOL),
    "aws:eks/addon:Addon": Kind("add-on of the cluster", "", {"addonVersion": "version"}),
    # The way in
    "aws:lb/loadBalancer:LoadBalancer": Kind("load balancer"),
    "aws:acm/certificate:Certificate": Kind("certificate", "", {"domainName": "host"}),
    "aws:route53/record:Record": Kind("DNS record", "", {"name": "name", "type": "type"}),
    "digitalocean:index/certificate:Certificate": Kind("certificate"),
    "digitalocean:index/dnsRecord:DnsRecord": Kind("DNS record", "", {"name": "name", "type": "type"}),
    "kubernetes:core/v1:Service": Kind("address in the cluster", "", {"spec.type": "type"}),
    "kubernetes:networking.k8s.io/v1:Ingress": Kind("Ingress"),
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": Kind("HTTPRoute"),
    "aws:ec2/natGateway:NatGateway": Kind("NAT gateway"),
    "aws:ec2/eip:Eip": Kind("public address"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind("alarm", "", {"threshold": "threshold"}),
    "aws:appautoscaling/target:Target": Kind("scaling", "", {"minCapacity": "least tasks", "maxCapacity": "most tasks"}),
    "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": Kind(
        "connection pool", "", {"size": "connections", "mode": "mode"}
    ),
    "docker:index/container:Container": Kind("container"),
}

_STORES = {
    "railbed:index:Postgresql": "PostgreSQL",
    "railbed:index:Redis": "Redis",
    "railbed:index:DockerPostgresql": "PostgreSQL",
    "railbed:index:DockerRedis": "Redis",
    "railbed:index:DigitalOceanDatabase": "database",
    "railbed:index:DigitalOceanCache": "Redis",
    "railbed:index:RdsDatabase": "database",
    "railbed:index:ElastiCache": "Redis",
}
"""Components that are stores, by type."""
_ENGINES = {
    "pg": "PostgreSQL",
    "postgres": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "valkey": "Valkey",
    "redis": "Redis",
}
_STORE_ITSELF = (
    "aws:rds/instance:Instance",
    "digitalocean:index/databaseCluster:DatabaseCluster",
    "docker:index/container:Container",
    "kubernetes:apps/v1:StatefulSet",
)


def kind_of(token: str) -> Kind:
    """What a type of resource is called; of one that nobody named, its own words: "flow log" of aws:ec2/flowLog:FlowLog."""
    known = KINDS.get(token)
    if known is not None:
        return known
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", token.rpartition(":")[2])
    return Kind(words if words.isupper() else words.lower(), noted=False)


def noun_of(token: str, parent: str, engine: object = None) -> str:
    """What one resource is called, after the store that it is or belongs to, if any."""
    noun, store = kind_of(token).noun, _STORES.get(parent.rpartition("::")[0].split("::")[-1].rpartition("$")[2])
    if token in _STORE_ITSELF:
        return _ENGINES.get(str(engine), store or noun)
    return f"{noun} of {store}" if store and noun in ("volume", "password") else noun


def is_counted(token: str) -> bool:
    """Whether a type is a thing, and not Pulumi's own bookkeeping or a component that only groups things."""
    return not token.startswith(("pulumi:", "railbed:", "random:index/randomUuid:"))
