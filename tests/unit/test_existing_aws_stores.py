"""A database or Redis on AWS that exists: the application reaches it, and nothing of it is made or changed."""

from typing import Any

import pytest

from railbed import InvalidArguments
from tests.unit.cloud_stacks import SECRET, deploy
from tests.unit.recording import Deployment
from tests.unit.refused_settings import AWS, Refused, deployed, each_target, told

DATABASE = {"identifier": "company", "database": "shop", "username": "shop"}
REDIS = {"identifier": "company", "database": 3}
PASSWORDS = {"RAILBED_DATABASE_PASSWORD": "p%ss-word:1", "RAILBED_REDIS_AUTH_TOKEN": "0123456789!&#$^<>-"}
EXISTING: dict[str, Any] = {
    "database.existing": {**DATABASE, "security_group_id": "sg-db"},
    "redis.existing": {**REDIS, "security_group_id": "sg-cache"},
    "secrets": {"RAILS_MASTER_KEY": SECRET, **PASSWORDS},
}
URLS = {
    "DATABASE_URL": "postgresql://shop:p%25ss-word%3A1@company.rds.example.com:5432/shop?sslmode=require",
    "REDIS_URL": "rediss://:0123456789%21%26%23%24%5E%3C%3E-@company.cache.example.com:6379/3",
}
OF_STORES = {"Instance", "ReplicationGroup", "SubnetGroup", "ParameterGroup", "RandomPassword"}


def opened(deployment: Deployment, group: str) -> list[tuple[str, int]]:
    rules = [each.inputs for each in deployment.all("SecurityGroupIngressRule") if each.inputs["securityGroupId"] == group]
    return [(rule["referencedSecurityGroupId"], rule["fromPort"]) for rule in rules]


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_nothing_is_made_of_stores_that_exist(target: str) -> None:
    made = deployed(target, EXISTING)
    assert not {kind for kind, _ in made.named()} & OF_STORES
    client = "sg-of-the-cluster" if target == "eks" else "shop-tasks-id"
    for group, port in (("sg-db", 5432), ("sg-cache", 6379)):
        ((found, opened_port),) = opened(made, group)
        assert opened_port == port
        assert target == "eks" or found == client
    assert made.exports["protected_stores"] == []


def test_the_application_gets_their_addresses() -> None:
    made = deploy(
        "eks",
        database={"existing": DATABASE, "password": PASSWORDS["RAILBED_DATABASE_PASSWORD"]},
        redis={"existing": REDIS, "auth_token": PASSWORDS["RAILBED_REDIS_AUTH_TOKEN"]},
        secrets=PASSWORDS,
    )
    assert made.the("Secret", "shop-web-secrets").inputs["stringData"] == URLS
    assert not [each for each in made.all("SecurityGroupIngressRule") if each.name.startswith(("shop-database", "shop-redis"))]
    shown = str([each.visible for each in made.resources]) + str(made.exports)
    assert PASSWORDS["RAILBED_DATABASE_PASSWORD"] not in shown
    assert "p%25ss-word" not in shown


def test_mysql_has_its_own_scheme_and_port() -> None:
    existing = {**DATABASE, "identifier": "legacy", "security_group_id": "sg-db"}
    made = deploy("eks", database={"existing": existing}, secrets=PASSWORDS)
    url = made.the("Secret", "shop-web-secrets").inputs["stringData"]["DATABASE_URL"]
    assert url.endswith("@legacy.rds.example.com:3307/shop?ssl_mode=required")
    assert url.startswith("mysql2://")
    assert [port for _, port in opened(made, "sg-db")] == [3307]


def test_a_database_of_any_kind_is_opened_by_its_address() -> None:
    secrets = {"DATABASE_URL": "postgresql://u:p@aurora.example.com:5433/shop", "REDIS_URL": "redis://cache.example.com/1"}
    given: dict[str, Any] = {
        "database": {"existing": {"security_group_id": "sg-db"}},
        "redis": {"existing": {"security_group_id": "sg-1"}},
    }
    made = deploy("ecs", secrets=secrets, **given)
    assert opened(made, "sg-db") == [("shop-tasks-id", 5433)]
    assert opened(made, "sg-1") == [("shop-tasks-id", 6379)]


@pytest.mark.parametrize(
    ("section", "existing", "sentence"),
    [
        ("database", {"identifier": "gone"}, "database.existing.identifier: 'gone' was not found: reading Instance (gone)"),
        (
            "database",
            {"identifier": "cloudy"},
            "database.existing.identifier: cloudy is aurora-postgresql, and known are postgres, mysql: specify its address in "
            "secrets.DATABASE_URL instead",
        ),
        (
            "database",
            {"security_group_id": "sg-1"},
            "database.existing.security_group_id: sg-1 is none of company: name one of sg-db, sg-office",
        ),
        ("redis", {"identifier": "gone"}, "redis.existing.identifier: 'gone' was not found: reading ReplicationGroup (gone)"),
        (
            "redis",
            {"identifier": "open"},
            "redis.existing.identifier: open has no password (AUTH token): specify its address in secrets.REDIS_URL instead",
        ),
        (
            "redis",
            {"identifier": "sharded"},
            "redis.existing.identifier: sharded is in cluster mode, which Sidekiq cannot use: name another one",
        ),
    ],
)
def test_a_store_that_cannot_be_used_is_refused(section: str, existing: dict[str, Any], sentence: str) -> None:
    least = {"database": dict[str, Any](DATABASE), "redis": dict[str, Any](REDIS)}[section]
    given: dict[str, Any] = {section: {"existing": {**least, **existing}}}
    with pytest.raises(InvalidArguments) as raised:
        deploy("ecs", secrets=PASSWORDS, **given)
    (problem,) = str(raised.value).splitlines()[1:]
    assert problem.startswith(f"  - {sentence}")


URL = "postgresql://u:p@db.example.com/shop"
REFUSED: list[Refused] = [
    (AWS, {"database.existing": DATABASE}, "database.existing.identifier needs its password: run `pulumi config set --secret"),
    (AWS, {"redis.existing": REDIS}, "redis.existing.identifier needs its password: run `pulumi config set --secret"),
    (
        AWS,
        {"database.existing": DATABASE, "secrets": {**PASSWORDS, "DATABASE_URL": URL}},
        "database.existing.identifier and secrets.DATABASE_URL both say where it is: remove one of them",
    ),
    (
        AWS,
        {"database.existing": {"identifier": "company", "username": "shop"}},
        "database.existing: identifier needs database: name what the application has there",
    ),
    (
        AWS,
        {"database.existing": {"database": "shop"}},
        "database.existing: database and username need identifier, the instance that they are in: specify it, or remove them",
    ),
    (
        AWS,
        {"database.existing": {"security_group_id": "sg-1"}},
        "database.existing names none: specify its identifier, or its address in secrets.DATABASE_URL",
    ),
    (
        AWS,
        {"database.existing": {}, "secrets.DATABASE_URL": URL},
        "database.existing is empty, and secrets.DATABASE_URL says where it is: remove existing",
    ),
    (
        AWS,
        {"database.existing": {"security_group_id": "sg-1"}, "secrets.DATABASE_URL": "sqlite3:/rails/db.sqlite3"},
        "database.existing.security_group_id: secrets.DATABASE_URL names no server: remove existing",
    ),
    (
        AWS,
        {"redis.existing": {"identifier": "company"}},
        "redis.existing: identifier and database belong together: specify both, or neither and secrets.REDIS_URL",
    ),
    (
        AWS,
        {"redis.existing": {"identifier": "company", "database": 16}},
        "redis.existing.database: found 16; it should be at most 15.",
    ),
    (
        AWS,
        {"database": {"existing": DATABASE, "multi_az": True}, "secrets": PASSWORDS},
        "database: multi_az has no effect with existing, which is used as it is: remove it, or existing",
    ),
    (
        AWS,
        {"database.existing": {"security_group_id": "sg-1"}, "secrets": {**PASSWORDS, "DATABASE_URL": URL}},
        "secrets.RAILBED_DATABASE_PASSWORD: this stack makes no database that would take it",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
