"""Rules over several values: the user reads of all that are broken at once, beside values that are wrong by themselves."""

from typing import Any

import pytest
from pydantic import Field, ValidationError

from railbed.validation.arguments import Arguments, Options, Placed
from railbed.validation.problems import problems_of
from railbed.validation.rules import rule


class Pool(Arguments):
    least: int = Field(1, ge=0)
    most: int = Field(4, ge=0)

    @rule
    def _bounds_are_in_order(self) -> None:
        if self.most < self.least:
            raise ValueError(f"most {self.most} is below least {self.least}")


class Cluster(Arguments):
    name: str
    region: str = "fra1"
    zone: str = "a"
    default: Pool = Pool()
    pools: dict[str, Pool] = {}

    @rule
    def _zone_is_of_the_region(self) -> None:
        if self.region == "fra1" and self.zone != "a":
            raise ValueError(f"zone {self.zone} is not one of fra1")

    @rule
    def _pools_fit(self) -> None:
        nodes = sum(pool.most for pool in [self.default, *self.pools.values()])
        if nodes > 10:
            raise ValueError(f"{nodes} nodes are more than 10")


class Larger(Cluster):
    @rule
    def _pools_fit(self) -> None:
        """Takes the place of the rule of the same name."""


def problems(given: dict[str, Any], model: type[Arguments] = Cluster) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(given)
    return list(problems_of(raised.value, model))


def test_every_broken_rule_is_told() -> None:
    assert problems({"name": "shop", "zone": "b", "default": {"most": 20}}) == [
        "zone b is not one of fra1",
        "20 nodes are more than 10",
    ]


def test_a_rule_is_checked_beside_wrong_values_that_it_does_not_read() -> None:
    assert problems({"name": 5, "zone": "b"}) == [
        "name: found 5; it should be a string. Put it in quotes.",
        "zone b is not one of fra1",
    ]
    assert problems({"zone": "b"})[1:] == ["zone b is not one of fra1"], "a value that is missing hides no rule"


def test_a_rule_that_reads_a_wrong_value_says_nothing() -> None:
    assert problems({"name": "shop", "region": 1, "zone": "b"}) == ["region: found 1; it should be a string. Put it in quotes."]


@pytest.mark.parametrize("place", ["default", "pools"])
def test_what_is_right_of_an_inner_model_counts(place: str) -> None:
    def inside(pool: dict[str, Any]) -> dict[str, Any]:
        return {"name": "shop", place: pool if place == "default" else {"big": pool}}

    least, most = problems(inside({"least": -1, "most": 20}))
    assert least.endswith("least: found -1; it should be at least 0.") and most.endswith("nodes are more than 10")
    assert len(problems(inside({"least": 3, "most": -1}))) == 1, "no rule reads what is wrong"
    bounds, nodes = problems(inside({"least": 30, "most": 20}))
    assert bounds.endswith("most 20 is below least 30") and nodes.endswith("nodes are more than 10")


def test_a_rule_of_a_base_class_is_kept_or_replaced_by_name() -> None:
    assert problems({"name": "shop", "zone": "b", "default": {"most": 20}}, Larger) == ["zone b is not one of fra1"]


def test_a_mistake_in_a_rule_is_no_problem_of_the_user() -> None:
    class Wrong(Arguments):
        @rule
        def _misspells(self) -> None:
            _ = self.nmae  # type: ignore[attr-defined]

    with pytest.raises(AttributeError, match="nmae"):
        Wrong()


class ServerOptions(Options):
    size: str = "small"


class ServerModel(ServerOptions, Placed):
    network: str
    ports: list[int] = []


def test_options_with_their_placement_are_the_arguments_of_a_component() -> None:
    options = ServerOptions(size="large")
    placed = options.placed(ServerModel, network="vpc-1")
    assert (placed.size, placed.network, placed.ports) == ("large", "vpc-1", [])
    assert placed.model_fields_set == {"size", "network"}


def test_a_placement_that_does_not_fit_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="ServerModel takes no vpc"):
        ServerOptions().placed(ServerModel, network="vpc-1", vpc="vpc-1")
    with pytest.raises(TypeError, match="ServerModel requires network"):
        ServerOptions().placed(ServerModel)


def test_who_gives_a_placement_as_an_option_reads_who_sets_it() -> None:
    assert problems({"network": "vpc-1"}, ServerOptions) == ["network: is set by the stack: remove it."]
