"""A change of settings that would leave out a data store which the stack made."""

from typing import Any

import pytest

from railbed import InvalidArguments
from railbed_stacks.kept_stores import OUTPUT
from tests.unit.cloud_stacks import LEAST, SECRET, deploy
from tests.unit.recording import Recorded

STORES: dict[str, dict[str, Any]] = {
    "secrets": {"secrets": {"DATABASE_URL": "postgresql://u:p@db.example.com/shop", "REDIS_URL": "rediss://r.example.com/0"}},
    "existing on aws": {
        "database": {"existing": {"identifier": "company", "database": "shop", "username": "shop"}, "password": "pass-word"},
        "redis": {"existing": {"identifier": "company", "database": 3}, "auth_token": "0123456789abcdef"},
        "secrets": {"RAILBED_DATABASE_PASSWORD": "pass-word", "RAILBED_REDIS_AUTH_TOKEN": "0123456789abcdef"},
    },
    "existing on doks": {
        "cluster": {"existing": {"name": "tools"}},
        "database": {"existing": {"name": "company-db"}, "database": "shop"},
        "redis": {"existing": {"name": "company-redis", "database": 2}},
    },
}


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the last `up` left as outputs."""
    outputs: dict[str, Any] = {}
    monkeypatch.setattr("railbed_stacks.kept_stores.previous_outputs", lambda: outputs)
    return outputs


@pytest.mark.parametrize("target", LEAST)
def test_the_stores_that_are_protected_are_kept_in_mind(target: str) -> None:
    assert deploy(target).exports[OUTPUT] == ["database", "redis"]
    unprotected: dict[str, Any] = {"database": {"protect": False}, "redis": {"protect": False}}
    assert deploy(target, **unprotected).exports[OUTPUT] == []


@pytest.mark.parametrize(
    ("target", "change"),
    [
        *((target, "secrets") for target in LEAST),
        ("eks", "existing on aws"),
        ("ecs", "existing on aws"),
        ("doks", "existing on doks"),
    ],
)
def test_a_change_that_would_delete_them_is_refused(target: str, change: str, before: dict[str, Any]) -> None:
    before[OUTPUT] = ["database", "redis"]
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        deploy(target, registered=registered, **STORES[change])
    assert str(raised.value).splitlines()[1:] == [
        f"  - {section}: this stack has made {section} with its data, and the settings name another one, or none: Pulumi would "
        f"delete it. Keep the settings as they were; or copy the data, set {section}.protect to false in the old settings, run "
        "`pulumi up`, and change the settings then"
        for section in ("database", "redis")
    ]
    assert not [each for each in registered if each.type.startswith(("aws:", "digitalocean:"))]


def test_a_database_in_a_cluster_of_others_is_kept_too(before: dict[str, Any]) -> None:
    before[OUTPUT] = ["database shop in company-db"]
    with pytest.raises(InvalidArguments, match="this stack has made database shop in company-db with its data"):
        deploy("doks", **{**STORES["existing on doks"], "database": {"existing": {"name": "company-db"}, "database": "store"}})


def test_what_is_no_longer_protected_may_go(before: dict[str, Any]) -> None:
    before[OUTPUT] = []
    assert deploy("ecs", **STORES["secrets"]).exports[OUTPUT] == []


def test_without_outputs_everything_is_new(before: dict[str, Any]) -> None:
    assert before == {}
    assert deploy("ecs", secrets={"RAILS_MASTER_KEY": SECRET}).all("Instance")
