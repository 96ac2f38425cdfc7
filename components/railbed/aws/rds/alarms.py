"""Alarms of an RDS database, in CloudWatch."""

from typing import Any

import pulumi
from pulumi_aws.cloudwatch import MetricAlarm
from pulumi_aws.rds import Instance

from railbed.aws.rds.arguments import RdsDatabaseModel

BUSY_PERCENT = 80
LEAST_STORAGE = 0.1
"""Share of `storage_gb` below which an alarm rings: RDS itself enlarges the storage at a tenth, at most every six hours."""
LEAST_MEMORY_BYTES = 100 * 1024**2


def rds_alarms(name: str, database: RdsDatabaseModel, instance: Instance, parent: pulumi.Resource) -> None:
    """Alarms for a busy processor, a full storage and a full memory, each after a quarter of an hour."""
    storage = int(database.storage_gb * LEAST_STORAGE * 1000**3)
    _alarm(name, "cpu", "CPUUtilization", "GreaterThanThreshold", BUSY_PERCENT, database, instance, parent)
    _alarm(name, "storage", "FreeStorageSpace", "LessThanThreshold", storage, database, instance, parent)
    _alarm(name, "memory", "FreeableMemory", "LessThanThreshold", LEAST_MEMORY_BYTES, database, instance, parent)


def _alarm(
    name: str,
    what: str,
    metric: str,
    comparison: str,
    threshold: int,
    database: RdsDatabaseModel,
    instance: Instance,
    parent: pulumi.Resource,
) -> None:
    dimensions: dict[str, Any] = {"DBInstanceIdentifier": instance.identifier}
    MetricAlarm(
        f"{name}-{what}",
        alarm_description=f"{metric} of the database {name}",
        namespace="AWS/RDS",
        metric_name=metric,
        dimensions=dimensions,
        statistic="Average",
        period=300,
        evaluation_periods=3,
        comparison_operator=comparison,
        threshold=threshold,
        alarm_actions=database.alarm_topic_arns,
        ok_actions=database.alarm_topic_arns,
        tags=database.tags,
        opts=pulumi.ResourceOptions(parent=parent),
    )
