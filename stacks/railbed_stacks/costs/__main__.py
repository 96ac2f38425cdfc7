"""Shows what a stack costs a month, and what a change of it would.

`pulumi preview --json --show-sames | .venv/bin/python -m railbed_stacks.costs`
"""

import sys
from typing import TextIO

from railbed_stacks.costs.bill import NOT_COUNTED, Bill, bill_of
from railbed_stacks.previewed import read_preview


def show(preview: TextIO) -> str:
    """The text for what a preview prints as JSON. Raises `ValueError` for anything else."""
    before, after = (bill_of(each) for each in read_preview(preview))
    return "\n".join([*_table(after), "", f"before: {before.total:.2f}", f"change: {after.total - before.total:+.2f}"])


def _table(bill: Bill) -> list[str]:
    lines = [f"{line.usd:10.2f}  {line.amount:g} x {line.item}  ({line.resource})" for line in bill.lines]
    return [
        "USD a month at list prices",
        *lines,
        f"{bill.total:10.2f}  in all",
        *(f"     no price  {each}" for each in bill.unpriced),
        "Not counted:",
        *(f"- {each}" for each in NOT_COUNTED),
    ]


def main() -> int:
    """Read a preview from standard input and show what it costs; 2 if it is none."""
    try:
        print(show(sys.stdin))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
