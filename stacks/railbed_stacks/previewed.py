"""Resources as Pulumi registers them, out of what `pulumi preview --json` prints."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

FORM = "pipe `pulumi preview --json --show-sames` into it"

UNCHANGED_OR_MADE = {"same", "update", "create", "replace", "create-replacement", "import", "read"}
"""Steps after which the resource is there.

https://www.pulumi.com/docs/iac/packages-and-automation/automation-api/ (OpType)
"""


@dataclass(frozen=True)
class Resource:
    """A resource and what it was registered with."""

    urn: str
    type: str
    """Its token, such as aws:rds/instance:Instance."""
    inputs: Mapping[str, Any]
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """URNs of the resources that an input's value comes from, by input."""

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rsplit("::", 1)[-1]


def read_preview(text: TextIO) -> tuple[list[Resource], list[Resource]]:
    """The resources of a stack before and after, out of what `pulumi preview` prints. Raises `ValueError` for anything else."""
    try:
        read = json.load(text)
    except ValueError:
        raise ValueError(f"the input is not JSON: {FORM}") from None
    if not isinstance(read, dict) or "steps" not in read:
        raise ValueError(f"the input has no steps: {FORM}")
    return before_and_after(read)


def before_and_after(preview: Mapping[str, Any]) -> tuple[list[Resource], list[Resource]]:
    """The resources of a stack before and after what `pulumi preview --json --show-sames` shows."""
    before, after = dict[str, Resource](), dict[str, Resource]()
    for step in preview.get("steps", []):
        if old := step.get("oldState"):
            before.setdefault(step["urn"], _resource(old))
        if step["op"] in UNCHANGED_OR_MADE and (new := step.get("newState")):
            after[step["urn"]] = _resource(new)
    return list(before.values()), list(after.values())


def _resource(state: Mapping[str, Any]) -> Resource:
    return Resource(state["urn"], state["type"], state.get("inputs") or {}, state.get("propertyDependencies") or {})
