"""Data outlives whatever somebody deploys."""

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_policy import PolicyConfigSchema, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

STORES = {
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "digitalocean:index/databaseCluster:DatabaseCluster",
}
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.name in args.get_config().get("except", []):
        return
    for problem in _problems(args):
        report_violation(f"{args.name}: {problem}", None)


def _problems(args: ResourceValidationArgs) -> Iterator[str]:
    props = args.props
    if args.resource_type in STORES and not props.get("replicateSourceDb"):
        if not args.opts.protect:
            yield (
                "it is not protected, so that Pulumi would delete or replace it, and its data with it: set protect to true, or "
                "name it in the policy's `except` if its data may go"
            )
        if args.resource_type == "aws:rds/instance:Instance":
            yield from _of_rds(props)
    if args.resource_type == STATEFUL_SET and "volumeClaimTemplates" in props["spec"]:
        retention = props["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
        if retention.get("whenDeleted") == "Delete":
            yield "its volume would be deleted with it: keep it (whenDeleted: Retain)"


def _of_rds(props: Mapping[str, Any]) -> Iterator[str]:
    if not props.get("deletionProtection"):
        yield "AWS would let anybody delete it: set deletionProtection to true"
    if props.get("skipFinalSnapshot"):
        yield "nothing would be left of it when it goes: leave a final snapshot"
    if not props.get("backupRetentionPeriod"):
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
