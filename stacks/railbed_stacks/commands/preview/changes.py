"""What happens to everything that is not a part of the application: stores, machines, networks, names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from railbed_stacks.commands.preview.parts import Part
from railbed_stacks.commands.preview.plan import CREATE, DELETE, REPLACE, UPDATE, Plan, Step, is_known
from railbed_stacks.commands.preview.words import Kind, is_counted, kind_of, noun_of

_PLURALS = ("nodes", "instances")
_KEPT = ("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
"""Kubernetes keeps the volumes of a StatefulSet unless this says Delete.

https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
"""


@dataclass(frozen=True)
class Change:
    """What happens to one thing."""

    step: Step
    what: str
    """As in "is resized"."""
    detail: list[str] = field(default_factory=list)
    """Values before and after, of those that may be shown."""
    lost: str = ""
    """What is gone afterwards."""

    @property
    def kind(self) -> Kind:
        """What it is."""
        return kind_of(self.step.type)

    @property
    def sentence(self) -> str:
        """As in "PostgreSQL `shop-database` is resized: class db.t4g.medium → db.m7g.large"."""
        engine = (self.step.new or self.step.old).get("engine")
        noun = noun_of(self.step.type, self.step.parent, engine)
        what = _of_many(self.what) if noun in _PLURALS else self.what
        text = f"{noun} `{self.step.name}` {what}"
        return text + (f": {', '.join(self.detail)}" if self.detail else "")

    @property
    def is_loud(self) -> bool:
        """Whether nobody may overlook it: what holds data, or everything else, goes or is made anew."""
        if self.step.operation not in (DELETE, REPLACE) or self.step.retained:
            return False
        # A password that goes with its store is none of anybody's business; another one of a store that stays is.
        return bool(self.kind.data) and (self.step.operation == REPLACE or self.kind.noun != "password")


def changes_of(plan: Plan, parts: list[Part]) -> list[Change]:
    """Changes of things outside of the parts, in the order of the preview."""
    in_parts = {step.urn for part in parts for step in part.steps}
    return [
        _change(step)
        for step in plan.changed
        if is_counted(step.type) and (step.urn not in in_parts or kind_of(step.type).data)
    ]


def _change(step: Step) -> Change:
    kind = kind_of(step.type)
    if step.operation == CREATE:
        return Change(step, "is new", [*_values(kind, step.new)])
    if step.operation == DELETE:
        if step.retained:
            return Change(step, "leaves the stack and stays where it is")
        kept = _keeps_volumes(step)
        what = "is deleted; its volume stays" if kept else "is deleted"
        return Change(step, what, lost="" if kept else kind.data)
    differences = [*_differences(kind, step)]
    if step.operation == REPLACE:
        reason = ", ".join(f"`{path}`" for path in step.replaced_for)
        return Change(
            step, "is replaced" + (f" for {reason}" if reason else ""), differences, "" if _keeps_volumes(step) else kind.data
        )
    if step.operation == UPDATE:
        if differences:
            return Change(step, f"changes{_timing(step)}", differences)
        return Change(step, "changes", [f"`{path}`" for path in step.paths])
    return Change(step, "is adopted by the stack")


def _of_many(what: str) -> str:
    verb, _, rest = what.partition(" ")
    return " ".join(filter(None, ["are" if verb == "is" else verb.removesuffix("s"), rest]))


def _timing(step: Step) -> str:
    """When AWS does it. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.ApplyImmediately.html"""
    if step.type not in ("aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"):
        return ""
    return " at once" if step.new.get("applyImmediately") is True else ", some of it only in the next maintenance window"


def _values(kind: Kind, inputs: Mapping[str, Any]) -> Iterator[str]:
    for path, word in kind.shown.items():
        if (value := _at(inputs, path)) is not None:
            yield f"{word} {_shown(value)}{kind.unit.get(path, '')}"


def _differences(kind: Kind, step: Step) -> Iterator[str]:
    for path, word in kind.shown.items():
        old, new = _at(step.old, path), _at(step.new, path)
        if old != new:
            unit = kind.unit.get(path, "")
            yield f"{word} {_with(old, unit)} → {_with(new, unit)}"


def _with(value: Any, unit: str) -> str:
    return "none" if value is None else f"{_shown(value)}{unit}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return str(value) if is_known(value) else "known later"


def _at(inputs: Mapping[str, Any], path: str) -> Any:
    here: Any = inputs
    for key in path.split("."):
        here = here.get(key) if isinstance(here, Mapping) else None
    return here


def _keeps_volumes(step: Step) -> bool:
    return step.type == "kubernetes:apps/v1:StatefulSet" and _at(step.old, ".".join(_KEPT)) != "Delete"
