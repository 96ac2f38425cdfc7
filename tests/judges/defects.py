"""Defects that the judges have to find: a judge who finds nothing proves nothing unless he is shown not to be blind."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.judges.registered import Registered


@dataclass(frozen=True)
class Defect:
    """One value changed in one resource."""

    kind: str
    name: str
    """The resource's name in the program."""
    path: str
    """Where, with dots; numbers count in lists."""
    value: Any
    check: str
    """What the judge calls it."""

    def __str__(self) -> str:
        return f"{self.check} {self.path}={self.value}"


def spoiled(resources: Iterable[Registered], defects: Sequence[Defect]) -> list[Registered]:
    """The same resources with all of these defects."""
    found = [replace(each, inputs=copy.deepcopy(each.inputs)) for each in resources]
    for defect in defects:
        (resource,) = (each for each in found if (each.kind, each.name) == (defect.kind, defect.name))
        spoil(resource.inputs, defect.path, defect.value)
    return found


def spoil(place: Any, path: str, value: Any) -> None:
    """Set a value; None takes it out."""
    *parents, last = path.split(".")
    for key in parents:
        place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
