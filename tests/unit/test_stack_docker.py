"""The composition for one machine with Docker."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from railbed import InvalidArguments
from railbed.docker_host.engine import EngineError
from railbed.validation.checks import checked
from railbed_stacks import docker
from tests.unit.recording import HIDDEN, Deployment, Recorded, record
from tests.unit.refused_settings import told
from tests.unit.samples import IMAGE, RAILS

SECRET = "hunter2-pass"
APP: dict[str, Any] = {"name": "shop", "image": {"ref": IMAGE}, "workers": {"default": {}}}
REGISTRY = {"server": "registry.example.com", "username": "robot"}


def deploy(registered: list[Recorded] | None = None, **settings: Any) -> Deployment:
    values = {"target": "docker", "app": APP, "secrets": {"RAILS_MASTER_KEY": SECRET}} | settings
    return record(lambda: docker.deploy(checked(docker.SETTINGS, values, "settings")), registered=registered)


def variables(deployed: Deployment, name: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in deployed.the("Container", name).inputs["envs"])


def test_everything_is_on_a_network_of_the_stacks_own() -> None:
    deployed = deploy()
    assert deployed.the("Network").at("name") == "shop-test", "two stacks of one application would be one"
    for each in deployed.all("Container"):
        (network,) = each.inputs["networksAdvanced"]
        assert network["name"] == "shop-test"
    aliases = {each.name: each.inputs["networksAdvanced"][0]["aliases"] for each in deployed.all("Container")}
    assert (aliases["shop-database"], aliases["shop-redis"]) == (["database"], ["redis"])


def test_the_addresses_of_the_stores_reach_every_part_as_secrets() -> None:
    deployed = deploy()
    for part in ("web-1", "default-1", "migrate", "console"):
        found = variables(deployed, f"shop-{part}")
        assert found["DATABASE_URL"] == "postgresql://app:generated-password@database:5432/app"
        assert found["REDIS_URL"] == "redis://:generated-password@redis:6379/0"
        assert found["RAILS_MASTER_KEY"] == SECRET
    shown = json.dumps([[each.visible, each.outputs] for each in deployed.resources] + [str(deployed.exports)])
    assert SECRET not in shown
    assert "generated-password" not in shown


def test_stores_then_migration_then_web_and_workers() -> None:
    deployed = deploy()
    assert {"shop-database", "shop-redis"} <= deployed.the("Container", "shop-migrate").depends_on
    for name in ("shop-web-1", "shop-default-1"):
        assert "shop-migrate" in deployed.the("Container", name).depends_on


def test_other_stores_are_used_where_they_are_named() -> None:
    others = {"DATABASE_URL": "postgresql://db/app", "REDIS_URL": "redis://cache/0"}
    deployed = deploy(secrets=others)
    assert not {"shop-database", "shop-redis"} & {each.name for each in deployed.all("Container")}
    assert others.items() <= variables(deployed, "shop-web-1").items()


def test_redis_is_left_out_without_workers() -> None:
    deployed = deploy(app=APP | {"workers": {}})
    assert "shop-redis" not in {each.name for each in deployed.all("Container")}
    assert "REDIS_URL" not in variables(deployed, "shop-web-1")


def test_the_machine_and_the_login_of_the_registry_are_the_providers() -> None:
    host = "ssh://deploy@shop.example.com"
    deployed = deploy(docker={"host": host}, registry=REGISTRY, secrets={"REGISTRY_PASSWORD": SECRET})
    provider = deployed.the("docker")
    assert provider.inputs["host"] == host
    assert json.loads(provider.inputs["registryAuth"]) == [
        {"address": "registry.example.com", "username": "robot", "password": SECRET}
    ]
    assert provider.visible["registryAuth"] == HIDDEN
    assert "REGISTRY_PASSWORD" not in variables(deployed, "shop-web-1")


def test_an_image_is_built_pushed_and_pulled() -> None:
    app = APP | {"image": {"build": str(RAILS)}}
    deployed = deploy(app=app, registry=REGISTRY, secrets={"REGISTRY_PASSWORD": SECRET})
    assert deployed.the("Image").at("imageName").startswith("registry.example.com/shop:")
    assert deployed.the("RemoteImage", "shop").at("name") == "registry.example.com/shop@sha256:4f5c"


def test_without_a_registry_the_machines_own_engine_builds_and_keeps_the_image() -> None:
    deployed = deploy(app=APP | {"image": {"build": str(RAILS)}}, docker={"host": "ssh://shop.example.com"})
    image = deployed.the("Image")
    assert image.at("imageName").startswith("localhost/shop:")
    assert image.at("skipPush")
    assert "registry" not in image.inputs
    assert image.request.provider == deployed.the("RemoteImage", "shop").request.provider != "", "another engine would build it"
    assert deployed.the("RemoteImage", "shop").depends_on >= {"shop"}


@pytest.fixture
def development() -> Deployment:
    app = APP | {"image": {"build": str(RAILS)}, "web": {"hosts": ["shop.example.com"]}, "user": 1234}
    return deploy(app=app, docker={"development": True})


@pytest.mark.parametrize("part", ["web-1", "default-1", "migrate", "console"])
def test_in_development_every_part_runs_from_the_folder(development: Deployment, part: str) -> None:
    container = development.the("Container", f"shop-{part}")
    assert {"target": "/rails", "type": "bind", "source": str(RAILS.resolve())} in container.at("mounts")
    assert container.at("readOnly") is False, "generators could not write"
    owner = RAILS.stat().st_uid or 1234
    assert container.at("user") == f"{owner}:{owner}", "files that it writes would be somebody else's"
    assert container.at("tmpfs") == dict.fromkeys(("/rails/log", "/rails/tmp"), f"mode=0755,uid={owner},gid={owner}")
    found = variables(development, f"shop-{part}")
    assert (found["RAILS_ENV"], found["RACK_ENV"]) == ("development", "development")
    assert found["TEST_DATABASE_URL"] == found["DATABASE_URL"] + "_test", "tests would empty the database"


def test_development_has_its_commands_and_gems_and_is_asked_as_localhost(development: Deployment) -> None:
    console = "docker exec -it shop-console-1a2b3c"
    assert development.exports["exec"] == console
    assert development.exports["tests"] == f"{console} sh /tmp/railbed-tests"
    assert "Host: localhost" in development.the("Container", "shop-web-1").at("healthcheck.tests"), "Rails would refuse it"
    dockerfile = Path(development.the("Image").at("build.dockerfile")).read_text()
    assert "BUNDLE_WITHOUT= " in dockerfile, "the gems of the tests would be missing"


def test_development_without_a_folder_or_far_from_it_is_refused() -> None:
    assert "docker.development runs the application from its folder, and app.image has none: set app.image.build" in told(
        "docker", {"docker.development": True}
    )
    app = APP | {"image": {"build": str(RAILS)}}
    with pytest.raises(pulumi.RunError, match=r"and the engine is ssh://shop.example.com: remove docker.development"):
        deploy(app=app, docker={"development": True, "host": "ssh://shop.example.com"})


def test_exports_are_the_commands_of_the_machine() -> None:
    exports = deploy(docker={"port": 8080}).exports
    assert [release["image"] for release in exports.pop("releases")] == [IMAGE]
    assert exports == {
        "url": "http://localhost:8080",
        "image": IMAGE,
        "app": "shop",
        "console": "docker exec -it shop-console-1a2b3c bin/rails console",
        "exec": "docker exec -it shop-console-1a2b3c",
        "logs": "docker logs -f shop-web-1-1a2b3c",
    }


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            {"docker": {"host": "tcp://shop.example.com:2375"}},
            "docker.host: .*whoever reaches an engine by TCP has the machine",
        ),
        ({"docker": {"host": "shop.example.com"}}, "docker.host: .*give ssh://user@host, or unix:/// and the path of a socket"),
        ({"docker": {"port": 70000}}, "docker.port: found 70000; it should be at most 65535"),
        ({"docker": {"network": "x"}}, "docker.network: is not known here"),
        ({"database": {"enabled": False}}, "database.enabled is false and secrets has no DATABASE_URL"),
        (
            {"redis": {"enabled": False}},
            r"redis.enabled is false and secrets has no REDIS_URL, and Sidekiq needs Redis \(workers default\)",
        ),
        ({"database": {"max_connections": 10}}, "database.max_connections is 10, but"),
        ({"app": APP | {"web": {"autoscaled": True}}}, "app.web.autoscaled: nothing on a Docker host changes replicas"),
        ({"database": {"storage": "1Gi"}}, "database.storage: is not known here"),
    ],
)
def test_settings_that_do_not_fit_together(settings: dict[str, Any], problem: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments, match=problem):
        deploy(registered, **settings)
    assert registered == []


@pytest.mark.parametrize("host", ["ssh://shop.example.com", "ssh://deploy@192.0.2.7:2222", "unix:///run/user/1000/docker.sock"])
def test_engines_by_ssh_and_socket_are_taken(host: str) -> None:
    assert deploy(docker={"host": host}).the("docker").inputs["host"] == host


def test_workers_that_do_without_redis_are_taken() -> None:
    deployed = deploy(app=APP | {"workers": {"jobs": {"command": ["bin/jobs"]}}}, redis={"enabled": False})
    assert "REDIS_URL" not in variables(deployed, "shop-jobs-1")


def test_where_no_engine_answers_nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent:
        @classmethod
        def connect(cls, host: str | None) -> "Absent":
            raise EngineError("There is no Docker engine at /var/run/docker.sock")

    monkeypatch.setattr("railbed_stacks.docker.DockerEngine", Absent)
    assert "There is no Docker engine" in told("docker", {})


def test_an_image_of_another_architecture_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Arm:
        @classmethod
        def connect(cls, host: str | None) -> "Arm":
            return cls()

        def architecture(self) -> str:
            return "aarch64"

        def holder_of_port(self, port: int) -> None:
            return None

    monkeypatch.setattr("railbed_stacks.docker.DockerEngine", Arm)
    image = {"build": str(RAILS), "platform": "linux/amd64"}
    assert (
        "app.image.platform is linux/amd64 and the Docker engine runs on aarch64: set app.image.platform to linux/arm64, or "
        "remove it"
    ) in told("docker", {"app.image": image})
    with pytest.raises(pulumi.RunError):
        deploy(app=APP | {"image": image})
    by_itself = deploy(app=APP | {"image": {"build": str(RAILS)}})
    assert by_itself.the("Image").at("build.platform") == "linux/arm64", "a laptop with ARM would have to be told what it is"
