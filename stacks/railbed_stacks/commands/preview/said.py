"""Texts of the engine, of programs and of commits, made fit for a page that others read."""

import re

from railbed.secrets.clear_text import form_of_secret
from railbed.secrets.redaction import HIDDEN, Redaction

_COLOR = re.compile(r"<\{%[a-z0-9 ]*%\}>|\x1b\[[0-9;]*[A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_REDACTION = Redaction()


def cleaned(text: str) -> str:
    """A text without colors, and without what looks like a secret: passwords of URLs, tokens, keys."""
    plain = _CONTROL.sub("", _COLOR.sub("", text.replace("\r\n", "\n")))
    return "\n".join(_without_secret(line) for line in plain.splitlines()).strip()


def _without_secret(line: str) -> str:
    shown = _REDACTION(line)
    return shown if form_of_secret(shown.replace(HIDDEN, "$SECRET")) is None else f"{HIDDEN} (this line holds a secret)"
