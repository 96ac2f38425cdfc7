"""Data outlives whatever somebody deploys."""

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_policy import PolicyConfigSchema, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from known import is_off, known

RDS = {
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
}
STORES = {
    *RDS,
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/serverlessCache:ServerlessCache",
    "aws:memorydb/cluster:Cluster",
    "aws:dynamodb/table:Table",
    "aws:efs/fileSystem:FileSystem",
    "digitalocean:index/databaseCluster:DatabaseCluster",
    "digitalocean:index/databaseDb:DatabaseDb",
    "digitalocean:index/volume:Volume",
}
BUCKETS = {"aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "digitalocean:index/spacesBucket:SpacesBucket"}
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.name in args.get_config().get("except", []):
        return
    for problem in _problems(args.resource_type, known(args.props), bool(args.opts.protect)):
        report_violation(f"{args.name}: {problem}", None)


def _problems(kind: str, props: Mapping[str, Any], protected: bool) -> Iterator[str]:
    if kind in STORES and not _belongs_to_another(kind, props):
        if not protected:
            yield (
                "it is not protected, so that Pulumi would delete or replace it, and its data with it: set protect to true, or "
                "name it in the policy's `except` if its data may go"
            )
        if kind in RDS:
            yield from _of_rds(kind, props)
    if kind in BUCKETS and props.get("forceDestroy"):
        yield "its files would be deleted with it: set forceDestroy to false"
    if kind.removesuffix("Patch") == STATEFUL_SET:
        retention = (props.get("spec") or {}).get("persistentVolumeClaimRetentionPolicy") or {}
        for event, what in (("whenDeleted", "deleted with it"), ("whenScaled", "deleted when it is scaled down")):
            if retention.get(event) == "Delete":
                yield f"its volume would be {what}: keep it ({event}: Retain)"


def _belongs_to_another(kind: str, props: Mapping[str, Any]) -> bool:
    """Whether it is a copy or a member of another store, or holds nothing that could be lost."""
    if kind == "aws:elasticache/cluster:Cluster":
        return bool(props.get("replicationGroupId")) or props.get("engine") == "memcached"
    return bool(props.get("replicateSourceDb"))


def _of_rds(kind: str, props: Mapping[str, Any]) -> Iterator[str]:
    if is_off(props, "deletionProtection"):
        yield "AWS would let anybody delete it: set deletionProtection to true"
    if props.get("skipFinalSnapshot"):
        yield "nothing would be left of it when it goes: leave a final snapshot"
    # A cluster has a day of them if it is not told.
    if is_off(props, "backupRetentionPeriod") and kind == "aws:rds/instance:Instance":
        yield "it has no backups: keep them for 7 days or more"


DATA_STORES_ARE_KEPT = ResourceValidationPolicy(
    name="data-stores-are-kept",
    description="Databases and caches are protected, so that no preview deletes or replaces one; they have backups.",
    validate=_check,
    config_schema=PolicyConfigSchema(
        properties={
            "except": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Names of resources whose data may go, such as those of a stack that is to be destroyed.",
            }
        }
    ),
)
