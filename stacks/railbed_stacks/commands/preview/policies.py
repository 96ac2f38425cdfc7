"""What the policies say, out of the engine's events: `pulumi preview --json` leaves them out.

https://github.com/pulumi/pulumi/blob/master/pkg/backend/display/json.go (ShowPreviewDigest)
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from railbed_stacks.commands.preview.said import cleaned

MANDATORY = "mandatory"


@dataclass(frozen=True)
class Violation:
    """What a policy objects to."""

    policy: str
    resource: str
    text: str
    is_mandatory: bool


@dataclass(frozen=True)
class PolicyResults:
    """What came of all policies."""

    violations: list[Violation] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    """Packs that were asked, where the engine tells."""

    @property
    def refuses(self) -> bool:
        """Whether `pulumi up` would be refused."""
        return any(each.is_mandatory for each in self.violations)


def read_policies(events: Iterable[str]) -> PolicyResults:
    """Read the lines of what `pulumi preview --event-log` wrote. Raises `ValueError` for anything else."""
    found, packs = dict[Violation, None](), set[str]()
    for event in _events(events):
        if violated := event.get("policyEvent"):
            found[_violation(violated)] = None
            packs.add(str(violated.get("policyPackName", "")))
        for summary in ("policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"):
            if asked := event.get(summary):
                packs.add(str(asked.get("policyPackName", "")))
    return PolicyResults(sorted(found, key=lambda each: not each.is_mandatory), sorted(packs - {""}))


def _events(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        if line.strip():
            try:
                event = json.loads(line)
            except ValueError:
                raise ValueError("the file of events is not what `pulumi preview --event-log` writes") from None
            if isinstance(event, dict):
                yield event


def _violation(event: Mapping[str, Any]) -> Violation:
    return Violation(
        str(event.get("policyName", "")),
        str(event.get("resourceUrn", "")).rsplit("::", 1)[-1],
        " ".join(cleaned(str(event.get("message", ""))).split()),
        event.get("enforcementLevel") == MANDATORY,
    )
