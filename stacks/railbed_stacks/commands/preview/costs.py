"""What a change costs a month."""

from dataclasses import dataclass

from railbed_stacks.commands.preview.plan import Plan
from railbed_stacks.costs.bill import Bill, bill_of
from railbed_stacks.previewed import before_and_after

CENT = 0.01
_OF_REGIONS = "region "
"""How a bill begins that a region has no prices at all."""


@dataclass(frozen=True)
class CostChange:
    """What the stack costs a month before and afterwards, at list prices."""

    before: Bill
    after: Bill

    @property
    def difference(self) -> float:
        """What is paid more, or less, in USD; without the resources that are not known."""
        return sum(usd for _, usd in self.lines)

    @property
    def not_known(self) -> list[str]:
        """Resources whose price is not known before or afterwards, where it changes: what they cost more is not known."""
        before, after = set(self.before.unpriced), set(self.after.unpriced)
        return sorted({_resource(each) for each in before ^ after if not each.startswith(_OF_REGIONS)})

    @property
    def lines(self) -> list[tuple[str, float]]:
        """What each resource that costs another amount costs more or less, in USD, the most first."""
        changes: dict[str, float] = {}
        for bill, sign in ((self.before, -1), (self.after, 1)):
            for line in bill.lines:
                if line.resource not in self.not_known:
                    name = f"{line.resource}: {line.item}"
                    changes[name] = changes.get(name, 0) + sign * line.usd
        return sorted(((name, usd) for name, usd in changes.items() if abs(usd) >= CENT / 2), key=lambda each: -abs(each[1]))

    @property
    def sentence(self) -> str:
        """As in "+96.00 USD a month at list prices (341.80 → 437.80)"."""
        if self.not_known:
            named = ", ".join(f"`{name}`" for name in self.not_known)
            return f"{self.difference:+.2f} USD a month at list prices, without {named}: a price is not known"
        if not self.lines:
            return f"stays at {self.after.total:.2f} USD a month at list prices"
        sums = f"{self.before.total:.2f} → {self.after.total:.2f}"
        return f"{self.difference:+.2f} USD a month at list prices ({sums})"


def cost_of(plan: Plan) -> CostChange | None:
    """What a change costs; None where nothing of the stack has a price."""
    before, after = (bill_of(resources) for resources in before_and_after(plan.preview))
    counted = before.lines or after.lines or before.unpriced or after.unpriced
    return CostChange(before, after) if counted else None


def _resource(unpriced: str) -> str:
    return unpriced.partition(": ")[0]
