"""A string as it reads once its escapes are decoded, with the place in the text that each byte comes from."""

import html
import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass

_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_BACKSLASH = re.compile(
    rb"\\(?:u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|U[0-9A-Fa-f]{8}"
    rb"|x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|.)",
    re.DOTALL,
)
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_LINE_BREAK = re.compile(rb"[\r\n]+")
_CONTROL = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"e": b"\x1b", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}

DEPTH = 2
"""Escapes within escapes, such as JSON within JSON, that are decoded."""


@dataclass(frozen=True)
class View:
    """Bytes of a string with some of its escapes decoded."""

    content: bytes
    begins: "array[int]"
    """Where in the text each byte begins."""
    ends: "array[int]"
    """Where in the text each byte ends."""

    def decoded(self, escape: re.Pattern[bytes], decode: Callable[[bytes], bytes]) -> "View":
        """This view with what matches `escape` decoded."""
        content, begins, ends, done = bytearray(), array("l"), array("l"), 0
        for found in escape.finditer(self.content):
            first, last = found.span()
            plain = decode(found.group())
            content += self.content[done:first] + plain
            begins += self.begins[done:first] + array("l", [self.begins[first]] * len(plain))
            ends += self.ends[done:first] + array("l", [self.ends[last - 1]] * len(plain))
            done = last
        if not done:
            return self
        return View(bytes(content + self.content[done:]), begins + self.begins[done:], ends + self.ends[done:])


def views_of(text: bytes) -> list[View]:
    """A string as it is, and with each kind of escapes decoded; all without line breaks, since encoders wrap their lines."""
    whole = View(text, array("l", range(len(text))), array("l", range(1, len(text) + 1)))
    views = [whole]
    newest = [whole]
    for _ in range(DEPTH):
        newest = [view.decoded(escape, decode) for view in newest for escape, decode in _ESCAPES]
        known = {view.content for view in views}
        newest = list({view.content: view for view in newest if view.content not in known}.values())
        views += newest
    return [view.decoded(_LINE_BREAK, lambda _: b"") for view in views]


def _from_percent(escape: bytes) -> bytes:
    return bytes([int(escape[1:], 16)])


def _from_backslash(escape: bytes) -> bytes:
    kind, rest = escape[1:2], escape[2:]
    if kind == b"x" and len(rest) == 2:
        return bytes([int(rest, 16)])
    if kind in b"uU" and len(rest) > 1:
        codes = [int(code.strip(b"{}"), 16) for code in rest.split(b"\\u")]
        characters = "".join(chr(code) for code in codes if code <= 0x10FFFF)
        return characters.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if escape[1:].isdigit() and len(escape) == 4:
        return bytes([int(escape[1:], 8)])
    return _CONTROL.get(kind, kind)


def _from_entity(escape: bytes) -> bytes:
    return html.unescape(escape.decode()).encode(errors="replace")


_ESCAPES: tuple[tuple[re.Pattern[bytes], Callable[[bytes], bytes]], ...] = (
    (_PERCENT, _from_percent),
    (_BACKSLASH, _from_backslash),
    (_ENTITY, _from_entity),
)
