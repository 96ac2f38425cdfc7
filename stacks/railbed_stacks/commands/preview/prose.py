"""Sentences with names in backticks: the form that Markdown and the terminal are made of."""

import re
from collections.abc import Iterator

_MARKS = re.compile(r"([\\*_\[\]<>|~#$])")


def pieces_of(sentence: str) -> Iterator[tuple[bool, str]]:
    """The pieces of a sentence, and whether each is a name in backticks."""
    pieces = " ".join(sentence.split()).split("`")
    for number, piece in enumerate(pieces):
        if piece:
            # A backtick too many is none.
            yield number % 2 == 1 and number < len(pieces) - 1, piece


def as_markdown(sentence: str) -> str:
    """A sentence for Markdown, in which nothing but names in backticks has a meaning: no HTML, no links, nobody is notified."""
    return "".join(f"`{piece}`" if is_name else _escaped(piece) for is_name, piece in pieces_of(sentence))


def as_code(text: str) -> str:
    """A text as one name in backticks."""
    return f"`{' '.join(text.replace('`', chr(39)).split())}`" if text.strip() else ""


def _escaped(text: str) -> str:
    # A name after @ would be notified: https://docs.github.com/get-started/writing-on-github (mentioning people and teams)
    return _MARKS.sub(r"\\\1", text.replace("&", "&amp;")).replace("@", "@\u200b")
