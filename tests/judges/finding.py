"""What judges find, and what is waived."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

WAIVERS = Path(__file__).with_name("waivers.yaml")


@dataclass(frozen=True, order=True)
class Finding:
    """Something that a judge objects to."""

    check: str
    """The judge's name of the rule."""
    resource: str
    """What it is about, as the judge names it."""
    stack: str
    text: str = ""


@dataclass(frozen=True)
class Waiver:
    """A rule that is not followed, and why."""

    judge: str
    check: str
    resources: tuple[str, ...]
    """Patterns of the judge's names of resources, as of files in a shell."""
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return self.check == finding.check and any(fnmatchcase(finding.resource, pattern) for pattern in self.resources)


def waivers(judge: str) -> list[Waiver]:
    """What is waived for a judge."""
    return [
        Waiver(judge, each["check"], tuple(each.get("resources", ["*"])), each["reason"])
        for each in yaml.safe_load(WAIVERS.read_text())[judge]
    ]


def assert_waived(judge: str, findings: Sequence[Finding]) -> None:
    """Fail for a finding that is not waived, and for a waiver of nothing."""
    known = waivers(judge)
    told = [each for each in findings if not any(waiver.covers(each) for waiver in known)]
    assert not told, f"{judge} objects:\n" + "\n".join(
        f"  {each.check} {each.stack}: {each.resource} {each.text}" for each in sorted(told)
    )
    idle = [
        f"{waiver.check} {pattern}"
        for waiver in known
        for pattern in waiver.resources
        if not any(each.check == waiver.check and fnmatchcase(each.resource, pattern) for each in findings)
    ]
    assert not idle, f"these waivers for {judge} are of nothing any more: remove them: {', '.join(idle)}"
