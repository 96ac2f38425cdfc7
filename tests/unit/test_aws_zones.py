"""Zones of a network: letters are per account, some zones have no EKS or Fargate, and a network that is there keeps its own."""

from typing import Any

import pytest

from railbed import InvalidArguments, Network
from tests.unit import cluster_answers
from tests.unit.cloud_answers import ZONES
from tests.unit.cloud_stacks import deploy
from tests.unit.cluster_answers import EKS
from tests.unit.cluster_contents import ClusterContents
from tests.unit.recording import Deployment, Recorded, record

EAST = {f"us-east-1{letter}": f"use1-az{number}" for letter, number in zip("abcdef", (3, 1, 2, 4, 5, 6), strict=True)}
"""An account whose zone a has no EKS."""


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ZONES, "us-east-1", EAST)
    monkeypatch.setitem(ZONES, "us-west-1", {"us-west-1b": "usw1-az1", "us-west-1c": "usw1-az3"})
    monkeypatch.setitem(
        ZONES, "ap-northeast-1", {f"ap-northeast-1{a}": f"apne1-az{n}" for a, n in (("a", 3), ("c", 1), ("d", 2))}
    )


def zones(made: Deployment) -> list[str]:
    """The letters of the zones in which there are subnets."""
    found = {each.inputs["availabilityZone"] for each in made.all("Subnet")}
    return sorted(zone[-1] for zone in found)


def network(region: str, **arguments: Any) -> Deployment:
    given: Any = {"region": region, **arguments}
    return record(lambda: Network("shop", given))


@pytest.mark.parametrize(
    ("region", "letters"), [("eu-central-1", "abc"), ("us-east-1", "abc"), ("us-west-1", "bc"), ("eusc-de-east-1", "ab")]
)
def test_a_network_has_the_usual_zones_and_others_where_the_account_lacks_them(region: str, letters: str) -> None:
    assert zones(network(region)) == list(letters)


def test_a_cluster_of_eks_is_in_zones_that_have_it() -> None:
    assert zones(cluster_answers.deployed(EKS, region="us-east-1")) == ["b", "c", "d"]
    assert zones(cluster_answers.deployed(EKS, region="us-east-1", zones=["us-east-1e", "us-east-1f"])) == ["e", "f"]


@pytest.mark.parametrize(
    ("target", "settings", "letters"),
    [
        ("eks", {"region": "us-east-1"}, "bcd"),
        ("ecs", {"region": "us-east-1"}, "abc"),
        ("ecs", {"region": "ap-northeast-1"}, "cd"),
        ("ecs", {"region": "ap-northeast-1", "cluster": {"instances": {}}, "ecs": {"capacity": "ec2"}}, "acd"),
        ("ecs", {"region": "us-east-1", "network": {"zones": ["us-east-1e", "us-east-1f"]}}, "ef"),
    ],
)
def test_a_stack_is_in_zones_that_have_what_it_runs_on(target: str, settings: dict[str, Any], letters: str) -> None:
    made = deploy(target, **settings)
    assert zones(made) == list(letters)
    assert made.exports["zones"] == [f"{settings['region']}{letter}" for letter in letters]


@pytest.mark.parametrize(("target", "section"), [("eks", "cluster"), ("ecs", "network")])
@pytest.mark.parametrize("preview", [True, False])
def test_a_network_that_is_there_keeps_its_zones(contents: ClusterContents, target: str, section: str, preview: bool) -> None:
    contents.outputs = {"zones": ["us-east-1a", "us-east-1f"]}
    assert zones(deploy(target, region="us-east-1", preview=preview)) == ["a", "f"], "subnets would be deleted"
    given: dict[str, Any] = {section: {"zones": ["us-east-1a", "us-east-1e"]}}
    assert zones(deploy(target, region="us-east-1", preview=preview, **given)) == ["a", "e"], "it has zone a, whatever it lacks"


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_a_network_that_was_made_before_zones_were_an_output_keeps_the_usual_ones(
    contents: ClusterContents, target: str
) -> None:
    contents.outputs = {"url": "https://shop.example.com"}
    assert zones(deploy(target, region="ap-northeast-1")) == ["a", "c", "d"], "subnets would be deleted"


def test_zones_of_another_region_are_not_kept(contents: ClusterContents) -> None:
    contents.outputs = {"zones": ["eu-central-1a", "eu-central-1b"]}
    assert zones(deploy("ecs", region="us-west-1")) == ["b", "c"]


@pytest.mark.parametrize(
    ("target", "settings", "sentence"),
    [
        (
            "eks",
            {"region": "us-east-1", "cluster": {"zones": ["us-east-1a", "us-east-1b"]}},
            "zones: us-east-1a (use1-az3 in this account) does not have EKS: name others of us-east-1b, us-east-1c",
        ),
        (
            "ecs",
            {"region": "us-west-1", "network": {"zones": ["us-west-1a", "us-west-1b"]}},
            "zones: us-west-1a is none of this account's: it has us-west-1b, us-west-1c",
        ),
    ],
)
def test_zones_that_cannot_be_used_are_told_before_anything_is_made(
    target: str, settings: dict[str, Any], sentence: str
) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        deploy(target, registered=registered, **settings)
    assert sentence in str(raised.value)
    assert {each.name for each in registered} <= {"aws"}


def test_a_region_with_one_usable_zone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ZONES, "us-west-1", {"us-west-1a": "usw1-az2", "us-west-1b": "usw1-az1"})
    with pytest.raises(InvalidArguments, match="EKS is in 1 zones of us-west-1 in this account, and 2 are needed: use another"):
        deploy("eks", region="us-west-1")


def unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise OSError("no credentials")

    monkeypatch.setattr("railbed.aws.zones.get_availability_zones", refuse)


def test_a_preview_that_cannot_ask_shows_the_usual_zones(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    unanswered(monkeypatch)
    assert zones(deploy("ecs", region="us-west-1", preview=True)) == ["a", "c"]
    assert any("The availability zones of us-west-1 could not be read" in text for _, text in logged)


def test_an_update_that_cannot_ask_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    unanswered(monkeypatch)
    with pytest.raises(Exception, match="The availability zones of us-west-1 could not be read: no credentials"):
        deploy("ecs", region="us-west-1")
