"""DigitalOceanDatabase: managed PostgreSQL or MySQL."""

from typing import Any

import pytest
from pulumi_random import RandomPassword

from railbed.args import DigitalOceanDatabaseArgs
from railbed.digitalocean.databases.database import DigitalOceanDatabase
from railbed.validation.checks import InvalidArguments
from tests.unit.recording import HIDDEN, Deployment, Recorded, record

OUTPUTS: dict[str, dict[str, Any]] = {
    "DatabaseCluster": {
        "user": "doadmin",
        "password": "p@ss/w:rd",
        "host": "shop.db.ondigitalocean.com",
        "privateHost": "private-shop.db.ondigitalocean.com",
        "port": 25060,
    },
    "DatabaseUser": {"password": "users-own"},
    "DatabaseConnectionPool": {"name": "shop-pool-1a2b3c", "privateHost": "private-pool.example.com", "port": 25061},
}
LEAST: DigitalOceanDatabaseArgs = {"region": "fra1", "vpc_id": "vpc-1", "cluster_id": "doks-1"}
DIRECT = "postgresql://doadmin:p%40ss%2Fw%3Ard@private-shop.db.ondigitalocean.com:25060/app?sslmode=require"


def make(registered: list[Recorded] | None = None, **arguments: Any) -> Deployment:
    return record(
        lambda: DigitalOceanDatabase("shop", {**LEAST, **arguments}),  # type: ignore[typeddict-item]
        outputs=OUTPUTS,
        registered=registered,
    )


def test_the_least_arguments_give_postgresql_with_a_standby() -> None:
    deployed = make()
    assert deployed.the("DatabaseCluster").inputs == {
        "engine": "pg",
        "version": "17",
        "region": "fra1",
        "privateNetworkUuid": "vpc-1",
        "size": "db-s-1vcpu-2gb",
        "nodeCount": 2,
        "maintenanceWindows": [{"day": "sunday", "hour": "03:00"}],
    }
    assert deployed.the("DatabaseDb").inputs == {"clusterId": "shop-id", "name": "app"}
    assert deployed.the("DatabaseFirewall").inputs == {
        "clusterId": "shop-id",
        "rules": [{"type": "k8s", "value": "doks-1"}],
    }
    assert deployed.named() == {
        ("DigitalOceanDatabase", "shop"),
        ("DatabaseCluster", "shop"),
        ("DatabaseDb", "shop-database"),
        ("DatabaseFirewall", "shop-firewall"),
    }
    assert {each.parent for each in deployed.resources} == {"", "shop"}


def test_the_urls_can_be_used_as_they_are() -> None:
    assert make().result == {
        "url": DIRECT,
        "direct_url": DIRECT,
        "database_urls": {},
        "direct_database_urls": {},
        "authorities": "",
        "host": "private-shop.db.ondigitalocean.com",
        "port": 25060,
    }


def test_a_pool_is_for_the_application_and_the_direct_url_for_migrations() -> None:
    deployed = make(pool_size=20)
    assert deployed.the("DatabaseConnectionPool").inputs == {
        "clusterId": "shop-id",
        "dbName": "app",
        "mode": "transaction",
        "size": 20,
    }, "with a name of our own a new pool could not be made before the old one goes"
    assert deployed.result["direct_url"] == DIRECT
    assert deployed.result["url"] == (
        "postgresql://doadmin:p%40ss%2Fw%3Ard@private-pool.example.com:25061/shop-pool-1a2b3c"
        "?sslmode=require&prepared_statements=false"
    ), "prepared statements of one transaction are unknown to the connection of the next"
    assert "shop-database" in deployed.the("DatabaseConnectionPool").depends_on, (
        "the pool is refused before its database is there"
    )


def test_a_pool_of_sessions_keeps_prepared_statements() -> None:
    deployed = make(pool_size=20, pool_mode="session")
    assert deployed.the("DatabaseConnectionPool").inputs["mode"] == "session"
    assert deployed.result["url"].endswith("/shop-pool-1a2b3c?sslmode=require")


def test_mysql() -> None:
    deployed = make(engine="mysql", database="shop")
    cluster = deployed.the("DatabaseCluster")
    assert (cluster.inputs["engine"], cluster.inputs["version"]) == ("mysql", "8")
    assert deployed.the("DatabaseMysqlConfig").inputs == {"clusterId": "shop-id", "sqlRequirePrimaryKey": False}, (
        "migrations with join tables would fail"
    )
    assert deployed.result["url"] == (
        "mysql2://doadmin:p%40ss%2Fw%3Ard@private-shop.db.ondigitalocean.com:25060/shop?ssl_mode=required"
    )


def test_a_user_of_its_own() -> None:
    deployed = make(username="shop")
    assert deployed.the("DatabaseUser").inputs == {"clusterId": "shop-id", "name": "shop"}
    assert deployed.result["url"].startswith("postgresql://shop:users-own@")


def test_secrets_stay_hidden() -> None:
    deployed = make(pool_size=20)
    outputs = deployed.the("DigitalOceanDatabase").outputs
    assert outputs["url"] == outputs["direct_url"] == HIDDEN
    assert outputs["host"] == "private-shop.db.ondigitalocean.com"


@pytest.mark.parametrize("kind", ["DatabaseCluster", "DatabaseDb"])
def test_data_is_protected_unless_told_otherwise(kind: str) -> None:
    assert make().the(kind).request.protect
    assert not make(protect=False).the(kind).request.protect


def test_settings_that_would_replace_the_database_are_read_only_when_it_is_made() -> None:
    ignored = make().the("DatabaseCluster").request.ignoreChanges
    assert set(ignored) == {"privateNetworkUuid", "backupRestore"}, "the provider makes a new, empty cluster for another VPC"


def test_users_of_the_url_wait_for_the_database_and_for_access() -> None:
    def program() -> None:
        database = DigitalOceanDatabase("shop", LEAST)
        RandomPassword("waits", length=8, keepers={"url": database.url})

    waits = record(program, outputs=OUTPUTS).the("RandomPassword")
    assert {"shop-database", "shop-firewall"} <= waits.depends_on


@pytest.mark.parametrize(
    ("arguments", "field", "expected"),
    [
        ({"version": "16"}, "version", "16"),
        ({"size": "db-s-4vcpu-8gb"}, "size", "db-s-4vcpu-8gb"),
        ({"size": "db-s-1vcpu-1gb", "nodes": 1}, "nodeCount", 1),
        ({"region": "nyc3"}, "region", "nyc3"),
        ({"maintenance_day": "monday", "maintenance_hour": 22}, "maintenanceWindows", [{"day": "monday", "hour": "22:00"}]),
        ({"storage_gb": 60}, "storageSizeMib", "61440"),
        (
            {"grow_storage": True},
            "storageAutoscale",
            {"enabled": True, "thresholdPercent": 80, "incrementGib": 10},
        ),
        ({"restore_from": "shop-1a2b"}, "backupRestore", {"databaseName": "shop-1a2b"}),
        (
            {"restore_from": "shop-1a2b", "restore_created_at": "2026-02-03T04:05:06Z"},
            "backupRestore",
            {"databaseName": "shop-1a2b", "backupCreatedAt": "2026-02-03T04:05:06Z"},
        ),
        ({"overrides": {"cluster": {"tags": ["shop"]}}}, "tags", ["shop"]),
    ],
)
def test_each_argument_reaches_the_cluster(arguments: dict[str, Any], field: str, expected: object) -> None:
    assert make(**arguments).the("DatabaseCluster").inputs[field] == expected


def test_a_disk_that_has_grown_by_itself_is_not_shrunk() -> None:
    assert "storageSizeMib" in make(grow_storage=True).the("DatabaseCluster").request.ignoreChanges


def test_a_restored_cluster_brings_its_database() -> None:
    assert not make(restore_from="shop-1a2b").all("DatabaseDb"), "the database is there already: to make it would fail"


def test_further_addresses_may_connect() -> None:
    firewall = make(allowed_addresses=["203.0.113.7", "198.51.100.0/24"]).the("DatabaseFirewall")
    assert firewall.inputs["rules"] == [
        {"type": "k8s", "value": "doks-1"},
        {"type": "ip_addr", "value": "203.0.113.7"},
        {"type": "ip_addr", "value": "198.51.100.0/24"},
    ]


def test_a_preview_from_nothing_shows_every_resource() -> None:
    arguments: Any = {**LEAST, "pool_size": 20, "username": "shop"}
    previewed = record(lambda: DigitalOceanDatabase("shop", arguments), preview=True)
    assert previewed.named() == make(**arguments).named()
    assert previewed.result["url"] is None, "half a URL would look like one that can be used"


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"cluster_id": None},
        "without cluster_id and allowed_addresses the whole internet could connect: name the cluster whose nodes may",
    ),
    (
        {"allowed_addresses": ["0.0.0.0/0"]},
        "allowed_addresses.0: found '0.0.0.0/0'; this would let the whole internet connect; name addresses or ranges of your "
        "own",
    ),
    (
        {"allowed_addresses": ["2001:db8::1"]},
        "allowed_addresses.0: found '2001:db8::1'; specify an IPv4 address or range, such as 203.0.113.7 or 203.0.113.0/24",
    ),
    (
        {"region": "Frankfurt"},
        "region: found 'Frankfurt'; specify the slug of a region: "
        "ams3, atl1, blr1, fra1, lon1, nyc1, nyc2, nyc3, sfo2, sfo3, sgp1, syd1, tor1",
    ),
    (
        {"size": "large"},
        "size: found 'large'; specify the slug of a size of databases, such as db-s-2vcpu-4gb; those of Droplets begin with s-",
    ),
    (
        {"size": "db-s-1vcpu-1gb"},
        "size db-s-1vcpu-1gb cannot have standbys: set nodes to 1, or size to db-s-1vcpu-2gb or larger",
    ),
    (
        {"nodes": 4},
        (
            "nodes: found 4; it should be at most 3. Servers: with 2 or 3 one takes over when another fails; the "
            "standbys cannot be read from."
        ),
    ),
    (
        {"maintenance_day": "Sun"},
        "maintenance_day: found 'Sun'; specify a day of the week in English and lower case, such as sunday",
    ),
    ({"maintenance_hour": 24}, "maintenance_hour: found 24; it should be at most 23. Hour of that day, in UTC, 0 to 23."),
    ({"engine": "pg"}, "engine: found 'pg'; it should be 'postgresql' or 'mysql'. Engine: postgresql or mysql."),
    ({"version": "16.4"}, "version: found '16.4'; specify a major version, such as \"17\""),
    (
        {"database": "my-app"},
        "database: found 'my-app'; use lower case letters, digits and underscores, a letter first, 63 at most",
    ),
    (
        {"engine": "mysql", "pool_size": 5},
        "pool_size has no effect with engine mysql: remove it, only PostgreSQL has pools",
    ),
    ({"pool_mode": "session"}, "pool_mode has no effect without a pool: set pool_size too, or remove it"),
    (
        {"restore_created_at": "2026-02-03T04:05:06Z"},
        "restore_created_at has no effect alone: set restore_from to the cluster that the backup is of",
    ),
    (
        {"restore_from": "old", "username": "shop"},
        "username cannot be given with restore_from: the backup brings its users, remove one of them",
    ),
    (
        {"storage_gb": 60, "grow_storage": True},
        "storage_gb would shrink the disk again after it has grown by itself: remove it or grow_storage",
    ),
    ({"overrides": {"db": {}}}, "overrides of db have no effect: use one of cluster"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_the_user_reads_what_is_wrong(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        make(registered, **arguments)
    assert str(raised.value) == f"DigitalOceanDatabase 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"
