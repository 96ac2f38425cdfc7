"""What happens to each part of the application, in sentences."""

from dataclasses import dataclass, field

from railbed_stacks.commands.preview.causes import CONTAINER, causes_of, rolls
from railbed_stacks.commands.preview.parts import Part, Role
from railbed_stacks.commands.preview.plan import CREATE, DELETE, REPLACE, Step
from railbed_stacks.commands.preview.runs import replicas_of

_ROLLS = {
    Role.MIGRATION: "runs before everything else",
    Role.WEB: "rolls",
    Role.WORKERS: "roll",
    Role.CRON: "runs with it from its next time on",
    Role.CONSOLE: "is started anew",
    Role.PROXY: "is started anew, and no request is answered meanwhile",
    Role.POST_MIGRATION: "runs after everything else has rolled",
}
_NEW = {
    Role.MIGRATION: "runs first",
    Role.WORKERS: "are new",
    Role.POST_MIGRATION: "runs last",
}
_REMOVED = {Role.WORKERS: "are removed: jobs in their queues wait until another group takes these queues"}

_STAY = ("kubernetes:apps/v1:Deployment", "aws:ecs/service:Service")
"""What starts new containers beside the old ones, unless it is replaced itself."""


@dataclass(frozen=True)
class PartChange:
    """What happens to one part."""

    part: Part
    what: str
    """As in "rolls"."""
    why: list[str] = field(default_factory=list)
    starts: bool = True
    """Whether its containers are started anew."""

    @property
    def sentence(self) -> str:
        """As in "web rolls: image, env `GREETING`"."""
        return f"{self.part.text} {self.what}" + (f": {', '.join(self.why)}" if self.why else "")


def change_of(part: Part) -> PartChange | None:
    """What happens to a part; None if nothing does."""
    changed = [step for step in part.main if step.changes]
    if not changed:
        return None
    if part.is_new:
        return PartChange(part, _NEW.get(part.role, "is new"))
    if part.is_removed:
        return PartChange(part, _REMOVED.get(part.role, "is removed"), starts=False)
    if replaced := [step for step in changed if step.type in _STAY and step.operation == REPLACE]:
        verb = "are" if part.role is Role.WORKERS else "is"
        reasons = sorted({f"`{path}`" for step in replaced for path in step.replaced_for})
        return PartChange(part, f"{verb} replaced, not rolled, and may be away meanwhile", reasons)
    scaled = _scaling(part, changed)
    if any(rolls(step) for step in changed):
        return PartChange(part, _ROLLS[part.role], [*causes_of(part), *scaled])
    if scaled:
        return PartChange(part, "is scaled" if part.role is Role.WEB else "are scaled", scaled, starts=False)
    paths = sorted({f"`{path}`" for step in changed for path in step.paths})
    return PartChange(part, "changes without being started anew", paths or ["its settings"], starts=False)


def _scaling(part: Part, changed: list[Step]) -> list[str]:
    counts = [(replicas_of(step.type, step.old), replicas_of(step.type, step.new)) for step in changed]
    found = [f"{old} → {new} copies" for old, new in counts if old is not None and new is not None and old != new]
    containers = [step for step in part.main if step.type == CONTAINER]
    if containers and part.role in (Role.WEB, Role.WORKERS):
        before = sum(step.operation != CREATE for step in containers)
        after = sum(step.operation != DELETE for step in containers)
        if before != after:
            found.append(f"{before} → {after} copies")
    return found
