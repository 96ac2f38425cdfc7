"""PostgreSQL and Redis on one machine: the same servers as on a cluster."""

import asyncio
from typing import Any

import pulumi
import pytest

from railbed.docker_host.store import StoreVolume
from tests.unit.docker_engine import FakeEngine
from tests.unit.recording import HIDDEN, Deployment, record
from tests.unit.samples import make

STORES = ["DockerPostgresql", "DockerRedis"]
PASSWORD = "hunter2-päss'"


def deployed(component: str, **arguments: Any) -> Deployment:
    return record(lambda: make(component, **arguments))


@pytest.mark.parametrize(("component", "on_cluster"), [("DockerPostgresql", "Postgresql"), ("DockerRedis", "Redis")])
def test_it_is_the_server_that_runs_on_a_cluster(component: str, on_cluster: str) -> None:
    (cluster,) = record(lambda: make(on_cluster)).the("StatefulSet").pod["containers"]
    store = deployed(component)
    assert store.the("RemoteImage").at("name") == cluster["image"]
    assert store.the("RemoteImage").at("keepLocally"), "another container may run it"
    assert store.the("Container").at("healthcheck.tests.0") == "CMD"
    assert store.the("Container").at("healthcheck.tests")[1:] == cluster["readinessProbe"]["exec"]["command"]


@pytest.mark.parametrize("component", STORES)
@pytest.mark.parametrize("keep_data", [True, False])
def test_its_volume_stays_unless_told_otherwise(component: str, keep_data: bool) -> None:
    volume = deployed(component, keep_data=keep_data).the("Volume")
    assert volume.request.retainOnDelete is keep_data
    assert volume.at("name") == "shop-test", "the next store of the name could not take it up again"
    assert list(volume.request.ignoreChanges) == ["labels"], "new labels would replace it"


@pytest.mark.parametrize("component", STORES)
def test_two_servers_never_have_one_volume(component: str) -> None:
    container = deployed(component).the("Container")
    assert container.request.deleteBeforeReplace
    assert container.at("mounts.0.source") == "shop-test"
    assert container.at("mounts.0.type") == "volume"
    assert container.at("ports") is None, "the machine's other users could reach it"


@pytest.mark.parametrize(
    ("component", "url"),
    [
        ("DockerPostgresql", "postgresql://app:hunter2-p%C3%A4ss%27@database:5432/app"),
        ("DockerRedis", "redis://:hunter2-p%C3%A4ss%27@redis:6379/0"),
    ],
)
def test_the_address_is_a_secret_that_does_not_change_with_the_container(component: str, url: str) -> None:
    store = deployed(component, password=PASSWORD)
    assert store.result["url"] == url
    assert store.the(component).outputs["url"] == HIDDEN
    assert PASSWORD not in str([each.visible for each in store.resources])
    variable = "DATABASE_URL" if component == "DockerPostgresql" else "REDIS_URL"

    def program() -> None:
        made: Any = make(component)
        make("DockerApp", "app", secrets={variable: made.url})

    app = record(program)
    assert "shop" not in app.the("Container", "app-web-1").depends_on, "a restarted store would replace the application"


def test_postgresql_stops_fast_and_sets_its_password_at_every_start() -> None:
    container = deployed("DockerPostgresql", max_connections=50, database="shop").the("Container")
    assert container.at("stopSignal") == "SIGINT", "TERM waits for every client to leave"
    assert container.at("command") == ["postgres", "-c", "max_connections=50"]
    assert "ALTER ROLE" in container.at("entrypoints.2")
    assert "POSTGRES_DB=shop" in container.at("envs")
    assert container.at("tmpfs")["/run/secrets/postgresql"].startswith("mode=0700")


def test_redis_reads_its_configuration_from_its_environment() -> None:
    container = deployed("DockerRedis", password=PASSWORD, resources={"memory_limit": "1Gi"}).the("Container")
    configuration = next(each for each in container.inputs["envs"] if each.startswith("RAILBED_CONFIGURATION="))
    assert "maxmemory 768mb\nmaxmemory-policy noeviction" in configuration
    assert 'requirepass "hunter2-p\\xc3\\xa4ss\'"' in configuration
    assert container.at("entrypoints.2").count("redis-server -") == 1
    assert PASSWORD not in str([container.at("entrypoints"), container.at("command")]), "ps would show it"


MINE = {"railbed/project": "railbed", "railbed/stack": "test"}


def volume_hook(monkeypatch: pytest.MonkeyPatch, volumes: dict[str, dict[str, str]]) -> None:
    monkeypatch.setattr(pulumi, "get_project", lambda: "railbed")
    monkeypatch.setattr(pulumi, "get_stack", lambda: "test")
    hook = StoreVolume(FakeEngine(volumes=dict(volumes)).as_engine())
    args = pulumi.ResourceHookArgs("urn", "", "shop", "docker:index/volume:Volume", {"name": "shop-test"})
    asyncio.run(hook.before_create(args))


@pytest.mark.parametrize("volumes", [{}, {"shop-test": MINE}])
def test_a_volume_of_the_stack_is_taken_up_again(volumes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    volume_hook(monkeypatch, volumes)


@pytest.mark.parametrize(
    ("labels", "whose"),
    [
        ({}, "nobody that railbed knows"),
        (MINE | {"railbed/stack": "production"}, "stack 'production' of project 'railbed'"),
    ],
)
def test_a_volume_of_somebody_else_is_not_touched(labels: dict[str, str], whose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pulumi.RunError, match=f"There is a Docker volume shop-test already, and it is of {whose}"):
        volume_hook(monkeypatch, {"shop-test": labels})
