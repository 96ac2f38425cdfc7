"""Wrong settings of databases and caches of the clouds, which the user reads of before anything is made."""

from typing import Any

import pytest

from tests.unit.refused_settings import AWS, Refused, each_target, told

REFUSED: list[Refused] = [
    (
        AWS,
        {"database.replicas": {"r" * 20: {}}, "app.name": "a" * 26},
        "database.replicas.rrrrrrrrrrrrrrrrrrrr: RDS names the copy aaaaaaaaaaaaaaaaaaaaaaaaaa-database-rrrrrrrrrrrrrrrrrrrr "
        "with 8 characters that Pulumi adds, and takes 63: shorten its name by 1",
    ),
    (
        AWS,
        {"database": {"engine": "mysql", "version": "17"}},
        "database: version 17 is not a mysql version: specify one such as 8.4 or 8.4.6",
    ),
    (AWS, {"database.version": "9.6"}, "database: version 9.6 is not a postgresql version: specify one such as 17 or 17.6"),
    (AWS, {"database.username": "pg_app"}, "database: username pg_app is kept for the server's own: use another, such as app"),
    (
        AWS,
        {"database": {"engine": "mysql", "username": "u" * 17}},
        "database: username uuuuuuuuuuuuuuuuu has 17 characters: MySQL on RDS allows 16",
    ),
    (
        AWS,
        {"database.database": "template0"},
        "database: database template0 is one of the server's own: use another name, such as app",
    ),
    (
        AWS,
        {"database.username": "user"},
        "database: username user is a word of SQL, which RDS refuses: use another, such as app",
    ),
    (
        AWS,
        {"database": {"engine": "mysql", "database": "mysql"}},
        "database: database mysql is one of the server's own: use another name, such as app",
    ),
    (
        AWS,
        {"database": {"engine": "mysql"}, "secrets.RAILBED_DATABASE_PASSWORD": "p" * 42},
        "secrets.RAILBED_DATABASE_PASSWORD: (not shown) is too long: mysql on RDS allows 41 characters at most",
    ),
    (
        AWS,
        {"database.replicas": {"a--b": {}}},
        "database.replicas.a--b: found 'a--b'; use lower case letters, digits and single dashes between them",
    ),
    (
        AWS,
        {"database.replicas": {f"r{n}": {} for n in range(16)}},
        "database.replicas: found a mapping; it should be a mapping of at most 15. Copies to read from, by name.",
    ),
    (
        AWS,
        {"database.replicas": {"copy": {"instance_class": "t3.large"}}},
        "database.replicas.copy.instance_class: found 't3.large'; specify an RDS instance class, such as db.t4g.small",
    ),
    (
        AWS,
        {"database.kms_key_id": "alias/shop"},
        "database.kms_key_id: found a value (not shown, it may be secret); specify the ARN of a KMS key, such as arn:"
        "aws:kms:eu-central-1:123456789012:key/...",
    ),
    (
        AWS,
        {"redis.kms_key_id": "shop"},
        "redis.kms_key_id: found a value (not shown, it may be secret); specify the ARN of a KMS key, such as arn:"
        "aws:kms:eu-central-1:123456789012:key/...",
    ),
    (
        AWS,
        {"database.alarm_topic_arns": ["me@example.com"]},
        "database.alarm_topic_arns.0: found 'me@example.com'; specify the ARN of an SNS topic, such as arn:"
        "aws:sns:eu-west-1:123456789012:alarms",
    ),
    (
        AWS,
        {"redis.notification_topic_arn": "me@example.com"},
        "redis.notification_topic_arn: found 'me@example.com'; specify the ARN of an SNS topic, such as arn:"
        "aws:sns:eu-west-1:123456789012:alarms",
    ),
    (
        AWS,
        {"database.parameters": {"max_connections": "many"}},
        "database.parameters: max_connections is 'many': specify a number up to 262143 or a formula of RDS",
    ),
    (
        AWS,
        {"database.parameters": {"max_connections": "300000"}},
        "database.parameters: max_connections is '300000': specify a number up to 262143 or a formula of RDS",
    ),
    (
        AWS,
        {"database.parameters": {"Work Mem": "1"}},
        "database.parameters: 'Work Mem' is not a parameter: name it as in log_min_duration_statement",
    ),
    (
        AWS,
        {"database.restore": {"snapshot_identifier": ""}},
        "database.restore.snapshot_identifier: found ''; specify the name or ARN of a snapshot or database",
    ),
    (AWS, {"redis.version": "7.0"}, "redis.version: found '7.0'; specify a version of Valkey, such as 8.0"),
    (
        AWS,
        {"secrets.RAILBED_REDIS_AUTH_TOKEN": "0123456789abcde"},
        "secrets.RAILBED_REDIS_AUTH_TOKEN: found a value (not shown, it may be secret); has to be 16 to 128 letters, digits "
        "and ! & # $ ^ < > -: ElastiCache refuses others",
    ),
    (
        AWS,
        {"secrets.RAILBED_REDIS_AUTH_TOKEN": "0123456789abcde@"},
        "secrets.RAILBED_REDIS_AUTH_TOKEN: found a value (not shown, it may be secret); has to be 16 to 128 letters, digits "
        "and ! & # $ ^ < > -: ElastiCache refuses others",
    ),
    (
        AWS,
        {"database.tags": {"team": "a;b"}},
        "database.tags: 'team' holds ';': use letters, digits, spaces and _ . : / = + - @",
    ),
    (
        AWS,
        {"database.tags": {"Team": "a", "team": "b"}},
        "database.tags: the keys Team and team differ in upper and lower case only, which IAM refuses: keep one",
    ),
    (
        AWS,
        {"database.tags": {"k" * 129: "v"}},
        "database.tags: the key 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk' has 129 characters: specify 1 to 128",
    ),
    (AWS, {"database.tags": {"k": "v" * 257}}, "database.tags: the value of 'k' has 257 characters: specify 256 at most"),
    (
        AWS,
        {"database.tags": {f"k{n}": "v" for n in range(46)}},
        "database.tags: there are 46 tags: specify 45 at most, as AWS allows 50 and railbed adds some",
    ),
    ("doks", {"database.version": "9"}, "database: version 9 is not a postgresql version: specify one such as 17"),
    (
        "doks",
        {"database": {"engine": "mysql", "version": "17"}},
        "database: version 17 is not a mysql version: specify one such as 8",
    ),
    (
        "doks",
        {"database.database": "defaultdb"},
        "database: defaultdb is there from the beginning: give database and username other names, or omit them",
    ),
    (
        "doks",
        {"database.username": "doadmin"},
        "database: doadmin is there from the beginning: give database and username other names, or omit them",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_wrong_settings_of_a_store_are_told_at_once(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
