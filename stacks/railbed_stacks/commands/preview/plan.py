"""What a preview is about to do, step by step, out of what `pulumi preview --json` prints."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FORM = "give it what `pulumi preview --json --show-sames` prints"

UNKNOWN = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What stands for values that are known later.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
"""

STACK = "pulumi:pulumi:Stack"
"""The root of every stack, which every preview shows."""

CREATE, UPDATE, REPLACE, DELETE, SAME = "create", "update", "replace", "delete", "same"
_OPERATIONS = {
    "create": CREATE,
    "update": UPDATE,
    "replace": REPLACE,
    "create-replacement": REPLACE,
    "delete-replaced": REPLACE,
    "delete": DELETE,
    "same": SAME,
    "import": "import",
    "import-replacement": REPLACE,
    "read": "read",
    "read-replacement": "read",
}
"""The engine's operations; of replacing, its steps too. What is not here, such as refresh, changes nothing.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/display/events.go
"""


@dataclass(frozen=True)
class Step:
    """What happens to one resource."""

    operation: str
    urn: str
    type: str
    """Its token, such as aws:rds/instance:Instance."""
    parent: str = ""
    """URN of the component that it belongs to."""
    old: Mapping[str, Any] = field(default_factory=dict)
    """Its inputs before. Secrets are "[secret]"."""
    new: Mapping[str, Any] = field(default_factory=dict)
    """Its inputs afterwards."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """What it answered when it was made."""
    paths: Sequence[str] = ()
    """Where its inputs differ, as far as the provider says."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Of these, which are added or deleted, where the provider tells: "add", "delete-replace"."""
    replaced_for: Sequence[str] = ()
    """The differences for which it is replaced."""
    retained: bool = False
    """Whether deleting it in Pulumi leaves the thing itself where it is."""

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def kind(self) -> str:
        """The last word of its type, such as Instance."""
        return self.type.rpartition(":")[2]

    @property
    def changes(self) -> bool:
        """Whether anything happens to it."""
        return self.operation not in (SAME, "read")


@dataclass(frozen=True)
class Diagnostic:
    """Something that the engine or the program said."""

    severity: str
    text: str
    urn: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything that a preview shows."""

    steps: tuple[Step, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The stack's settings, secrets blinded."""
    diagnostics: tuple[Diagnostic, ...] = ()
    preview: Mapping[str, Any] = field(default_factory=dict)
    """As Pulumi printed it."""

    @property
    def target(self) -> str:
        """Where the application runs: cluster, doks, eks, ecs or docker."""
        return str(self.settings.get("target") or "cluster")

    @property
    def stack(self) -> str:
        """The stack's name; empty if the preview shows no step."""
        return self.steps[0].urn.removeprefix("urn:pulumi:").split("::")[0] if self.steps else ""

    @property
    def project(self) -> str:
        """The project's name; empty if the preview shows no step."""
        return self.steps[0].urn.split("::")[1] if self.steps else ""

    @property
    def changed(self) -> list[Step]:
        """Steps that do something."""
        return [step for step in self.steps if step.changes]

    @property
    def shows_sames(self) -> bool:
        """Whether what stays as it is is shown too, as the sum of costs needs it."""
        return any(step.operation == SAME and step.type != STACK for step in self.steps)

    @property
    def is_first(self) -> bool:
        """Whether nothing of the stack is there yet."""
        return any(step.operation == CREATE for step in self.steps if step.type == STACK)

    @property
    def errors(self) -> list[Diagnostic]:
        """Why the preview failed."""
        return [each for each in self.diagnostics if each.severity == "error"]


def read_plan(text: str) -> Plan:
    """Read what Pulumi printed. Raises `ValueError` for anything else."""
    read = _first_object(text)
    if not {"steps", "diagnostics"} & set(read):
        raise ValueError(f"the input has no steps: {FORM}")
    plan = Plan(tuple(_steps(read)), dict(_settings(read)), tuple(_diagnostics(read)), read)
    # Without what stays, a new copy of a part would look like a new part.
    if not (plan.is_first or plan.shows_sames or all(step.operation == DELETE for step in plan.changed)):
        raise ValueError(f"the input leaves out what stays as it is: {FORM}")
    return plan


def _first_object(text: str) -> dict[str, Any]:
    """The first object of JSON: before and after it there may be lines of other programs."""
    for beginning in re.finditer(r"^\{", text, re.MULTILINE):
        try:
            read, _ = json.JSONDecoder().raw_decode(text, beginning.start())
        except ValueError:
            continue
        if isinstance(read, dict):
            return read
    raise ValueError(f"the input is no JSON: {FORM}")


def is_known(value: Any) -> bool:
    """Whether a value is known already."""
    return value not in UNKNOWN if isinstance(value, str) else True


def _steps(read: Mapping[str, Any]) -> Iterator[Step]:
    found: dict[str, Step] = {}
    for step in read.get("steps") or []:
        if (operation := _OPERATIONS.get(step["op"])) is None:
            continue
        urn, seen = step["urn"], found.get(step["urn"])
        old, new = step.get("oldState") or {}, step.get("newState") or {}
        if seen is not None:
            # The steps of one replacement.
            operation = REPLACE
        found[urn] = Step(
            operation,
            urn,
            (new or old).get("type", urn.split("::")[2].rpartition("$")[2]),
            (new or old).get("parent", ""),
            old.get("inputs") or (seen.old if seen else {}),
            new.get("inputs") or (seen.new if seen else {}),
            old.get("outputs") or (seen.outputs if seen else {}),
            sorted({*(step.get("diffReasons") or ()), *(step.get("detailedDiff") or {}), *(seen.paths if seen else ())}),
            {path: str(diff.get("kind", "")) for path, diff in (step.get("detailedDiff") or {}).items()},
            sorted({*(step.get("replaceReasons") or ()), *(seen.replaced_for if seen else ())}),
            bool(old.get("retainOnDelete")),
        )
    yield from found.values()


def _settings(read: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in (read.get("config") or {}).items():
        if key.startswith("railbed:"):
            yield key.removeprefix("railbed:"), _parsed(value)


def _parsed(value: str) -> Any:
    """Objects are JSON, everything else is a string."""
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _diagnostics(read: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for each in read.get("diagnostics") or []:
        if text := str(each.get("message", "")).strip():
            yield Diagnostic(str(each.get("severity", "info")), text, str(each.get("urn", "")))
