"""Databases beside the primary one: what a new application of Rails 8 has in config/database.yml, on every target."""

import functools
import json
import os
import shutil
import subprocess
from typing import Any
from urllib.parse import urlsplit

import pytest

from railbed import InvalidArguments
from railbed.stores.further_databases import url_beside, variable_of
from tests.unit import every_target
from tests.unit.recording import Deployment, record
from tests.unit.refused_settings import ALL, Refused, each_target, told
from tests.unit.samples import IMAGE, make

OF_RAILS_8 = ["cache", "queue", "cable"]
DATABASES: dict[str, dict[str, Any]] = {
    "cluster": {"max_connections": 200},
    "doks": {"size": "db-s-4vcpu-8gb"},
    "eks": {},
    "ecs": {},
    "docker": {"max_connections": 200},
}
"""Those that accept as many connections."""
OWN = "postgresql://shop:pass-word@db.example.com:5432/shop_production?sslmode=require"


def deploy(target: str, app: dict[str, Any] | None = None, **settings: Any) -> Deployment:
    described = {"databases": OF_RAILS_8, **(app or {})}
    return every_target.deploy(target, described, **({"database": DATABASES[target]} | settings))


@functools.cache
def of_rails_8(target: str) -> Deployment:
    return deploy(target)


def addresses(found: Deployment, target: str, part: str) -> dict[str, str]:
    """The addresses of databases that a part of the application gets."""
    given = every_target.variables_of(found, target, part)
    return {name: value for name, value in given.items() if name.endswith("DATABASE_URL")}


@pytest.mark.parametrize("part", ["web", "default", "digest", "migrate", "post-migrate", "console"])
@pytest.mark.parametrize("target", DATABASES)
def test_every_part_gets_the_address_of_each(target: str, part: str) -> None:
    if target == "ecs" and part == "console":
        part = "web"  # where it opens
    found = addresses(of_rails_8(target), target, part)
    primary = urlsplit(found.pop("DATABASE_URL"))
    assert primary.path == "/app"
    assert found == {f"{name.upper()}_DATABASE_URL": primary._replace(path=f"/app_{name}").geturl() for name in OF_RAILS_8}, (
        "same server, user, password and options"
    )


@pytest.mark.parametrize("target", DATABASES)
def test_an_application_with_one_database_gets_no_other(target: str) -> None:
    assert set(addresses(deploy(target, {"databases": []}), target, "web")) == {"DATABASE_URL"}


@pytest.mark.parametrize("target", DATABASES)
def test_they_are_beside_a_database_that_exists(target: str) -> None:
    found = addresses(deploy(target, database={}, secrets={"DATABASE_URL": OWN}), target, "migrate")
    assert found["QUEUE_DATABASE_URL"] == OWN.replace("shop_production", "shop_production_queue")


@pytest.mark.parametrize("target", DATABASES)
def test_one_that_is_elsewhere_is_used_where_it_is(target: str) -> None:
    elsewhere = "postgresql://queue:pass-word@jobs.example.com/jobs"
    found = addresses(deploy(target, secrets={"QUEUE_DATABASE_URL": elsewhere}), target, "default")
    assert found["QUEUE_DATABASE_URL"] == elsewhere
    assert found["CACHE_DATABASE_URL"].split("?")[0].endswith("/app_cache")


@pytest.mark.parametrize("target", ["eks", "ecs"])
@pytest.mark.parametrize("named", [True, False])
def test_they_are_beside_an_instance_of_rds_that_exists(target: str, named: bool) -> None:
    existing = {"identifier": "company", "database": "shop", "username": "shop"} if named else {"security_group_id": "sg-0123"}
    secret = {"RAILBED_DATABASE_PASSWORD": "pass-word"} if named else {"DATABASE_URL": OWN}
    values: dict[str, Any] = {"database": {"existing": existing, **({"password": "pass-word"} if named else {})}}
    found = addresses(deploy(target, **values, secrets=secret), target, "web")
    assert found["CABLE_DATABASE_URL"] == found["DATABASE_URL"].replace("?", "_cable?")


def test_digitalocean_makes_them_and_keeps_them() -> None:
    made = of_rails_8("doks")
    assert {each.at("name"): each.request.protect for each in made.all("DatabaseDb")} == dict.fromkeys(
        ["app", "app_cache", "app_queue", "app_cable"], True
    )
    assert made.exports["protected_stores"] == [
        "database",
        "database app_cable",
        "database app_cache",
        "database app_queue",
        "redis",
    ]


def test_one_that_is_left_out_on_digitalocean_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"protected_stores": of_rails_8("doks").exports["protected_stores"]}
    monkeypatch.setattr("railbed_stacks.kept_stores.previous_outputs", lambda: before)
    with pytest.raises(InvalidArguments, match=r"database: this stack has made database app_cable with its data"):
        deploy("doks", {"databases": ["cache", "queue"]})


@pytest.mark.parametrize("existing", [True, False])
def test_each_has_a_pool_and_migrations_go_past_it(existing: bool) -> None:
    of_cluster = {"cluster": {"existing": {"name": "tools"}}} if existing else {}
    database = {"existing": {"name": "company-db"}, "database": "app"} if existing else DATABASES["doks"]
    made = deploy("doks", database={**database, "pool_size": 10}, **of_cluster)
    pools = {each.at("dbName") for each in made.all("DatabaseConnectionPool")}
    assert pools == {each.at("name") for each in made.all("DatabaseDb")} == {"app", "app_cache", "app_queue", "app_cable"}
    of_web, of_migration = (addresses(made, "doks", part) for part in ("web", "migrate"))
    assert all(":25061/" in url and "prepared_statements=false" in url for url in of_web.values())
    assert len({urlsplit(url).path for url in of_web.values()}) == 4, "each has its own pool"
    assert urlsplit(of_migration["CACHE_DATABASE_URL"]).path == "/app_cache"
    assert not any(":25061/" in url for url in of_migration.values())


def deployed(component: str, **arguments: Any) -> Deployment:
    return record(lambda: make(component, **arguments))


STORES = ("Postgresql", "RdsDatabase", "DigitalOceanDatabase", "DockerPostgresql")


@pytest.mark.parametrize("component", STORES)
def test_components_tell_their_addresses(component: str) -> None:
    found = deployed(component, databases=["cache", "animals_2"]).result
    assert {name: urlsplit(url).path for name, url in found["database_urls"].items()} == {
        "cache": "/app_cache",
        "animals_2": "/app_animals_2",
    }


@pytest.mark.parametrize("component", [each for each in STORES if each != "RdsDatabase"])  # whose names are shorter
def test_names_that_the_server_would_cut_off_are_refused(component: str) -> None:
    with pytest.raises(
        InvalidArguments, match=r"database d+ and databases cache: .* has 66 characters, and PostgreSQL keeps 63"
    ):
        deployed(component, database="d" * 60, databases=["cache"])
    assert deployed(component, database="d" * 57, databases=["cache"]).resources


@pytest.mark.parametrize("component", ["KubernetesApp", "EcsApp", "DockerApp"])
def test_an_application_without_their_addresses_is_refused(component: str) -> None:
    app = {"name": "shop", "image": {"ref": IMAGE}, "databases": ["cache", "queue"]}
    with pytest.raises(InvalidArguments, match=r"app.databases: QUEUE_DATABASE_URL not in secrets: give the `database_urls`"):
        deployed(component, app=app, secrets={"CACHE_DATABASE_URL": OWN})
    urls = {variable_of(name): OWN for name in ("cache", "queue")}
    assert deployed(component, app=app, secrets=urls).resources


REFUSED: list[Refused] = [
    (ALL, {"app.databases": ["primary"]}, "app.databases.0: found 'primary'; primary is the database of DATABASE_URL"),
    (ALL, {"app.databases": ["Cache"]}, "app.databases.0: found 'Cache'; use the name in config/database.yml"),
    (ALL, {"app.databases": ["cache", "cache"]}, "cache is there twice: name each database once"),
    (ALL, {"app.databases": "cache"}, "app.databases: found 'cache'; it should be a list"),
    (
        ALL,
        {"app.databases": ["cache"], "secrets.DATABASE_URL": "sqlite3:/data/production.sqlite3"},
        "app.databases: DATABASE_URL names no database on a server, beside which cache could be: give CACHE_DATABASE_URL an "
        "address of its own in secrets",
    ),
    (
        ALL,
        {"app.databases": ["cache"], "app.env": {"CACHE_DATABASE_URL": "postgresql://db.example.com/cache"}},
        "app.env.CACHE_DATABASE_URL: is set by the stack; remove it, or move your own to secrets.CACHE_DATABASE_URL",
    ),
    (
        "cluster docker",
        {"app.databases": OF_RAILS_8},
        "database.max_connections is 100, but 127 may be open during a rollout (web 72, workers.default 40, migration 4, "
        "cron.digest 4, console 4, administrators 3; each has a pool for each of 4 databases): raise it to 127 or more",
    ),
    (
        "doks",
        {"app.databases": OF_RAILS_8},
        "database.size db-s-1vcpu-2gb accepts 47 connections, but 124 may be open during a rollout (web 72, ",
    ),
    (
        "doks",
        {"app.databases": OF_RAILS_8, "database.size": "db-s-2vcpu-4gb", "database.pool_size": 25},
        "database: pool_size 25 for each of 4 databases is more than the 97 connections that size db-s-2vcpu-4gb",
    ),
    (
        "doks",
        {"app.databases": ["cache"], "database.database": "d" * 60},
        "PostgreSQL keeps 63: shorten one of them",
    ),
    (ALL, {"database": {"databases": ["cache"]}}, "database.databases: is set by the stack: remove it"),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)


@pytest.mark.parametrize(
    ("url", "beside"),
    [
        (
            "postgresql://u:p%2Fq@db.example.com:5432/app?sslmode=require",
            "postgresql://u:p%2Fq@db.example.com:5432/app_cache?sslmode=require",
        ),
        ("trilogy://u:p@[2001:db8::1]/app", "trilogy://u:p@[2001:db8::1]/app_cache"),
        ("postgresql:///app?host=/var/run/postgresql", "postgresql:///app_cache?host=/var/run/postgresql"),
    ],
)
def test_only_the_database_of_an_address_is_another(url: str, beside: str) -> None:
    assert url_beside(url, "cache") == beside


@pytest.mark.parametrize(
    "url", ["postgresql://u:hunter2@db.example.com", "postgresql://u:hunter2@h/?sslmode=require", "sqlite3:a"]
)
def test_an_address_without_a_database_is_told_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="give CACHE_DATABASE_URL an address of its own") as raised:
        url_beside(url, "cache")
    assert "hunter2" not in str(raised.value)


DATABASE_YML = """
require "active_record"
require "active_record/database_configurations"
require "json"
shared = { adapter: "postgresql", username: "shop", pool: 5 }
named = ->(database, **more) { shared.merge(database:, **more) }
ENV["RAILS_ENV"] = "production"
configurations = ActiveRecord::DatabaseConfigurations.new(production: {
  primary: named["shop_production"],
  cache: named["shop_production_cache", migrations_paths: "db/cache_migrate"],
  queue: named["shop_production_queue", migrations_paths: "db/queue_migrate"],
})
puts configurations.configs_for(env_name: "production").to_h { |each| [each.name, each.configuration_hash] }.to_json
"""
"""What `rails new` writes, in Ruby (railties, databases/postgresql.yml.tt)."""


@functools.cache
def has_active_record() -> bool:
    return subprocess.run(["ruby", "-e", 'require "active_record"'], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(
    shutil.which("ruby") is None or not has_active_record(), reason="not run: there is no Active Record for ruby"
)
def test_active_record_connects_each_by_its_address() -> None:
    variables = {"DATABASE_URL": OWN, "CACHE_DATABASE_URL": url_beside(OWN, "cache")}
    done = subprocess.run(
        ["ruby", "-e", DATABASE_YML], env=os.environ | variables, capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)
    assert {name: (each.get("host"), each["database"]) for name, each in found.items()} == {
        "primary": ("db.example.com", "shop_production"),
        "cache": ("db.example.com", "shop_production_cache"),
        "queue": (None, "shop_production_queue"),  # which has no address: silently none of any server
    }
    assert found["cache"]["migrations_paths"] == "db/cache_migrate", "its schema is its own"
