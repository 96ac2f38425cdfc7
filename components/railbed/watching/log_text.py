"""Log output made fit for a terminal: readable, short, and without secrets."""

import re

from railbed.secrets.redaction import HIDDEN as HIDDEN
from railbed.secrets.redaction import Redaction as Redaction

SHOWN_CHARACTERS = 16 * 1024

_CONTROL_SEQUENCES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def readable(output: bytes) -> str:
    """Bytes of a log as text that does nothing to a terminal."""
    text = output.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", _CONTROL_SEQUENCES.sub("", text))


def tail(text: str, lines: int, width: int = 500) -> str:
    """The last lines of a string, each cut to a width."""
    last = [line.rstrip() for line in text.rstrip().splitlines()[-lines:]]
    return "\n".join(line if len(line) <= width else f"{line[:width]}..." for line in last)


def shown_tail(output: bytes, redaction: Redaction, lines: int) -> str:
    """The end of a log as the user may see it; nothing is left out before secrets are hidden."""
    return tail(redaction.of_cut(readable(output))[-SHOWN_CHARACTERS:], lines)
