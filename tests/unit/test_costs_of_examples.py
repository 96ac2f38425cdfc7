"""The sums in the guides are those of the example settings, at the prices of the list."""

from collections import defaultdict
from pathlib import Path

import pytest

from railbed_stacks.costs.bill import NOT_COUNTED, Bill, bill_of
from railbed_stacks.costs.prices import aws_prices, digitalocean_prices
from tests.unit.example_stacks import EXAMPLES, deployed, resources_of

ROOT = Path(__file__).parents[2]
PARTS = {
    "load balancer, addresses": ("load_balancer", "address"),
    "NAT gateways": ("nat",),
    "control plane": ("eks", "high_availability"),
    "nodes": ("ec2", "disk", "droplet"),
    "tasks": ("fargate",),
    "database": ("rds", "pg"),
    "Valkey": ("elasticache", "valkey"),
    "secrets, keys, alarms": ("secret", "key", "alarm"),
}
"""What a row of a table sums up, by the first part of what is paid for."""
GUIDES = {"doks": "docs/digitalocean.md", "eks": "docs/aws.md", "ecs": "docs/aws.md"}
SIZES = {
    "doks": ("doks-entry", "doks-small", "doks-medium", "doks-large"),
    "eks": ("eks-small", "eks-medium", "eks-large"),
    "ecs": ("ecs-entry", "ecs-small", "ecs-medium", "ecs-large"),
}


def bill(name: str) -> Bill:
    found = bill_of(resources_of(deployed(name)))
    assert found.unpriced == [], f"{name} has parts without a price, which the sum would take for free"
    return found


def by_part(found: Bill) -> dict[str, float]:
    sums = defaultdict[str, float](float)
    for line in found.lines:
        (part,) = [part for part, keys in PARTS.items() if line.item.split("/")[0] in keys]
        sums[part] += line.usd
    return sums


def table(names: tuple[str, ...]) -> str:
    """The table of a guide, as it has to be there."""
    bills = [bill(name) for name in names]
    sums = [by_part(found) for found in bills]
    parts = [part for part in PARTS if any(each[part] for each in sums)]
    rows = [[part, *(f"{each[part]:.0f}" if each[part] else "-" for each in sums)] for part in parts]
    links = [f"[{name.split('-')[1]}](../examples/{name}.yaml)" for name in names]
    head = [["part", *links], ["---"] * (len(names) + 1)]
    last = [["**USD a month**", *(f"**{found.total:.0f}**" for found in bills)]]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*head, *rows, *last])


@pytest.mark.parametrize("target", SIZES)
def test_the_table_of_the_guide_is_computed(target: str) -> None:
    wanted = table(SIZES[target])
    assert wanted in (ROOT / GUIDES[target]).read_text(), f"{GUIDES[target]} needs this table:\n{wanted}"


@pytest.mark.parametrize("target", ["doks", "ecs"])
def test_each_cloud_has_an_entry_under_60_dollars(target: str) -> None:
    assert bill(f"{target}-entry").total < 60


@pytest.mark.parametrize("target", SIZES)
def test_each_size_costs_more_than_the_one_before(target: str) -> None:
    totals = [bill(name).total for name in SIZES[target]]
    assert totals == sorted(set(totals))


def test_every_example_is_in_a_table() -> None:
    assert sorted(name for names in SIZES.values() for name in names) == EXAMPLES


@pytest.mark.parametrize("name", ["Pulumi.prod-eks", "Pulumi.prod-ecs"])
def test_the_files_for_production_have_prices_too(name: str) -> None:
    assert bill(name).total > 60


@pytest.mark.parametrize("guide", sorted(set(GUIDES.values())))
def test_a_guide_says_what_its_sums_leave_out_and_how_old_the_prices_are(guide: str) -> None:
    text = " ".join((ROOT / guide).read_text().split())
    for left_out in NOT_COUNTED:
        assert left_out in text, f"{guide} does not say that its sums leave out: {left_out}"
    prices = aws_prices("us-east-1") if guide == "docs/aws.md" else digitalocean_prices()
    assert prices.read in text
