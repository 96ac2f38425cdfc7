"""Hiding secrets in a string, in whatever form and however much of them it shows."""

import re
from collections.abc import Callable, Iterable, Iterator

from railbed.secrets.escapes import View, views_of
from railbed.secrets.forms import SHORTEST_SECRET, forms_of, is_url, lines_of, parts_of, plain_forms_of

HIDDEN = "[secret]"

GRAM = 10
PARTIAL = 2 * GRAM - 1
"""So many bytes of a secret are hidden wherever they stand: a line may have been split, a message cut."""

LONG, LONG_STEP = 8 * 1024, 64
"""Length from which fewer places of a secret are looked for: files of certificates can hold a megabyte."""

BROKEN_ESCAPE = 6
"""Bytes of an escape that may stand in front of or behind a cut."""

_LINE_BREAKS = re.compile(rb"[\r\n]+")
_PASSWORD_IN_URL = re.compile(rb"://[^\s:/@]{0,256}:([^\s@/]{1,1024})@")

Span = tuple[int, int]
"""Begin and end."""


class Redaction:
    """Hides known secrets: whole, in parts, escaped, encoded, over several lines; and the passwords of any URL."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._whole: set[bytes] = set()
        self._grams: dict[bytes, dict[bytes, int]] = {}
        self._parts: dict[bytes, None] = {}
        self._all_parts = b""
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these too. Values shorter than 6 characters are left: they would hide ordinary words."""
        whole = set(self._whole)
        for secret in set(secrets) - self._known:
            self._known.add(secret)
            for part in parts_of(secret):
                for form in _usable(forms_of(part)):
                    self._parts[form] = None
                    if len(form) < PARTIAL:
                        whole.add(form)
                    else:
                        self._index(form)
            exact = {secret} if is_url(secret) else lines_of(secret)
            whole.update(form for text in exact for form in _usable(plain_forms_of(text)))
        # At once: another thread may be searching.
        self._whole, self._all_parts = whole, b"\0".join([b"", *self._parts, b""])

    def _index(self, form: bytes) -> None:
        # Every run of PARTIAL bytes holds one of these whole; of a very long secret, every run of a line's length.
        for position in range(0, len(form) - GRAM + 1, GRAM if len(form) <= LONG else LONG_STEP):
            self._grams.setdefault(form[position : position + GRAM], {}).setdefault(form, position)

    def __call__(self, text: str) -> str:
        """The text with every secret replaced."""
        return self._replaced(text, (self._whole_in, self._partial_in))

    def of_cut(self, text: str) -> str:
        """The same for a string whose first or last characters may be what is left of a secret."""
        return self._replaced(text, (self._whole_in, self._partial_in, self._cut_at_begin, self._cut_at_end))

    def _replaced(self, text: str, searches: Iterable[Callable[[View], Iterator[Span]]]) -> str:
        original = text.encode(errors="replace")
        found = [match.span(1) for match in _PASSWORD_IN_URL.finditer(original)]
        if self._whole or self._grams:
            for view in views_of(original):
                spans = (span for search in searches for span in search(view))
                found += [(view.begins[first], view.ends[last - 1]) for first, last in spans]
        shown, done = [], 0
        for first, last in _merged(found):
            shown += [original[done:first].decode(errors="ignore"), HIDDEN]
            done = last
        return "".join([*shown, original[done:].decode(errors="ignore")])

    def _whole_in(self, view: View) -> Iterator[Span]:
        for form in self._whole:
            first = view.content.find(form)
            while first >= 0:
                yield first, first + len(form)
                first = view.content.find(form, first + len(form))

    def _partial_in(self, view: View) -> Iterator[Span]:
        content, grams, hidden = view.content, self._grams, 0
        places = [place for place in range(len(content) - GRAM + 1) if content[place : place + GRAM] in grams]
        for place in places:
            if place + GRAM <= hidden:
                continue
            candidates = list(grams[content[place : place + GRAM]].items())
            first, last = max((_extended(content, place, *each) for each in candidates), key=lambda span: span[1] - span[0])
            if last - first >= PARTIAL:
                yield first, last
                hidden = last

    def _cut_at_begin(self, view: View) -> Iterator[Span]:
        content, parts = view.content, self._all_parts
        for skipped in range(BROKEN_ESCAPE):
            head = content[skipped : skipped + SHORTEST_SECRET]
            for place in _places(head, parts):
                rest = parts[place : parts.index(b"\0", place)]
                if content.startswith(rest, skipped):
                    yield 0, skipped + len(rest)

    def _cut_at_end(self, view: View) -> Iterator[Span]:
        content, parts = view.content.rstrip(), self._all_parts
        for left in range(BROKEN_ESCAPE):
            end = len(content) - left
            last = content[max(0, end - SHORTEST_SECRET) : end]
            for place in _places(last, parts):
                begun = parts[parts.rindex(b"\0", 0, place) + 1 : place + SHORTEST_SECRET]
                if content.endswith(begun, 0, end):
                    yield end - len(begun), len(content)


def _usable(forms: Iterable[bytes]) -> set[bytes]:
    """As they are in a view, which has no line breaks; without those that would hide ordinary words."""
    return {form for form in (_LINE_BREAKS.sub(b"", form) for form in forms) if len(form) >= SHORTEST_SECRET}


def _places(searched: bytes, content: bytes) -> Iterator[int]:
    if len(searched) < SHORTEST_SECRET or b"\0" in searched:
        return
    place = content.find(searched)
    while place >= 0:
        yield place
        place = content.find(searched, place + 1)


def _extended(content: bytes, position: int, form: bytes, place: int) -> Span:
    """The longest run around a position of the content that is also around a place of the form."""
    first, start = position, place
    while first and start and content[first - 1] == form[start - 1]:
        first, start = first - 1, start - 1
    last, end = position + GRAM, place + GRAM
    while last < len(content) and end < len(form) and content[last] == form[end]:
        last, end = last + 1, end + 1
    return first, last


def _merged(spans: list[Span]) -> list[Span]:
    """Spans in order, those that overlap as one."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
