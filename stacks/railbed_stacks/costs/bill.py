"""The sum of a month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from railbed_stacks.costs import aws, digitalocean
from railbed_stacks.costs.items import Item, Stack
from railbed_stacks.costs.prices import PriceList, aws_prices, digitalocean_prices, priced_regions
from railbed_stacks.previewed import Resource

AWS_PROVIDER = "pulumi:providers:aws"

NOT_COUNTED = (
    "traffic to the internet and between zones, and data through NAT gateways",
    "requests and capacity units of the load balancer",
    "logs, their storage, and metrics of Container Insights",
    "storage beyond the initial size, snapshots, and images",
    "tasks and nodes above the least number, migrations, cron tasks, and the spare containers of a rollout",
    "the DNS zone, support and taxes, and discounts: Spot, free tiers, Savings Plans",
)
"""What a sum leaves out, as it follows from use or is not of the stack."""


@dataclass(frozen=True)
class Line:
    """What one resource costs a month."""

    resource: str
    """Name of the resource."""
    item: str
    """What is paid for."""
    amount: float
    """How many of it."""
    usd: float
    """What they cost a month together."""


@dataclass(frozen=True)
class Bill:
    """What a stack costs a month."""

    lines: list[Line]
    unpriced: list[str]
    """Resources that cost something of which the list has no price."""

    @property
    def total(self) -> float:
        """The sum in USD."""
        return sum(line.usd for line in self.lines)


def bill_of(resources: Iterable[Resource]) -> Bill:
    """What these resources cost a month at list prices, as far as they are counted."""
    resources = list(resources)
    stack = Stack({each.urn: each for each in resources})
    of_aws = aws_prices(_region(resources))
    lines, unpriced = list[Line](), list[str]()
    for resource in resources:
        for item, prices in _items(resource, stack, of_aws):
            price = prices.a_month(item.key)
            if price is None:
                unpriced.append(f"{resource.name}: {item.key}")
            else:
                lines.append(Line(resource.name, item.key, item.amount, price * item.amount))
    if unpriced and of_aws.read == "" and any(each.type.startswith("aws:") for each in resources):
        unpriced.insert(0, f"region {_region(resources) or 'unknown'}: prices are known of {', '.join(priced_regions())}")
    return Bill(lines, unpriced)


def _items(resource: Resource, stack: Stack, of_aws: PriceList) -> Iterator[tuple[Item, PriceList]]:
    for counted, prices in ((aws.COUNTED, of_aws), (digitalocean.COUNTED, digitalocean_prices())):
        if count := counted.get(resource.type):
            for item in count(resource, stack):
                if item.amount:
                    yield item, prices


def _region(resources: list[Resource]) -> str:
    """The region of the provider of AWS, in which the stack makes everything."""
    found = (each.inputs.get("region") for each in resources if each.type == AWS_PROVIDER)
    return next((str(region) for region in found if region), "")
