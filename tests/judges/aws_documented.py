"""Limits that AWS' API models tell in words only, each with the words: a test looks whether the models still say so."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.judges.api_requests import Request
from tests.judges.aws_shapes import shape_of
from tests.judges.shapes import Objection

Allowed = str | Callable[[str], bool]


@dataclass(frozen=True)
class Documented:
    """What the description of a member says of its values."""

    service: str
    operation: str
    member: str
    """Where, with dots; entries of lists are reached without a number."""
    words: str
    """Of the description, without markup."""
    allowed: Allowed
    """A pattern of the whole value, or a function of it."""
    attribute: str = ""
    """The one attribute it is about, where a list holds attributes by their keys."""

    def __str__(self) -> str:
        return f"{self.operation} {self.attribute or self.member}"

    @property
    def description(self) -> str:
        """What the model says of the member, or of the keys of attributes."""
        shape = shape_of(self.service, self.operation)
        for name in ("Attributes.Key" if self.attribute else self.member).split("."):
            shape = (shape.member if shape.type_name == "list" else shape).members[name]
        return " ".join(html.unescape(re.sub("<[^>]+>", " ", shape.documentation)).split())

    def objections(self, request: Request) -> Iterator[Objection]:
        """What it has against a request."""
        if (self.service, self.operation) != (request.service, request.operation):
            return
        for value in self._values(request.parameters):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            holds = self.allowed(text) if callable(self.allowed) else re.fullmatch(self.allowed, text)
            if not holds:
                shown = "a value" if "password" in self.member.lower() or "token" in self.member.lower() else repr(text)
                yield Objection(self.attribute or self.member, "documented", f"{shown}, but: {self.words}")

    def _values(self, parameters: dict[str, Any]) -> list[Any]:
        if self.attribute:
            return [each["Value"] for each in parameters.get("Attributes", []) if each["Key"] == self.attribute]
        found: list[Any] = [parameters]
        for name in self.member.split("."):
            found = [each[name] for each in found if name in each]
            found = [entry for each in found for entry in (each if isinstance(each, list) else [each])]
        return found
