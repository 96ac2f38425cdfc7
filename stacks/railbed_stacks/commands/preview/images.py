"""Which image runs before and afterwards."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from railbed_stacks.commands.preview.parts import Part, Role
from railbed_stacks.commands.preview.plan import Plan, is_known
from railbed_stacks.commands.preview.runs import runs_of

_TAG = re.compile(r":([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})(?:@sha256:[0-9a-f]{64})?$")
"""https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests"""
_REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage"


@dataclass(frozen=True)
class ImageChange:
    """The application's image before and afterwards; empty where there is none or it is known later."""

    old: str
    new: str

    @property
    def changes(self) -> bool:
        """Whether another image is to run."""
        return bool(self.old) and self.old != self.new


def image_of(plan: Plan, parts: Iterable[Part]) -> ImageChange:
    """The image of the application, as the migration or the first part that has one gets it."""
    by_role = sorted(parts, key=lambda part: part.role is not Role.MIGRATION)
    for part in by_role:
        for step in part.main:
            old, new = (runs_of(step.type, inputs).image for inputs in (step.old, step.new))
            if old or new:
                return ImageChange(old, new)
    for step in plan.steps:
        if step.type == _REMOTE_IMAGE and step.parent.rpartition("::")[0].endswith("railbed:index:DockerApp"):
            old, new = (str(inputs.get("name") or "") for inputs in (step.old, step.new))
            if step.name == step.parent.rpartition("::")[2]:
                return ImageChange(old, new if is_known(new) else "")
    return ImageChange("", "")


def tag_of(image: str) -> str:
    """The tag of an image; empty if it has none."""
    found = _TAG.search(image)
    return found[1] if found else ""
