"""Clusters of databases on DigitalOcean that exist: the application gets a database of its own in one."""

from typing import Any

import pytest

from railbed import InvalidArguments
from tests.existing_things import STORES_ON_DIGITALOCEAN
from tests.unit.cloud_stacks import deploy
from tests.unit.refused_settings import Refused, each_target, told

CLUSTER: dict[str, Any] = {"cluster": {"existing": {"name": "tools"}}}
DATABASE: dict[str, Any] = {"existing": {"name": "company-db"}, "database": "shop"}
REDIS: dict[str, Any] = {"existing": {"name": "company-redis", "database": 2}}
HOST = "private-company-db.db.example.com"


def urls(**settings: Any) -> dict[str, str]:
    found: dict[str, str] = deploy("doks", **CLUSTER, **settings).the("Secret", "shop-web-secrets").inputs["stringData"]
    return found


@pytest.mark.parametrize("preview", [True, False])
def test_a_database_is_made_in_the_cluster_and_nothing_else_of_it(preview: bool) -> None:
    made = deploy("doks", preview=preview, **CLUSTER, database=DATABASE, redis=REDIS)
    kinds = {kind for kind, _ in made.named()}
    assert not kinds & {"DatabaseCluster", "DatabaseFirewall", "DatabaseUser", "DatabaseMysqlConfig", "DatabaseValkeyConfig"}
    database = made.the("DatabaseDb")
    assert database.inputs == {"clusterId": STORES_ON_DIGITALOCEAN, "name": "shop"}
    assert database.request.protect, "its data would go with a change of settings"
    assert made.exports["protected_stores"] == ["database shop in company-db"]


def test_the_application_gets_their_addresses() -> None:
    found = urls(database=DATABASE, redis=REDIS)
    assert found["DATABASE_URL"] == f"postgresql://doadmin:managed-password@{HOST}:25060/shop?sslmode=require"
    assert found["REDIS_URL"] == "rediss://default:managed-password@private-company-redis.db.example.com:25060/2"
    made = deploy("doks", **CLUSTER, database=DATABASE, redis=REDIS)
    assert "managed-password" not in str([each.visible for each in made.resources]) + str(made.exports)


def test_a_user_of_its_own_is_made_where_it_is_named() -> None:
    made = deploy("doks", **CLUSTER, database={**DATABASE, "username": "shop"})
    assert made.the("DatabaseUser").inputs == {"clusterId": STORES_ON_DIGITALOCEAN, "name": "shop"}
    assert made.the("Secret", "shop-web-secrets").inputs["stringData"]["DATABASE_URL"].startswith("postgresql://shop:")


def test_a_pool_shares_connections_and_migrations_go_past_it() -> None:
    made = deploy("doks", **CLUSTER, database={**DATABASE, "pool_size": 40})
    assert made.the("DatabaseConnectionPool").inputs == {
        "clusterId": STORES_ON_DIGITALOCEAN,
        "dbName": "shop",
        "mode": "transaction",
        "size": 40,
    }
    assert ":25061/" in made.the("Secret", "shop-web-secrets").inputs["stringData"]["DATABASE_URL"]
    assert f"@{HOST}:25060/" in made.the("Secret", "shop-migrate-secrets").inputs["stringData"]["DATABASE_URL"]


def test_mysql_has_its_own_scheme() -> None:
    assert urls(database={**DATABASE, "existing": {"name": "company-mysql"}})["DATABASE_URL"].startswith("mysql2://doadmin:")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"database": {**DATABASE, "existing": {"name": "gone-db"}}}, "database.existing.name: 'gone-db' was not found: "),
        (
            {"database": {**DATABASE, "existing": {"name": "far-db"}}},
            "database.existing.name: far-db is in VPC another, and the cluster in 5a4981aa-9653-4bd1-bef5-d6bff52042e4: name "
            "one of that VPC",
        ),
        (
            {"database": {**DATABASE, "existing": {"name": "company-kafka"}}},
            "database.existing.name: company-kafka is kafka, and known are pg, mysql",
        ),
        (
            {"database": {**DATABASE, "existing": {"name": "company-mysql"}, "pool_size": 5}},
            "database.pool_size: has no effect with company-mysql, which is mysql: remove it",
        ),
        (
            {"redis": {"existing": {"name": "company-db", "database": 0}}},
            "redis.existing.name: company-db is pg: name a cluster of Valkey",
        ),
    ],
)
def test_a_store_that_cannot_be_used_is_refused(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deploy("doks", **CLUSTER, **given)
    (problem,) = str(raised.value).splitlines()[1:]
    assert problem.startswith(f"  - {sentence}")


REFUSED: list[Refused] = [
    (
        "doks",
        {"database": DATABASE},
        "database.existing cannot be reached from a VPC that the stack makes: set network.existing or cluster.existing",
    ),
    (
        "doks",
        {**CLUSTER, "database": DATABASE, "secrets.DATABASE_URL": "postgresql://u:p@db.example.com/shop"},
        "database.existing and secrets.DATABASE_URL both say where it is: remove one of them",
    ),
    (
        "doks",
        {**CLUSTER, "database": {"existing": {"name": "company-db"}}},
        "database: existing needs database: the name of the one that the stack makes in the cluster, such as shop",
    ),
    (
        "doks",
        {**CLUSTER, "database": {**DATABASE, "nodes": 3}},
        "database: nodes has no effect with existing, which is used as it is: remove it, or existing",
    ),
    (
        "doks",
        {**CLUSTER, "database": {"existing": {"name": "Company DB"}, "database": "shop"}},
        "database.existing.name: found 'Company DB'; specify the name of a database cluster",
    ),
    ("doks", {**CLUSTER, "redis": {"existing": {"name": "company-redis"}}}, "redis.existing.database: is required."),
    (
        "doks",
        {"database": {"pool_size": 900}},
        "pool_size 900 is more than the 47 connections that size db-s-1vcpu-2gb accepts",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
