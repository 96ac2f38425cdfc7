"""DigitalOceanRegistry: where the application's container images are kept."""

import base64
import json
from typing import Any

import pulumi
import pytest

from railbed.digitalocean.registry import DigitalOceanRegistry
from railbed.validation.checks import InvalidArguments
from tests.unit.recording import HIDDEN, Deployment, Recorded, record

AUTH = base64.b64encode(b"robot:token:with:colons").decode()
OUTPUTS: dict[str, dict[str, Any]] = {
    "ContainerRegistry": {"name": "shop-1a2b3c"},
    "ContainerRegistryDockerCredentials": {
        "dockerCredentials": json.dumps({"auths": {"registry.digitalocean.com": {"auth": AUTH}}})
    },
}


def make(registered: list[Recorded] | None = None, **arguments: Any) -> Deployment:
    return record(lambda: DigitalOceanRegistry("shop", arguments), outputs=OUTPUTS, registered=registered)  # type: ignore[arg-type]


def test_the_least_arguments_make_a_registry() -> None:
    deployed = make()
    assert deployed.the("ContainerRegistry").inputs == {"subscriptionTierSlug": "basic"}
    assert deployed.the("ContainerRegistry").request.protect, "an accidental destroy would delete all images"
    assert not make(protect=False).the("ContainerRegistry").request.protect
    assert deployed.the("ContainerRegistryDockerCredentials", "shop-push").inputs == {
        "registryName": "shop-1a2b3c",
        "write": True,
    }
    assert deployed.the("ContainerRegistryDockerCredentials", "shop-pull").inputs == {
        "registryName": "shop-1a2b3c",
        "write": False,
    }, "a cluster that only pulls could overwrite images"
    assert {each.parent for each in deployed.resources} == {"", "shop"}


def test_images_can_be_pushed_and_pulled() -> None:
    assert make().result == {
        "server": "registry.digitalocean.com",
        "repository_url": "registry.digitalocean.com/shop-1a2b3c/shop",
        "username": "robot",
        "password": "token:with:colons",
        "pull_username": "robot",
        "pull_password": "token:with:colons",
    }


def test_secrets_stay_hidden() -> None:
    outputs = make().the("DigitalOceanRegistry").outputs
    hidden = {name for name, value in outputs.items() if value == HIDDEN}
    assert hidden == {"username", "password", "pull_username", "pull_password"}


@pytest.mark.parametrize("output", [False, True])
def test_the_registry_that_an_account_has_already_is_used_and_never_touched(output: bool) -> None:
    def program() -> DigitalOceanRegistry:
        return DigitalOceanRegistry("shop", {"existing": pulumi.Output.from_input("acme") if output else "acme"})

    deployed = record(program, outputs=OUTPUTS)
    assert not deployed.all("ContainerRegistry")
    assert deployed.the("ContainerRegistryDockerCredentials", "shop-push").inputs["registryName"] == "acme"
    assert deployed.result["repository_url"] == "registry.digitalocean.com/acme/shop"


@pytest.mark.parametrize(
    ("arguments", "field", "expected"),
    [
        ({"tier": "professional"}, "subscriptionTierSlug", "professional"),
        ({"region": "fra1"}, "region", "fra1"),
        ({"overrides": {"registry": {"name": "acme"}}}, "name", "acme"),
    ],
)
def test_each_argument_reaches_the_registry(arguments: dict[str, Any], field: str, expected: object) -> None:
    assert make(**arguments).the("ContainerRegistry").inputs[field] == expected


def test_the_repository_can_be_named() -> None:
    assert make(repository="acme/web").result["repository_url"] == "registry.digitalocean.com/shop-1a2b3c/acme/web"


def test_a_preview_from_nothing_shows_every_resource() -> None:
    previewed = record(lambda: DigitalOceanRegistry("shop", {}), preview=True)
    assert previewed.named() == make().named()
    assert previewed.result["password"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"repository": "Shop"},
            "repository: found 'Shop'; use lower case letters and digits, with single dots, dashes, underscores or slashes "
            "between",
        ),
        (
            {"tier": "free"},
            (
                "tier: found 'free'; it should be 'starter', 'basic' or 'professional'. Subscription: starter, basic or "
                "professional; a change updates it."
            ),
        ),
        ({"region": "Frankfurt"}, "region: found 'Frankfurt'; registries are in ams3, fra1, nyc3, sfo3, sgp1"),
        ({"region": "lon1"}, "region: found 'lon1'; registries are in ams3, fra1, nyc3, sfo3, sgp1"),
        (
            {"existing": "acme", "tier": "starter", "region": "fra1"},
            "region and tier have no effect with existing: that registry is not managed here; remove them",
        ),
        ({"overrides": {"credentials": {}}}, "overrides of credentials have no effect: use one of registry"),
    ],
)
def test_the_user_reads_what_is_wrong(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        make(registered, **arguments)
    assert str(raised.value) == f"DigitalOceanRegistry 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"
