"""What of a stack's settings is rehearsed, and what cannot be."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from railbed.stores.url import store_address
from railbed_stacks.doks import DoksSettings
from sandbox.cluster import registry
from sandbox.images import catalogue
from sandbox.paths import REPOSITORY
from sandbox.progress import StepFailed
from sandbox.rehearsal.settings import settings_of

APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": "registry.example.com:5000/shop:1f3c2ab"},
    "web": {"hosts": ["a.b.com"]},
}


def write(folder: Path, **settings: Any) -> None:
    given = {"target": "doks", "region": "fra1", "app": APP, **settings}
    config = {f"railbed:{key}": value for key, value in given.items()} | {"digitalocean:token": {"secure": "v1:theirs"}}
    (folder / "Pulumi.live.yaml").write_text(yaml.safe_dump({"config": config, "encryptionsalt": "v1:theirs"}))


@pytest.mark.parametrize("stack", ["prod", "prod-eks", "staging"])
def test_a_file_of_the_repository_is_read_and_stays(stack: str) -> None:
    file = REPOSITORY / f"Pulumi.{stack}.yaml"
    before = file.read_bytes()
    settings = settings_of(stack)
    settings.release("2")
    settings.unprotect()
    assert file.read_bytes() == before
    given = yaml.safe_load(before)["config"]
    assert settings.values["database"] == {**given["railbed:database"], "protect": False}, "other settings are as in the file"
    assert settings.app["web"]["replicas"] == given["railbed:app"]["web"]["replicas"]


@pytest.mark.parametrize(("target", "stack"), [("doks", "prod"), ("eks", "prod-eks"), ("ecs", "prod-ecs")])
def test_a_target_stands_for_its_production_stack(target: str, stack: str) -> None:
    assert settings_of(target).values == settings_of(stack).values


def test_secrets_of_the_user_are_neither_needed_nor_read(tmp_path: Path) -> None:
    write(tmp_path, secrets={"RAILS_MASTER_KEY": {"secure": "v1:theirs"}, "STRIPE_KEY": {"secure": "v1:theirs"}})
    settings = settings_of("live", tmp_path)
    assert set(settings.secrets) == {"RAILS_MASTER_KEY", "STRIPE_KEY"}
    assert "theirs" not in repr(settings), "a value of the user's is in the rehearsal"
    assert not [key for key in settings.values if "token" in key], "so is a token"


def test_a_users_machine_and_registry_are_left_alone(tmp_path: Path) -> None:
    host = {"host": "ssh://deploy@shop.example.com", "tls": True, "address": "192.0.2.7"}
    write(tmp_path, target="docker", region=None, docker=host, database={"max_connections": 50}, redis={"enabled": True})
    settings = settings_of("live", tmp_path)
    assert set(settings.values["docker"]) == {"port", "proxy_image"}, "the rehearsal would reach for the user's machine"
    assert settings.values["database"] == {"max_connections": 50, "image": catalogue.postgres_reference()}
    assert settings.values["redis"] == {"enabled": True, "image": catalogue.redis_reference()}


def test_an_address_of_another_store_is_one_that_the_stack_takes(tmp_path: Path) -> None:
    write(tmp_path, secrets={"SESSIONS_REDIS_URL": {"secure": "v1:theirs"}})
    address = settings_of("live", tmp_path).secrets["SESSIONS_REDIS_URL"]
    assert store_address("SESSIONS_REDIS_URL", address).hosts == ("redis.example.com",), "the rehearsal would be refused"


def test_a_database_from_elsewhere_is_replaced_by_one_of_the_stack(tmp_path: Path) -> None:
    write(tmp_path, secrets={"DATABASE_URL": {"secure": "v1:theirs"}})
    assert "DATABASE_URL" not in settings_of("live", tmp_path).secrets, "a rehearsal would reach for the user's database"


@pytest.mark.parametrize(
    ("given", "first", "next_release"),
    [
        (
            "registry.example.com:5000/shop:1f3c2ab",
            "registry.example.com:5000/shop:1f3c2ab",
            "registry.example.com:5000/shop:2",
        ),
        ("registry.example.com:5000/shop", "registry.example.com:5000/shop:1", "registry.example.com:5000/shop:2"),
        (f"example/shop@sha256:{'0' * 64}", "example/shop:1", "example/shop:2"),
        (f"example/shop:1f3c2ab@sha256:{'0' * 64}", "example/shop:1", "example/shop:2"),
    ],
)
def test_a_release_changes_only_the_tag(tmp_path: Path, given: str, first: str, next_release: str) -> None:
    write(tmp_path, app={**APP, "image": {"ref": given}})
    settings = settings_of("live", tmp_path)
    assert settings.release("") == first
    assert settings.release("2") == next_release


def test_an_image_that_is_built_is_stood_in_for(tmp_path: Path) -> None:
    write(tmp_path, app={**APP, "image": {"build": "../shop"}})
    assert settings_of("live", tmp_path).app["image"] == {"ref": "railbed.sandbox/shop:1"}


@pytest.mark.parametrize(
    ("server", "reference"),
    [
        ("registry.example.com", "registry.example.com/shop:1"),
        ("https://index.docker.io/v1/", "docker.io/shop:1"),
        ("registry.digitalocean.com", "registry.digitalocean.com/shop:1"),
    ],
)
def test_an_image_that_is_built_into_a_registry_is_rehearsed_with_its_credentials(
    tmp_path: Path, server: str, reference: str
) -> None:
    private = {"registry": {"server": server, "username": "theirs"}, "secrets": {"REGISTRY_PASSWORD": {"secure": "v1:theirs"}}}
    write(tmp_path, app={**APP, "image": {"build": "../shop"}}, **private)
    settings = settings_of("live", tmp_path)
    assert settings.app["image"] == {"ref": reference}, "the stack would refuse credentials of a registry without an image"
    if server == "registry.digitalocean.com":
        username, password = registry.login()
        assert settings.values["registry"]["username"] == username, "the sandbox's registry knows nobody else"
        assert settings.secrets["REGISTRY_PASSWORD"] == password


def test_the_changed_settings_are_ones_that_the_stack_takes() -> None:
    settings = settings_of("prod")
    settings.unprotect()
    DoksSettings.model_validate({**settings.values, "secrets": settings.secrets})


def test_what_cannot_be_rehearsed_is_told(tmp_path: Path) -> None:
    write(tmp_path, target="cluster")
    with pytest.raises(StepFailed) as refused:
        settings_of("live", tmp_path)
    assert "make up" in refused.value.remedy
    with pytest.raises(StepFailed) as refused:
        settings_of("nowhere", tmp_path)
    assert "live" in refused.value.remedy, "the stacks that there are are named"
