"""What can be said about an RDS database."""

import re
from typing import Annotated, Any, TypeAlias

from pulumi_aws.rds import InstanceArgs, ParameterGroupArgs
from pydantic import AfterValidator, Field

from railbed.aws.identifiers import KmsKeyArn, TopicArn
from railbed.aws.instance_types import RdsInstanceClass
from railbed.aws.rds.restore import RdsRestore
from railbed.aws.rds.sql_names import check_sql_names
from railbed.aws.tags import AwsTags
from railbed.aws.windows import DailyWindow, WeeklyWindow, check_windows
from railbed.description.app import AbsolutePath
from railbed.enums import RdsEngine
from railbed.secrets.passwords import RdsPassword, check_rds_password
from railbed.stores.database_options import DatabaseUrlOptions
from railbed.stores.database_url import AUTHORITIES_PATH
from railbed.stores.further_databases import DatabaseNames
from railbed.validation.arguments import Arguments, Placed
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import InputText, matching

OVERRIDABLE = {"instance": InstanceArgs, "parameter_group": ParameterGroupArgs}
"""Children whose arguments a program may change."""

WITHOUT_INSIGHTS = re.compile(r"db\.(t2|t3|t4g)\.(micro|small)")
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html"""

LEAST_WINDOW_MINUTES = 30

LARGEST_STORAGE_GB = 65536

MOST_CONNECTIONS = 262143
"""Of PostgreSQL: https://www.postgresql.org/docs/current/runtime-config-connection.html"""

MOST_REPLICAS = 15
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html"""

_VERSIONS = {
    RdsEngine.POSTGRESQL: (r"(1[1-9]|[2-9]\d)(\.\d+)?", "17 or 17.6"),
    RdsEngine.MYSQL: (r"[5-9]\.\d+(\.\d+)?", "8.4 or 8.4.6"),
}

ReplicaName: TypeAlias = Annotated[
    str, matching("[a-z0-9]+(-[a-z0-9]+)*", "use lower case letters, digits and single dashes between them")
]
"""Name of a copy, as a part of its identifier."""

ServerName: TypeAlias = Annotated[
    str, matching("[a-z][a-z0-9_]{0,30}", "use up to 31 lower-case letters, digits and underscores, a letter first")
]


def _parameters(values: dict[str, str]) -> dict[str, str]:
    for name, value in values.items():
        if not re.fullmatch("[a-z0-9_.]+", name):
            raise ValueError(f"'{name}' is not a parameter: name it as in log_min_duration_statement")
        # Formulas of RDS stand in braces or are functions: {DBInstanceClassMemory/9531392}, LEAST(...).
        formula = re.fullmatch(r"\{.+\}|(GREATEST|LEAST|SUM)\(.+\)", value)
        if name == "max_connections" and not formula and not (value.isdecimal() and int(value) <= MOST_CONNECTIONS):
            raise ValueError(
                f"max_connections is '{value[:20]}': specify a number up to {MOST_CONNECTIONS} or a formula of RDS"
            )
    return values


class RdsReplica(Arguments):
    """A copy to read from."""

    instance_class: RdsInstanceClass | None = None
    """Size of its server. Default: the database's."""


class RdsDatabaseOptions(DatabaseUrlOptions):
    """Options of RdsDatabase."""

    engine: RdsEngine = RdsEngine.POSTGRESQL
    """Engine: postgresql or mysql. A change would mean another database: with `protect` Pulumi refuses it. Default
    postgresql."""
    version: Annotated[str, matching(r"\d+(\.\d+){0,2}", "specify a version, such as 17 or 17.6")] | None = None
    """Version, major ("17") or exact ("17.6"). Minor ones follow by themselves; a higher major one needs `allow_major_upgrade`.
    Default: 17, or 8.4 of MySQL."""
    allow_major_upgrade: bool = False
    """Whether a higher major version in `version` may be installed, in place, with minutes of downtime, at once: it needs
    `apply_immediately`. It cannot be undone: take a snapshot first. Default false."""
    instance_class: RdsInstanceClass = "db.t4g.small"
    """Size of the server. A change restarts it, in the maintenance window unless `apply_immediately`. Default db.t4g.small: 2
    vCPU, 2 GiB."""
    storage_gb: int = Field(20, ge=20, le=LARGEST_STORAGE_GB)
    """Gigabytes of storage (gp3, 3,000 operations a second). It can grow, at most every six hours, and never shrinks. Default
    20, the least that gp3 has."""
    max_storage_gb: int | None = Field(None, ge=0, le=LARGEST_STORAGE_GB)
    """Gigabytes up to which RDS enlarges the storage by itself when it gets full; 0 does not. Default: five times
    `storage_gb`, 65536 at most."""
    multi_az: bool = False
    """Whether a standby in another zone takes over within a minute or two; doubles the price. Default false."""
    replicas: dict[ReplicaName, RdsReplica] = Field({}, max_length=MOST_REPLICAS)
    """Copies to read from, by name. Default: none."""
    database: ServerName = "app"
    """Name of the database in it. Used only at creation. Default app."""
    username: ServerName = "app"
    """Name of the owner. Used only at creation. Default app."""
    password: RdsPassword | None = None
    """The owner's password: 8 characters of ASCII or more, without spaces and / " @; of MySQL at most 41. A change takes effect
    at once, and rolls what uses `url`. Default: generated."""
    port: int | None = Field(None, ge=1150, le=65535)
    """Port. A change restarts the database. Default: 5432, or 3306 of MySQL."""
    backup_days: int = Field(14, ge=1, le=35)
    """Days, 1 to 35, to any second of which the database can be restored. Default 14."""
    backup_window: DailyWindow = "03:00-04:00"
    """Daily time of the backup in UTC, 30 minutes at least. Default 03:00-04:00."""
    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """Weekly time for updates and changes that interrupt, in UTC, 30 minutes at least and apart from `backup_window`. Default
    sun:04:30-sun:05:30."""
    apply_immediately: bool = False
    """Whether changes that restart the database happen at once instead of in the maintenance window. Default false."""
    protect: bool = True
    """Whether Pulumi and AWS both refuse to delete it: set to false and update before you destroy. Default true."""
    final_snapshot: bool = True
    """Whether deleting it leaves a last snapshot. Default true."""
    restore: RdsRestore | None = None
    """Where its data comes from. Used only at creation. Default: an empty database."""
    kms_key_id: KmsKeyArn | None = None
    """ARN of the KMS key that encrypts it. Used only at creation. Default: the account's key for RDS."""
    authorities_path: AbsolutePath | None = None
    """Path of a PEM file in the application's image with the certificates of RDS' authorities, with `verify_certificate`.
    Default: where Kubernetes mounts those of `authorities`; ECS mounts none, so there it is required."""
    iam_authentication: bool = False
    """Whether IAM identities may log in too. Default false."""
    performance_insights: bool | None = None
    """Whether to keep a week of what the database waited for, free of charge. Default: true where the size has it."""
    monitoring_seconds: int = 60
    """Interval of measurements of the operating system: 0 (none), 1, 5, 10, 15, 30, 60. Default 60."""
    alarm_topic_arns: list[TopicArn] = []
    """ARNs of SNS topics that are notified of alarms: processor, storage, memory. Default: only CloudWatch shows alarms."""
    parameters: Annotated[dict[str, str], AfterValidator(_parameters)] = {}
    """Parameters of the server, such as {"log_min_duration_statement": "500"}, in force from its next restart. Default: none
    but forced TLS."""
    tags: AwsTags = {}
    """Tags of the database and its snapshots. Default: none."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the inputs of children: instance, parameter_group. Mappings are merged, anything else is replaced."""

    @rule
    def _sizes_fit(self) -> None:
        if self.max_storage_gb and self.max_storage_gb < self.storage_gb * 1.1:
            least = -(-self.storage_gb * 11 // 10)
            raise ValueError(
                f"max_storage_gb is {self.max_storage_gb} and storage_gb {self.storage_gb}: RDS wants at least a tenth more: "
                f"specify {least} or more, or 0"
            )
        if self.performance_insights and not self.has_insights:
            raise ValueError(
                f"performance_insights: {self.instance_class} with {self.engine.value} has none: "
                "take db.t4g.medium or larger, or remove it"
            )
        if self.monitoring_seconds not in (0, 1, 5, 10, 15, 30, 60):
            raise ValueError(f"monitoring_seconds is {self.monitoring_seconds}: RDS knows 0, 1, 5, 10, 15, 30 and 60")

    @rule
    def _name_is_free(self) -> None:
        # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        reserved = {"postgres", "rdsadmin", "admin"} if self.engine is RdsEngine.POSTGRESQL else {"mysql", "root", "rdsadmin"}
        if self.username in reserved:
            raise ValueError(f"username {self.username} is reserved by RDS: use another, such as app")
        check_sql_names(self.engine, self.username, self.database)

    @rule
    def _version_is_of_the_engine(self) -> None:
        form, example = _VERSIONS[self.engine]
        if self.version is not None and not re.fullmatch(form, self.version):
            raise ValueError(f"version {self.version} is not a {self.engine.value} version: specify one such as {example}")

    @rule
    def _windows_are_apart(self) -> None:
        daily, weekly = ("backup_window", self.backup_window), ("maintenance_window", self.maintenance_window)
        check_windows(daily, weekly, LEAST_WINDOW_MINUTES)

    @rule
    def _password_is_accepted(self) -> None:
        if isinstance(self.password, str) and len(self.password) > self.longest_password:
            raise ValueError(
                f"password: (not shown) is too long: {self.engine.value} on RDS allows {self.longest_password} characters "
                "at most"
            )

    @property
    def longest_password(self) -> int:
        """Characters that a password may have.

        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUserPassword)
        """
        return 128 if self.engine is RdsEngine.POSTGRESQL else 41

    def check_password(self, password: str) -> str:
        """The password, if RDS takes it for the engine. Raises `ValueError`."""
        if len(password) > self.longest_password:
            raise ValueError(f"is too long: {self.engine.value} on RDS allows {self.longest_password} characters at most")
        return check_rds_password(password)

    @rule
    def _tls_is_forced(self) -> None:
        if switch := set(self.parameters) & {"rds.force_ssl", "require_secure_transport"}:
            raise ValueError(f"parameters.{switch.pop()} is always on: remove it")

    @rule
    def _authorities_are_used(self) -> None:
        if self.authorities_path is not None and not self.verify_certificate:
            raise ValueError("authorities_path has no effect without verify_certificate: set it to true, or remove the path")

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, OVERRIDABLE)

    @property
    def engine_name(self) -> str:
        """The engine, postgresql or mysql."""
        return self.engine.value

    @property
    def storage_limit(self) -> int:
        """Gigabytes up to which RDS enlarges the storage by itself; 0 is never."""
        if self.max_storage_gb is not None:
            return self.max_storage_gb
        most = min(self.storage_gb * 5, LARGEST_STORAGE_GB)
        return most if most >= self.storage_gb * 1.1 else 0

    @property
    def has_insights(self) -> bool:
        """Whether servers of this size record what they wait for."""
        return self.engine is RdsEngine.POSTGRESQL or not WITHOUT_INSIGHTS.fullmatch(self.instance_class)

    @property
    def chosen_version(self) -> str:
        """The version to install."""
        return self.version or ("17" if self.engine is RdsEngine.POSTGRESQL else "8.4")

    @property
    def family(self) -> str:
        """The parameter group's family: that of the major version."""
        return self.family_of(self.chosen_version)

    def family_of(self, version: str) -> str:
        """The family of parameters of a version."""
        parts = version.split(".")
        return f"postgres{parts[0]}" if self.engine is RdsEngine.POSTGRESQL else f"mysql{'.'.join([*parts, '0'][:2])}"

    @property
    def chosen_authorities(self) -> str | None:
        """Path of the authorities' certificates; None where the server is not verified."""
        return (self.authorities_path or AUTHORITIES_PATH) if self.verify_certificate else None

    @property
    def mounts_authorities(self) -> bool:
        """Whether the authorities' certificates have to be put into containers: the image does not have them."""
        return self.verify_certificate and self.authorities_path is None

    @property
    def chosen_port(self) -> int:
        """The port to listen on."""
        return self.port or (5432 if self.engine is RdsEngine.POSTGRESQL else 3306)


class RdsDatabaseModel(RdsDatabaseOptions, Placed):
    """Arguments of RdsDatabase."""

    vpc_id: InputText
    """ID of the VPC."""
    subnet_ids: list[InputText] = Field(min_length=2)
    """IDs of private subnets in at least two zones, as RDS demands even for one server."""
    clients: dict[str, InputText]
    """IDs of the security groups whose members may connect, by a name of your choice: {"nodes": ...}. Nobody else may."""
    databases: DatabaseNames = []
    """Further databases that the application has on the server, by their names in config/database.yml: "cache" is the database
    app_cache beside app. `database_urls` has their addresses; bin/rails db:prepare makes them. Default: none."""
