"""What this stack has released, newest first, as its output `releases`: every target, whatever keeps the state."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

import pulumi

from railbed_stacks.previous_outputs import previous_outputs

OUTPUT = "releases"

KEPT = 20
"""Releases that are remembered."""


class Release(TypedDict):
    """An image that was deployed to its end: migrated, and every part rolled out."""

    number: int
    """Counts from 1 for each stack."""
    image: str
    deployed: str
    """When, in UTC, as ISO 8601 has it."""


def export_releases(image: pulumi.Output[str]) -> None:
    """Export the releases with this one; the image is known once it has been deployed. Not secret."""
    before = previous_outputs()
    pulumi.export(OUTPUT, image.apply(lambda known: with_release(listed(before), known, datetime.now(UTC))))


def listed(outputs: Mapping[str, Any]) -> list[Release]:
    """The releases among a stack's outputs; none of a stack that an earlier version deployed."""
    found: list[Release] = outputs.get(OUTPUT) or []
    return found


def with_release(before: Sequence[Release], image: str, now: datetime) -> list[Release]:
    """The releases with the one that has just been deployed. The same image again is none: other settings have changed."""
    if before and before[0]["image"] == image:
        return list(before)
    number = before[0]["number"] + 1 if before else 1
    new = Release(number=int(number), image=image, deployed=now.isoformat(timespec="seconds"))
    return [new, *before][:KEPT]
