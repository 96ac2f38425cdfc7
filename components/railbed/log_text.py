"""Log output made fit for a terminal: readable, short, and without secrets."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

HIDDEN = "[secret]"
SHORTEST_SECRET = 6

_CONTROL_SEQUENCES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def readable(output: bytes) -> str:
    """Bytes of a log as text that does nothing to a terminal."""
    text = output.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", _CONTROL_SEQUENCES.sub("", text))


def tail(text: str, lines: int, width: int = 500) -> str:
    """The last lines of a text, each cut to a width."""
    last = [line.rstrip() for line in text.rstrip().splitlines()[-lines:]]
    return "\n".join(line if len(line) <= width else f"{line[:width]}..." for line in last)


class Redaction:
    """Hides known secrets in a text, also where only the password of a URL shows."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._hidden: set[str] = set()
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these too. Values shorter than 6 characters are left: they would hide ordinary words."""
        for secret in secrets:
            parts = [secret, *secret.splitlines(), *_passwords(secret)]
            self._hidden.update(part for part in parts if len(part) >= SHORTEST_SECRET)

    def __call__(self, text: str) -> str:
        """The text with every secret replaced."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text


def _passwords(secret: str) -> list[str]:
    try:
        password = urlsplit(secret).password
    except ValueError:
        return []
    return [password, unquote(password)] if password else []
