"""RdsDatabase: PostgreSQL or MySQL in a VPC of AWS."""

from typing import Any

import pulumi
import pulumi_random as random
from pulumi_aws.iam import Role, RolePolicyAttachment
from pulumi_aws.rds import Instance, ParameterGroup, SubnetGroup

from railbed.args import RdsDatabaseArgs
from railbed.aws.fixed_names import fixed_name, suffix_of
from railbed.aws.iam_policy import trust_policy
from railbed.aws.major_upgrade import upgrade_hooks
from railbed.aws.names import DATABASE, LONGEST_DATABASE_ID, SECURITY_GROUP, STORE, check_name, problems_of_replicas
from railbed.aws.network.security_group import private_security_group
from railbed.aws.rds.alarms import rds_alarms
from railbed.aws.rds.arguments import RdsDatabaseModel, RdsReplica
from railbed.aws.rds.authorities import authorities_of
from railbed.aws.regions import managed_policy
from railbed.component import Component
from railbed.enums import RdsEngine
from railbed.outputs import known_after
from railbed.secrets.passwords import in_url, password_of
from railbed.stores.database_url import scheme_of, tls_options
from railbed.stores.further_databases import urls_beside
from railbed.validation.checks import InvalidArguments, checked
from railbed.validation.overrides import overridden
from railbed.watching.diagnostics import refuse

MONITORING_POLICY = "service-role/AmazonRDSEnhancedMonitoringRole"

ENGINES = {RdsEngine.POSTGRESQL: "postgres", RdsEngine.MYSQL: "mysql"}
LOGS = {RdsEngine.POSTGRESQL: ["postgresql", "upgrade"], RdsEngine.MYSQL: ["error", "slowquery"]}
FORCED_TLS = {RdsEngine.POSTGRESQL: ("rds.force_ssl", "1"), RdsEngine.MYSQL: ("require_secure_transport", "1")}

READ_ONCE = ["availabilityZone", "dbName", "username", "kmsKeyId", "snapshotIdentifier", "restoreToPointInTime"]
"""Inputs whose change would replace the database by an empty one: they count when it is created, and never again.

https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/instance.go (ForceNew)
"""


class RdsDatabase(Component[RdsDatabaseModel]):
    """A database of Amazon RDS: private, encrypted, reached over TLS only, with backups to any second of two weeks.

    Nothing that can be changed here replaces it. Pulumi and AWS both refuse to delete it until `protect` is false, and then
    a last snapshot stays.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """DATABASE_URL: postgresql://user:password@host:port/database?sslmode=require, or mysql2://... Secret."""
    authorities: pulumi.Output[str]
    """Certificates of RDS' authorities in the region, in PEM, for `database_authorities` of what runs on Kubernetes; empty
    without `verify_certificate`, and with `authorities_path`."""
    host: pulumi.Output[str]
    """Host name."""
    port: pulumi.Output[int]
    """Port."""
    database_urls: pulumi.Output[dict[str, str]]
    """URLs of `databases`, by their names. Secret."""
    replica_urls: pulumi.Output[dict[str, str]]
    """URLs of the copies to read from, by name. Secret."""
    identifier: pulumi.Output[str]
    """Identifier in RDS, for the AWS console and for restoring."""
    security_group_id: pulumi.Output[str]
    """ID of its security group."""

    def __init__(self, name: str, args: RdsDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_name("RdsDatabase", name, STORE, DATABASE, SECURITY_GROUP)
        database = checked(RdsDatabaseModel, args, f"RdsDatabase '{name}'")
        if problems := problems_of_replicas(name, database.replicas):
            raise InvalidArguments(f"RdsDatabase '{name}'", problems)
        super().__init__(name, database, RdsDatabaseModel, opts)
        self._name, self._database = name, database

        password = password_of(name, database.password, self, database.check_password)
        self._suffix = suffix_of(name, self)
        security_group = private_security_group(name, database.vpc_id, database.chosen_port, database.clients, self)
        shared = {
            "vpc_security_group_ids": [security_group.id],
            "parameter_group_name": self._parameter_group().name,
            **self._monitoring(),
        }
        instance = self._instance(self._subnet_group(), password, shared)
        replicas = {replica: self._replica(replica, wanted, instance, shared) for replica, wanted in database.replicas.items()}
        rds_alarms(name, database, instance, self)

        self.host, self.port, self.identifier = instance.address, instance.port, instance.identifier
        self.url = security_group.once_open(self._url(instance, instance, password))
        self.database_urls = urls_beside(self.url, database.databases)
        self.replica_urls = pulumi.Output.secret(
            pulumi.Output.all(**{replica: self._url(copy, instance, password) for replica, copy in replicas.items()})
        )
        self.security_group_id = security_group.id
        self.authorities = self._authorities(instance)
        self._register_outputs()

    def _subnet_group(self) -> SubnetGroup:
        return SubnetGroup(
            self._name,
            subnet_ids=self._database.subnet_ids,
            tags=self._database.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _parameter_group(self) -> ParameterGroup:
        forced = FORCED_TLS[self._database.engine]
        parameters = [
            # RDS refuses "immediate" for static parameters.
            {"name": key, "value": value, "apply_method": "pending-reboot"}
            for key, value in sorted([forced, *self._database.parameters.items()])
        ]
        inputs: dict[str, Any] = {
            "family": self._database.family,
            "description": f"Parameters of {self._name}",
            "parameters": parameters,
            "tags": self._database.tags,
        }
        # A major upgrade replaces it; the new one comes first, as its name is Pulumi's.
        return ParameterGroup(
            self._name,
            **overridden(inputs, self._database.overrides, "parameter_group"),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _monitoring(self) -> dict[str, Any]:
        insights = self._database.has_insights and self._database.performance_insights is not False
        inputs: dict[str, Any] = {"performance_insights_enabled": insights}
        if insights:
            inputs["performance_insights_retention_period"] = 7
        if self._database.monitoring_seconds:
            inputs["monitoring_interval"] = self._database.monitoring_seconds
            inputs["monitoring_role_arn"] = self._monitoring_role()
        return inputs

    def _monitoring_role(self) -> pulumi.Output[str]:
        opts = pulumi.ResourceOptions(parent=self)
        trust = trust_policy("monitoring.rds.amazonaws.com")
        role = Role(f"{self._name}-monitoring", assume_role_policy=trust, tags=self._database.tags, opts=opts)
        policy = role.arn.apply(lambda arn: managed_policy(arn, MONITORING_POLICY))
        attached = RolePolicyAttachment(f"{self._name}-monitoring", role=role.name, policy_arn=policy, opts=opts)
        return known_after(role.arn, attached)

    def _instance(self, subnet_group: SubnetGroup, password: pulumi.Output[str], shared: dict[str, Any]) -> Instance:
        database = self._database
        inputs: dict[str, Any] = {
            "identifier": fixed_name(self._name, LONGEST_DATABASE_ID, self._suffix),
            "engine": ENGINES[database.engine],
            "engine_version": database.chosen_version,
            "allow_major_version_upgrade": database.allow_major_upgrade,
            "auto_minor_version_upgrade": True,
            "instance_class": database.instance_class,
            "allocated_storage": database.storage_gb,
            "max_allocated_storage": database.storage_limit,
            "storage_type": "gp3",
            "storage_encrypted": True,
            "multi_az": database.multi_az,
            "db_subnet_group_name": subnet_group.name,
            "publicly_accessible": False,
            "port": database.chosen_port,
            "db_name": database.database,
            "username": database.username,
            "password": password,
            "iam_database_authentication_enabled": database.iam_authentication,
            "enabled_cloudwatch_logs_exports": LOGS[database.engine],
            "backup_retention_period": database.backup_days,
            "backup_window": database.backup_window,
            "maintenance_window": database.maintenance_window,
            "apply_immediately": database.apply_immediately,
            "copy_tags_to_snapshot": True,
            "deletion_protection": database.protect,
            "delete_automated_backups": False,
            "tags": database.tags,
            **shared,
            **self._final_snapshot(),
            **self._source(),
        }
        if database.kms_key_id is not None:
            inputs["kms_key_id"] = database.kms_key_id
        # One that is there would be renamed, and have another address.
        kept = [] if "identifier" in database.overrides.get("instance", {}) else ["identifier"]
        return Instance(
            self._name,
            **overridden(inputs, database.overrides, "instance"),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=database.protect,
                ignore_changes=[*READ_ONCE, *kept],
                hooks=upgrade_hooks("RdsDatabase", self._name, database.apply_immediately, database.family_of),
            ),
        )

    def _final_snapshot(self) -> dict[str, Any]:
        if not self._database.final_snapshot:
            return {"skip_final_snapshot": True}
        # Two databases of the same name, one after the other, must not want the same snapshot.
        suffix = random.RandomString(
            f"{self._name}-final-snapshot", length=8, special=False, upper=False, opts=pulumi.ResourceOptions(parent=self)
        )
        name = pulumi.Output.concat(f"{self._name}-final-", suffix.result)
        return {"skip_final_snapshot": False, "final_snapshot_identifier": name}

    def _source(self) -> dict[str, Any]:
        restore = self._database.restore
        if restore is None:
            return {}
        if restore.snapshot_identifier is not None:
            return {"snapshot_identifier": restore.snapshot_identifier}
        when = {"restore_time": restore.time} if restore.time else {"use_latest_restorable_time": True}
        return {"restore_to_point_in_time": {"source_db_instance_identifier": restore.source_identifier, **when}}

    def _replica(self, replica: str, wanted: RdsReplica, instance: Instance, shared: dict[str, Any]) -> Instance:
        return Instance(
            f"{self._name}-{replica}",
            identifier=fixed_name(f"{self._name}-{replica}", LONGEST_DATABASE_ID, self._suffix),
            replicate_source_db=instance.identifier,
            instance_class=wanted.instance_class or self._database.instance_class,
            storage_encrypted=True,
            publicly_accessible=False,
            auto_minor_version_upgrade=True,
            copy_tags_to_snapshot=True,
            # It holds nothing of its own.
            skip_final_snapshot=True,
            apply_immediately=self._database.apply_immediately,
            tags=self._database.tags,
            **shared,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["identifier"]),
        )

    def _authorities(self, instance: Instance) -> pulumi.Output[str]:
        if not self._database.mounts_authorities:
            return pulumi.Output.from_input("")

        async def found(arn: str) -> str:
            try:
                return authorities_of(arn.split(":")[3])
            except ValueError as error:
                await refuse(f"RdsDatabase '{self._name}': {error}")
                raise

        return instance.arn.apply(found)

    def _url(self, server: Instance, owner: Instance, password: pulumi.Output[str]) -> pulumi.Output[str]:
        scheme = scheme_of(self._database.engine_name, self._database.adapter)
        options = tls_options(scheme, self._database.chosen_authorities)
        parts = (f"{scheme}://", owner.username, ":", in_url(password), "@", server.endpoint, "/", owner.db_name, f"?{options}")
        return pulumi.Output.secret(pulumi.Output.concat(*parts))
