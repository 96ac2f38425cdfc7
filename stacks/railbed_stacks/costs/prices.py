"""List prices, with the day on which they were read and where they come from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HOURS = 730
"""Hours of a month, as calculator.aws counts them."""

FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True)
class PriceList:
    """The prices of a cloud in one region, in USD."""

    read: str
    """Day on which they were read, such as 2026-10-02."""
    source: str
    """Where they come from."""
    hourly: Mapping[str, float]
    """Prices by the hour, by what is paid for."""
    monthly: Mapping[str, float]
    """Prices by the month, by what is paid for."""
    unconfirmed: Mapping[str, str]
    """Where those come from that the source does not have."""

    def a_month(self, key: str) -> float | None:
        """Price of one for a month; None if it is not in the list."""
        return self.hourly[key] * HOURS if key in self.hourly else self.monthly.get(key)


NONE = PriceList("", "", {}, {}, {})
"""Of a region without a list."""


@cache
def aws_prices(region: str) -> PriceList:
    """Prices of an AWS region; `NONE` if there is no list of it."""
    found = _file()["aws"].get(region)
    return PriceList(**found) if found else NONE


@cache
def digitalocean_prices() -> PriceList:
    """Prices of DigitalOcean, which are the same in every region."""
    return PriceList(**_file()["digitalocean"])


@cache
def priced_regions() -> list[str]:
    """Regions of AWS with a list of prices."""
    return sorted(_file()["aws"])


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(FILE.read_text())
    return content
