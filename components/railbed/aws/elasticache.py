"""ElastiCache: a managed Redis of AWS, set up for Sidekiq."""

from typing import Annotated, Any

import pulumi
from pulumi_aws.elasticache import ParameterGroup, ParameterGroupArgs, ReplicationGroup, ReplicationGroupArgs, SubnetGroup
from pydantic import Field

from railbed.args import ElastiCacheArgs
from railbed.aws.fixed_names import fixed_name, suffix_of
from railbed.aws.identifiers import KmsKey, TopicArn
from railbed.aws.instance_types import CacheNodeType
from railbed.aws.major_upgrade import upgrade_hooks
from railbed.aws.names import LONGEST_CACHE_ID, SECURITY_GROUP, STORE, check_name
from railbed.aws.network.security_group import private_security_group
from railbed.aws.tags import AwsTags
from railbed.aws.windows import DailyWindow, WeeklyWindow, check_windows
from railbed.component import Component
from railbed.secrets.passwords import ElastiCacheToken, check_elasticache_token, in_url, password_of
from railbed.validation.arguments import Options, Placed
from railbed.validation.overrides import check_overrides, overridden
from railbed.validation.rules import rule
from railbed.validation.types import InputText, matching

PORT = 6379

OVERRIDABLE = {"replication_group": ReplicationGroupArgs, "parameter_group": ParameterGroupArgs}

READ_ONCE = ["atRestEncryptionEnabled", "kmsKeyId", "subnetGroupName", "snapshotName", "engine"]
"""Inputs whose change would replace the cache by an empty one: they count when it is created, and never again.

https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/elasticache/replication_group.go (ForceNew)
"""


LEAST_WINDOW_MINUTES = 60


class ElastiCacheOptions(Options):
    """Options of ElastiCache."""

    version: Annotated[str, matching(r"7\.2|[89]\.\d+", "specify a version of Valkey, such as 8.0")] = "8.0"
    """Version of Valkey, the Redis that AWS develops on; Sidekiq takes it for Redis 7.2. A higher one is installed in place;
    another major one needs `apply_immediately`. Default 8.0."""
    node_type: CacheNodeType = "cache.t4g.small"
    """Size of each server. A change moves the data in the maintenance window unless `apply_immediately`. Default
    cache.t4g.small: 1.37 GiB."""
    replicas: int = Field(1, ge=0, le=5)
    """Copies in other zones, one of which takes over within seconds when the first fails: 0 to 5. Default 1."""
    auth_token: ElastiCacheToken | None = None
    """Password, 16 to 128 letters, digits and ! & # $ ^ < > -. After a change ElastiCache accepts the old one too, until the
    next change, so that nothing loses its connection. Default: generated."""
    snapshot_days: int = Field(7, ge=0, le=35)
    """Days that daily snapshots are kept; 0 makes none. Default 7."""
    snapshot_window: DailyWindow = "03:00-04:00"
    """Daily time of the snapshot in UTC, an hour at least. Default 03:00-04:00."""
    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """Weekly time for updates and changes that interrupt, in UTC, an hour at least and apart from `snapshot_window`. Default
    sun:04:30-sun:05:30."""
    apply_immediately: bool = False
    """Whether changes happen at once instead of in the maintenance window. Default false."""
    protect: bool = True
    """Whether Pulumi refuses to delete it: jobs that wait in it would be lost. Set to false and update before you destroy.
    Default true."""
    kms_key_id: KmsKey | None = None
    """ARN of the KMS key that encrypts it. Used only at creation. Default: the account's key for ElastiCache."""
    notification_topic_arn: TopicArn | None = None
    """ARN of an SNS topic that is notified of failovers and updates. Default: none."""
    tags: AwsTags = {}
    """Tags. Default: none."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the inputs of children: replication_group, parameter_group. Mappings are merged, anything else is replaced."""

    @rule
    def _windows_are_apart(self) -> None:
        daily, weekly = ("snapshot_window", self.snapshot_window), ("maintenance_window", self.maintenance_window)
        check_windows(daily, weekly, LEAST_WINDOW_MINUTES)

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, OVERRIDABLE)

    @property
    def family(self) -> str:
        """The parameter group's family: that of the major version."""
        return self.family_of(self.version)

    @staticmethod
    def family_of(version: str) -> str:
        """The family of parameters of a version of Valkey."""
        return f"valkey{version.partition('.')[0]}"


class ElastiCacheModel(ElastiCacheOptions, Placed):
    """Arguments of ElastiCache."""

    vpc_id: InputText
    """ID of the VPC."""
    subnet_ids: list[InputText] = Field(min_length=1)
    """IDs of private subnets; of at least two zones with `replicas`. Used only at creation."""
    clients: dict[str, InputText]
    """IDs of the security groups whose members may connect, by a name of your choice: {"nodes": ...}. Nobody else may."""

    @rule
    def _replicas_have_a_zone(self) -> None:
        if self.replicas and len(self.subnet_ids) < 2:
            raise ValueError("replicas need subnet_ids of at least two zones: specify another subnet, or set replicas to 0")


class ElastiCache(Component[ElastiCacheModel]):
    """A Valkey of Amazon ElastiCache: private, encrypted, reached over TLS with a password only.

    One set of servers that hold all data, as Sidekiq cannot use Redis Cluster. A full memory refuses new jobs instead of
    dropping old ones (maxmemory-policy noeviction, which Sidekiq asks for). Nothing that can be changed here replaces it.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """REDIS_URL: rediss://:password@host:port/0. Secret."""
    host: pulumi.Output[str]
    """Host name of the server that takes writes."""
    port: pulumi.Output[int]
    """Port, 6379."""
    security_group_id: pulumi.Output[str]
    """ID of its security group."""

    def __init__(self, name: str, args: ElastiCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_name("ElastiCache", name, STORE, SECURITY_GROUP)
        super().__init__(name, args, ElastiCacheModel, opts)
        cache = self._arguments

        password = password_of(name, cache.auth_token, self, check_elasticache_token)
        security_group = private_security_group(name, cache.vpc_id, PORT, cache.clients, self)
        subnet_group = SubnetGroup(name, subnet_ids=cache.subnet_ids, tags=cache.tags, opts=pulumi.ResourceOptions(parent=self))
        parameter_group = self._parameter_group(name, cache)
        group = self._replication_group(
            name,
            cache,
            auth_token=password,
            security_group_ids=[security_group.id],
            subnet_group_name=subnet_group.name,
            parameter_group_name=parameter_group.name,
        )

        self.host = group.primary_endpoint_address
        self.port = group.port.apply(lambda port: int(port or PORT))
        url = pulumi.Output.concat("rediss://:", in_url(password), "@", self.host, f":{PORT}/0")
        self.url = security_group.once_open(pulumi.Output.secret(url))
        self.security_group_id = security_group.id
        self._register_outputs()

    def _parameter_group(self, name: str, cache: ElastiCacheModel) -> ParameterGroup:
        inputs: dict[str, Any] = {
            "family": cache.family,
            "description": f"Parameters of {name}",
            "parameters": [{"name": "maxmemory-policy", "value": "noeviction"}],
            "tags": cache.tags,
        }
        return ParameterGroup(
            name,
            **overridden(inputs, cache.overrides, "parameter_group"),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _replication_group(self, name: str, cache: ElastiCacheModel, **connected: Any) -> ReplicationGroup:
        inputs: dict[str, Any] = {
            "description": f"Redis of {name}",
            "engine": "valkey",
            "engine_version": cache.version,
            "node_type": cache.node_type,
            "num_cache_clusters": cache.replicas + 1,
            "automatic_failover_enabled": cache.replicas > 0,
            "multi_az_enabled": cache.replicas > 0,
            "at_rest_encryption_enabled": True,
            "transit_encryption_enabled": True,
            "auth_token_update_strategy": "ROTATE",
            "auto_minor_version_upgrade": True,
            "snapshot_retention_limit": cache.snapshot_days,
            "snapshot_window": cache.snapshot_window,
            "maintenance_window": cache.maintenance_window,
            "apply_immediately": cache.apply_immediately,
            "tags": cache.tags,
            "replication_group_id": fixed_name(name, LONGEST_CACHE_ID, suffix_of(name, self)),
            **connected,
        }
        if cache.kms_key_id is not None:
            inputs["kms_key_id"] = cache.kms_key_id
        if cache.notification_topic_arn is not None:
            inputs["notification_topic_arn"] = cache.notification_topic_arn
        given = cache.overrides.get("replication_group", {})
        # Another one would replace the cache.
        kept = [] if "replication_group_id" in given else ["replicationGroupId"]
        return ReplicationGroup(
            name,
            **overridden(inputs, cache.overrides, "replication_group"),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=cache.protect,
                ignore_changes=[*READ_ONCE, *kept],
                hooks=upgrade_hooks("ElastiCache", name, cache.apply_immediately, cache.family_of),
            ),
        )
