"""The limits that AWS' API models tell in words only, by operation: member, words, and what they allow."""

from collections.abc import Callable

from tests.judges.aws_documented import Allowed, Documented


def between(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: text.isdecimal() and least <= int(text) <= most


def one_of(*values: str | int) -> Callable[[str], bool]:
    allowed = {str(value) for value in values}
    return lambda text: text in allowed


def server_name(longest: int) -> str:
    """Letters, digits and single hyphens, a letter first, no hyphen last."""
    return rf"(?!.*--)(?=.{{1,{longest}}}$)[A-Za-z][A-Za-z0-9-]*(?<!-)"


def is_password(text: str) -> bool:
    return 8 <= len(text) <= 128 and all("!" <= character <= "~" and character not in '/"@' for character in text)


ECS_NAME = "[A-Za-z0-9_-]{1,255}"
ECS_WORDS = "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed."
GROUP_WORDS = "Up to 255 characters in length"
OF_GROUP = r"[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}"
WEEKDAY = "(mon|tue|wed|thu|fri|sat|sun)"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
WEEKLY = f"{WEEKDAY}:{TIME}-{WEEKDAY}:{TIME}"
RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

_TOLD: dict[str, list[tuple[str, str, Allowed] | tuple[str, str, Allowed, str]]] = {
    "autoscaling CreateAutoScalingGroup": [
        ("AutoScalingGroupName", "You cannot use a colon (:) in the name.", "[!-9;-~]+"),
    ],
    "cloudwatch PutMetricAlarm": [
        (
            "Period",
            "Valid values are 10, 20, 30, and any multiple of 60.",
            lambda text: text in ("10", "20", "30") or int(text) % 60 == 0,
        ),
    ],
    "logs PutRetentionPolicy": [
        (
            "retentionInDays",
            f"Possible values are: {', '.join(map(str, RETENTION[:-1]))}, and {RETENTION[-1]}.",
            one_of(*RETENTION),
        ),
    ],
    "ec2 CreateSecurityGroup": [
        ("GroupName", "Constraints: Up to 255 characters in length. Can't start with sg- .", f"(?!sg-){OF_GROUP}"),
        ("Description", "Valid characters: a-z, A-Z, 0-9, spaces, and ._-:/()#,@", OF_GROUP),
    ],
    "ec2 AuthorizeSecurityGroupIngress": [
        ("IpPermissions.IpRanges.Description", GROUP_WORDS, OF_GROUP),
    ],
    "ec2 AuthorizeSecurityGroupEgress": [
        ("IpPermissions.IpRanges.Description", GROUP_WORDS, OF_GROUP),
    ],
    "ecs CreateCluster": [
        ("clusterName", ECS_WORDS, ECS_NAME),
        (
            "settings.value",
            "The supported values are enhanced , enabled , and disabled .",
            one_of("enhanced", "enabled", "disabled"),
        ),
    ],
    "ecs CreateService": [
        ("serviceName", ECS_WORDS, ECS_NAME),
    ],
    "ecs RegisterTaskDefinition": [
        ("family", ECS_WORDS, ECS_NAME),
        ("containerDefinitions.name", ECS_WORDS, ECS_NAME),
        ("containerDefinitions.memory", "So, don't specify less than 6 MiB of memory for your containers.", between(6, 10**7)),
        (
            "containerDefinitions.stopTimeout",
            "For tasks that use the Fargate launch type, the max stop timeout value is 120 seconds",
            between(0, 120),
        ),
        ("containerDefinitions.healthCheck.interval", "You may specify between 5 and 300 seconds.", between(5, 300)),
        ("containerDefinitions.healthCheck.timeout", "You may specify between 2 and 60 seconds.", between(2, 60)),
        ("containerDefinitions.healthCheck.retries", "You may specify between 1 and 10 retries.", between(1, 10)),
        ("containerDefinitions.healthCheck.startPeriod", "You can specify between 0 and 300 seconds.", between(0, 300)),
    ],
    "ecs CreateCapacityProvider": [
        ("name", 'The name can\'t be prefixed with " aws ", " ecs ", or " fargate ".', f"(?!aws|ecs|fargate){ECS_NAME}"),
    ],
    "elasticache CreateReplicationGroup": [
        (
            "ReplicationGroupId",
            "A name must contain from 1 to 40 alphanumeric characters or hyphens.",
            server_name(40),
        ),
        (
            "AuthToken",
            "The only permitted printable special characters are !, &, #, $, ^, <, >, and -.",
            "[A-Za-z0-9!&#$^<>-]{16,128}",
        ),
        ("NumCacheClusters", "The maximum permitted value for NumCacheClusters is 6", between(1, 6)),
        ("Engine", "The value must be set to valkey or redis .", one_of("valkey", "redis")),
        (
            "PreferredMaintenanceWindow",
            "It is specified as a range in the format ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC).",
            WEEKLY,
        ),
    ],
    "elasticache CreateCacheParameterGroup": [
        ("CacheParameterGroupFamily", "Valid values are: valkey8 | valkey7 |", "valkey[78]"),
    ],
    "elasticache CreateCacheSubnetGroup": [
        ("CacheSubnetGroupName", "Must contain no more than 255 alphanumeric characters or hyphens.", "[A-Za-z0-9-]{1,255}"),
    ],
    "elbv2 CreateLoadBalancer": [
        (
            "Name",
            'must not begin or end with a hyphen, and must not begin with "internal-".',
            "(?!internal-)(?=.{1,32}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
        ),
    ],
    "elbv2 CreateTargetGroup": [
        (
            "Name",
            "can have a maximum of 32 characters, must contain only alphanumeric characters or hyphens",
            "(?=.{1,32}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
        ),
        (
            "Matcher.HttpCode",
            "For Application Load Balancers, you can specify values between 200 and 499",
            "[234][0-9]{2}([,-][234][0-9]{2})*",
        ),
    ],
    "elbv2 CreateRule": [
        (
            "Conditions.HostHeaderConfig.Values",
            'You must include at least one "." character.',
            r"(?=.{3,128}$)[A-Za-z0-9*?.-]*\.[A-Za-z0-9-]+",
        ),
    ],
    "elbv2 ModifyLoadBalancerAttributes": [
        (
            "Attributes",
            "idle_timeout.timeout_seconds - The idle timeout value, in seconds. The valid range is 1-4000 seconds.",
            between(1, 4000),
            "idle_timeout.timeout_seconds",
        ),
        (
            "Attributes",
            "The possible values are monitor , defensive , and strictest .",
            one_of("monitor", "defensive", "strictest"),
            "routing.http.desync_mitigation_mode",
        ),
    ],
    "elbv2 ModifyTargetGroupAttributes": [
        ("Attributes", "The range is 0-3600 seconds.", between(0, 3600), "deregistration_delay.timeout_seconds"),
        (
            "Attributes",
            "The value is round_robin , least_outstanding_requests , or weighted_random .",
            one_of("round_robin", "least_outstanding_requests", "weighted_random"),
            "load_balancing.algorithm.type",
        ),
    ],
    "kms ScheduleKeyDeletion": [
        ("PendingWindowInDays", "If you include a value, it must be between 7 and 30, inclusive.", between(7, 30)),
    ],
    "rds CreateDBInstance": [
        (
            "DBInstanceIdentifier",
            "First character must be a letter. Can't end with a hyphen or contain two consecutive hyphens.",
            server_name(63),
        ),
        (
            "DBName",
            "Must begin with a letter. Subsequent characters can be letters, underscores, or digits (0-9).",
            "[A-Za-z][A-Za-z0-9_]{0,62}",
        ),
        (
            "MasterUsername",
            "Must be 1 to 16 letters, numbers, or underscores. First character must be a letter.",
            "[A-Za-z][A-Za-z0-9_]{0,15}",
        ),
        ("MasterUserPassword", 'Can include any printable ASCII character except "/", """, or "@".', is_password),
        ("AllocatedStorage", "(gp2, gp3): Must be an integer from 20 to 65536.", between(20, 65536)),
        ("BackupRetentionPeriod", "Must be a value from 0 to 35.", between(0, 35)),
        ("MonitoringInterval", "Valid Values: 0 | 1 | 5 | 10 | 15 | 30 | 60", one_of(0, 1, 5, 10, 15, 30, 60)),
        (
            "PerformanceInsightsRetentionPeriod",
            "Valid Values: 7 month * 31, where month is a number of months from 1-23.",
            one_of(7, 731, *(31 * month for month in range(1, 24))),
        ),
        (
            "PreferredMaintenanceWindow",
            "Must be in the format ddd:hh24:mi-ddd:hh24:mi . The day values must be mon | tue | wed | thu | fri | sat | sun .",
            WEEKLY,
        ),
        ("PreferredBackupWindow", "Must be in the format hh24:mi-hh24:mi .", f"{TIME}-{TIME}"),
        ("Port", "Valid Values: 1150-65535", between(1150, 65535)),
        ("StorageType", "Valid Values: gp2 | gp3 | io1 | io2 | standard", one_of("gp2", "gp3", "io1", "io2", "standard")),
        ("Engine", "mariadb mysql oracle-ee", one_of("postgres", "mysql")),
        (
            "EnableCloudwatchLogsExports",
            "RDS for MySQL - audit | error | general | slowquery | iam-db-auth-error",
            one_of("audit", "error", "general", "slowquery", "postgresql", "upgrade", "iam-db-auth-error"),
        ),
    ],
    "rds DeleteDBInstance": [
        (
            "FinalDBSnapshotIdentifier",
            "First character must be a letter. Can't end with a hyphen or contain two consecutive hyphens.",
            server_name(255),
        ),
    ],
    "rds CreateDBParameterGroup": [
        (
            "DBParameterGroupName",
            "Must be 1 to 255 letters, numbers, or hyphens. First character must be a letter",
            server_name(255),
        ),
    ],
    "rds CreateDBSubnetGroup": [
        (
            "DBSubnetGroupName",
            "Must not be default. First character must be a letter.",
            "(?!default$)[A-Za-z][A-Za-z0-9._ -]{0,254}",
        ),
    ],
    "secretsmanager CreateSecret": [
        (
            "Name",
            "Do not end your secret name with a hyphen followed by six characters.",
            "(?!.*-.{6}$)[A-Za-z0-9/_+=.@-]+",
        ),
    ],
    "secretsmanager DeleteSecret": [
        ("RecoveryWindowInDays", "The number of days from 7 to 30", between(7, 30)),
    ],
    "ssm PutParameter": [
        (
            "Name",
            'A parameter name can\'t be prefixed with " aws " or " ssm " (case-insensitive).',
            "(?!(?i:aws|ssm))[A-Za-z0-9_./-]+",
        ),
        ("Value", "Standard parameters have a value limit of 4 KB.", lambda text: len(text.encode()) <= 4096),
    ],
    "stepfunctions CreateStateMachine": [
        (
            "name",
            "To enable logging with CloudWatch Logs, the name should only contain 0-9, A-Z, a-z, - and _.",
            "[A-Za-z0-9_-]+",
        ),
    ],
}

DOCUMENTED = [Documented(*operation.split(), *told) for operation, rows in _TOLD.items() for told in rows]
