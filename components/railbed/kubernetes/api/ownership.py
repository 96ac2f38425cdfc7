"""Whose an object is: everything that railbed makes on a cluster carries the Pulumi project and stack that made it."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi

PROJECT = "railbed/project"
STACK = "railbed/stack"
MANAGED_BY = "app.kubernetes.io/managed-by"
LONGEST_VALUE = 63
"""Characters of a label's value and of a namespace's name
(https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/)."""


@dataclass(frozen=True)
class Owner:
    """A stack of a Pulumi project, as the labels of an object name it."""

    project: str
    stack: str

    @classmethod
    def of_program(cls) -> "Owner":
        """The stack that this program deploys."""
        return cls(_label_value(pulumi.get_project()), _label_value(pulumi.get_stack()))

    @classmethod
    def of_labels(cls, labels: Mapping[str, str] | None) -> "Owner | None":
        """The stack that made an object; None if no stack did."""
        found = labels or {}
        return cls(found[PROJECT], found[STACK]) if PROJECT in found and STACK in found else None

    @property
    def labels(self) -> dict[str, str]:
        """The mark."""
        return {PROJECT: self.project, STACK: self.stack}

    def __str__(self) -> str:
        return f"stack '{self.stack}' of project '{self.project}'"


@dataclass(frozen=True)
class ObjectName:
    """An object of a namespace, or a namespace itself."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True)
class FoundObject:
    """An object that is on the cluster."""

    identity: ObjectName
    namespace: str
    owner: Owner | None
    labels: Mapping[str, str]

    @property
    def belongs(self) -> str:
        """Whose it is, as a sentence."""
        return f"{self.identity} " + (f"belongs to {self.owner}" if self.owner else "carries no mark of a stack")


class ForeignObjects(pulumi.RunError):
    """Objects of somebody else stand where this stack would put its own. Raised before anything on the cluster is changed."""

    def __init__(self, namespace: str, found: Iterable[FoundObject], remedy: str) -> None:
        self.found = sorted(found, key=lambda each: str(each.identity))
        listed = "\n".join(f"  - {each.belongs}" for each in self.found)
        names = ", ".join(str(each.identity) for each in self.found)
        super().__init__(
            f"Namespace '{namespace}' holds objects that {Owner.of_program()} did not make. "
            f"Nothing has been changed.\n{listed}\n{remedy.format(names=names)}"
        )


def namespace_name(app: str) -> str:
    """The namespace that a stack creates for an application: its own, so that stacks of one application live side by side."""
    wanted = f"{app}-{pulumi.get_stack()}"
    return _shortened(wanted, re.sub(r"[^a-z0-9-]", "-", wanted.lower()))


def _label_value(text: str) -> str:
    # Names of projects and stacks may be longer than labels, and end as no label may.
    return _shortened(text, re.sub(r"[^A-Za-z0-9_.-]", "-", text))


def _shortened(text: str, allowed: str) -> str:
    """`allowed`, a form of `text` in characters that Kubernetes takes; with a hash where it is not `text` itself."""
    plain = allowed.strip("-_.")
    if plain == text and len(text) <= LONGEST_VALUE:
        return text
    distinct = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{plain[: LONGEST_VALUE - 9].rstrip('-_.')}-{distinct}"
