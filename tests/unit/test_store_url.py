"""Addresses of data stores: what Rails and the redis gem make of them, and the sentence about those that they refuse."""

from typing import Any

import pulumi
import pytest

from railbed import InvalidArguments
from railbed.stores.url import StoreAddress, UnusableAddressError, example_of, store_address
from tests.unit.cloud_stacks import APP, LEAST, deploy
from tests.unit.recording import Recorded, record
from tests.unit.samples import IMAGE, WORKLOADS, make

PG = "postgresql"
USABLE: list[tuple[str, str, StoreAddress]] = [
    ("DATABASE_URL", "postgresql://app:pw@db.example.com/app", StoreAddress(PG, ("db.example.com",), (5432,))),
    ("DATABASE_URL", "postgres://app:pw@db.example.com:6543/app", StoreAddress("postgres", ("db.example.com",), (6543,))),
    ("DATABASE_URL", "PostGIS://db/app", StoreAddress("postgis", ("db",), (5432,))),
    ("DATABASE_URL", "postgresql://app:p%40%2F%C3%A9w@db/app?sslmode=require", StoreAddress(PG, ("db",), (5432,))),
    ("DATABASE_URL", "postgresql://app:p:w;x=&+$,!~*'()._-@db/app", StoreAddress(PG, ("db",), (5432,))),
    ("DATABASE_URL", "postgresql://app:pw@[::1]/app", StoreAddress(PG, ("::1",), (5432,))),
    ("DATABASE_URL", "postgresql://app:pw@[2001:db8::7]:5433/app", StoreAddress(PG, ("2001:db8::7",), (5433,))),
    ("DATABASE_URL", "postgresql:///app?host=/var/run/postgresql", StoreAddress(PG, (), (5432,), "/var/run/postgresql")),
    ("DATABASE_URL", "postgresql:///app?host=%2Frun%2Fpg&port=5433", StoreAddress(PG, (), (5433,), "/run/pg")),
    ("DATABASE_URL", "postgresql://app:pw@%2Fvar%2Frun/app", StoreAddress(PG, (), (5432,), "/var/run")),
    ("DATABASE_URL", "postgresql://ignored:1/app?host=db&port=2", StoreAddress(PG, ("db",), (2,))),
    ("DATABASE_URL", "postgresql:///app?host=one,two&port=1,2", StoreAddress(PG, ("one", "two"), (1, 2))),
    ("DATABASE_URL", "postgresql://db/app?hostaddr=192.0.2.7", StoreAddress(PG, ("192.0.2.7",), (5432,))),
    ("DATABASE_URL", "postgresql://app:pw@db/app?application_name=a@b", StoreAddress(PG, ("db",), (5432,))),
    ("DATABASE_URL", "postgresql-proxy://db/app", StoreAddress("postgresql-proxy", ("db",), (5432,))),
    ("DATABASE_URL", "mysql2://app:pw@db/app", StoreAddress("mysql2", ("db",), (3306,))),
    ("DATABASE_URL", "mysql://db/app", StoreAddress("mysql", ("db",), (3306,))),
    ("DATABASE_URL", "trilogy://db:3307/app", StoreAddress("trilogy", ("db",), (3307,))),
    ("DATABASE_URL", "mysql2://localhost/app?socket=/run/mysqld.sock", StoreAddress("mysql2", socket="/run/mysqld.sock")),
    ("DATABASE_URL", "sqlite3:storage/production.sqlite3", StoreAddress("sqlite3")),
    ("DATABASE_URL", "sqlite3:///data/production.sqlite3", StoreAddress("sqlite3")),
    ("ANIMALS_DATABASE_URL", "mysql2://db/animals", StoreAddress("mysql2", ("db",), (3306,))),
    ("FIREBASE_DATABASE_URL", "https://shop.firebaseio.example.com", StoreAddress("https")),
    ("REDIS_URL", "redis://:pw@cache/0", StoreAddress("redis", ("cache",), (6379,))),
    ("REDIS_URL", "rediss://user:pw@cache_1.example.com:25061", StoreAddress("rediss", ("cache_1.example.com",), (25061,))),
    ("REDIS_URL", "redis://token@[::1]:6380/3", StoreAddress("redis", ("::1",), (6380,))),
    ("REDIS_URL", "unix:///run/redis/redis.sock", StoreAddress("unix", socket="/run/redis/redis.sock")),
    ("CACHE_REDIS_URL", "redis://cache/1/namespace", StoreAddress("redis", ("cache",), (6379,))),
]


@pytest.mark.parametrize(("variable", "value", "address"), USABLE)
def test_an_address_is_read_as_rails_reads_it(variable: str, value: str, address: StoreAddress) -> None:
    assert store_address(variable, value) == address


ENCODE = "percent-encode everything in user name, password and parameters"
REFUSED: list[tuple[str, str, str]] = [
    *(
        ("DATABASE_URL", f"postgresql://app:hunter2{character}pass@db/app", ENCODE)
        for character in (
            '"',
            "[",
            "]",
            "%",
            "%zz",
            "@",
            "/",
            "?",
            "#",
            " ",
            "\n",
            "\t",
            "ö",
            "<",
            "\\",
            "^",
            "`",
            "{",
            "|",
            "\0",
        )
    ),
    *(
        ("REDIS_URL", f"redis://:hunter2{character}pass@cache/0", ENCODE)
        for character in ('"', "[", "%", "@", "/", "?", "#", " ", "é")
    ),
    ("DATABASE_URL", "postgresql://app:1/hunter2@db/app", ENCODE),
    ("DATABASE_URL", "postgresql://app:1#hunter2@db/app", ENCODE),
    ("DATABASE_URL", "postgresql://app:1?hunter2@db/app", ENCODE),
    ("DATABASE_URL", "postgresql://db/app?password={hunter2}", ENCODE),
    ("DATABASE_URL", "", "is empty: set it to an address such as postgresql://user:password@db.example.com:5432/app"),
    ("REDIS_URL", "  ", "is empty: set it to an address such as redis://:password@redis.example.com:6379/0"),
    ("DATABASE_URL", "postgresql://app:hunter2@db/app\n", "begins or ends with a space or a line break: remove it"),
    ("DATABASE_URL", "hunter2.example.com", "has no scheme: write the whole address, as in postgresql://"),
    ("DATABASE_URL", "hunter2.example.com:5432/app", "has no scheme"),
    ("DATABASE_URL", "postgresql:hunter2", "has no scheme"),
    ("DATABASE_URL", "//hunter2/app", "has no scheme"),
    ("REDIS_URL", "hunter2:6379", "has no scheme: write the whole address, as in redis://"),
    ("DATABASE_URL", "redis://:hunter2@db", "use postgresql, mysql2, trilogy or sqlite3"),
    ("DATABASE_URL", "https://hunter2@db", "use postgresql, mysql2, trilogy or sqlite3"),
    ("DATABASE_URL", "postgress://hunter2@db", "use postgresql, mysql2, trilogy or sqlite3"),
    ("REDIS_URL", "postgresql://app:hunter2@db/app", "use redis or rediss"),
    ("ANIMALS_DATABASE_URL", "rediss://:hunter2@db", "use postgresql, mysql2, trilogy or sqlite3"),
    ("CACHE_REDIS_URL", "", "is empty"),
    ("CACHE_REDIS_URL", "mysql2://hunter2@db", "use redis or rediss"),
    ("DATABASE_URL", "postgresql:///hunter2", "names no host: write one"),
    ("DATABASE_URL", "mysql2:///hunter2", "names no host: write one"),
    ("DATABASE_URL", "postgresql://app:hunter2@/app", "has a user name but no host behind it, which Rails refuses"),
    ("DATABASE_URL", "postgresql://app:hunter2@/app?host=/run", "has a user name but no host behind it, which Rails refuses"),
    ("DATABASE_URL", "postgresql://hunter2_db/app", "names a host with an underscore, which Rails refuses"),
    ("DATABASE_URL", "postgresql://hunter2,two/app", "names several hosts: name one, or those of a database as ?host="),
    ("DATABASE_URL", "postgresql://hunter2:1,two:2/app", "names several hosts"),
    ("DATABASE_URL", "postgresql://app:hunter2@::1/app", "holds an IPv6 address without brackets"),
    ("DATABASE_URL", "postgresql://app:hunter2@[fe80::1%25eth0]/app", "holds no IPv6 address within its brackets"),
    ("DATABASE_URL", "postgresql://[hunter2]/app", "holds no IPv6 address within its brackets"),
    ("DATABASE_URL", "postgresql://hunter2:99999/app", "has a port that is not between 1 and 65535"),
    ("DATABASE_URL", "postgresql://hunter2:port/app", "has a port that is not a number"),
    ("DATABASE_URL", "postgresql://hunter2/app?port=x", "has a ?port= that is not a number"),
    ("REDIS_URL", "redis:///0", "names no host: write one"),
    ("REDIS_URL", "redis://:hunter2@/0", "names no host: write one"),
    ("REDIS_URL", "redis://cache/hunter2", "has a path that is not the number of a database"),
    ("REDIS_URL", "unix://", "names no socket"),
]


@pytest.mark.parametrize(("variable", "value", "sentence"), REFUSED)
def test_an_address_that_rails_refuses_is_refused_without_its_value(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(UnusableAddressError) as raised:
        store_address(variable, value)
    assert sentence in str(raised.value)
    assert "hunter2" not in str(raised.value), "a part of the address, maybe of its password, is in the output of `up`"
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL", "ANIMALS_DATABASE_URL"])
def test_the_example_in_an_error_can_be_used_itself(variable: str) -> None:
    store_address(variable, example_of(variable))


PASSWORD = 'hunter2"pass'
UNUSABLE = f"postgresql://app:{PASSWORD}@db/app"
WHERE: list[tuple[str, dict[str, Any], str]] = [
    *((workload, {"secrets": {"DATABASE_URL": UNUSABLE}}, "secrets.DATABASE_URL") for workload in WORKLOADS),
    *((workload, {"env": {"ANIMALS_DATABASE_URL": UNUSABLE}}, "env.ANIMALS_DATABASE_URL") for workload in WORKLOADS),
    ("KubernetesApp", {"secrets": {"DATABASE_URL": UNUSABLE}}, "secrets.DATABASE_URL"),
    ("KubernetesApp", {"migration_secrets": {"DATABASE_URL": UNUSABLE}}, "migration_secrets.DATABASE_URL"),
    (
        "KubernetesApp",
        {"app": {"name": "shop", "image": {"ref": IMAGE}, "web": {"env": {"REDIS_URL": UNUSABLE}}}},
        "app.web.env.REDIS_URL",
    ),
    ("EcsApp", {"secrets": {"DATABASE_URL": UNUSABLE}}, "secrets.DATABASE_URL"),
    ("EcsTaskRun", {"secrets": {"DATABASE_URL": UNUSABLE}}, "secrets.DATABASE_URL"),
    ("EcsService", {"env": {"REDIS_URL": UNUSABLE}}, "env.REDIS_URL"),
    ("EcsScheduledTask", {"secrets": {"SESSIONS_REDIS_URL": UNUSABLE}}, "secrets.SESSIONS_REDIS_URL"),
]


@pytest.mark.parametrize(("component", "arguments", "path"), WHERE)
def test_no_component_takes_an_address_that_rails_refuses(component: str, arguments: dict[str, Any], path: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, **arguments), registered=registered)
    assert f"  - {path}: " in str(raised.value)
    assert "hunter2" not in str(raised.value) and raised.value.__cause__ is None
    assert registered == []


@pytest.mark.parametrize("target", LEAST)
@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"secrets": {"DATABASE_URL": UNUSABLE}}, "secrets.DATABASE_URL"),
        ({"secrets": {"REDIS_URL": UNUSABLE}}, "secrets.REDIS_URL"),
        ({"app": {**APP, "env": {"REDIS_URL": UNUSABLE}}}, "app.env.REDIS_URL"),
        ({"app": {**APP, "workers": {"a": {"env": {"A_DATABASE_URL": UNUSABLE}}}}}, "app.workers.a.env.A_DATABASE_URL"),
    ],
)
def test_no_stack_takes_an_address_that_rails_refuses(target: str, settings: dict[str, Any], path: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        deploy(target, registered=registered, **settings)
    assert registered == [], "the databases of the cloud would be made first"
    assert "hunter2" not in str(raised.value)
    assert [problem for problem in raised.value.problems if problem.startswith(f"{path}: ")]


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("where", ["env", "secrets"])
def test_an_address_that_is_known_later_is_refused_then(workload: str, where: str) -> None:
    def program() -> Any:
        return make(workload, **{where: {"DATABASE_URL": pulumi.Output.from_input(UNUSABLE)}})

    with pytest.raises(Exception, match="DATABASE_URL: holds characters that a URL cannot") as raised:
        record(program)
    assert "hunter2" not in str(raised.value)
