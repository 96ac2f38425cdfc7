"""The parts of a secret that are secret by themselves, and the forms in which programs write them."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

SHORTEST_SECRET = 6
"""Shorter texts are left: hiding them would hide ordinary words."""

LONGEST_ENCODED = 64 * 1024
"""Of longer secrets only the usual encoding is looked for."""

LEAST_PATH = 20
"""Length from which the path of a web address may be a token, as that of a webhook."""

_URL = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)://(.*?)\s*", re.DOTALL)
_SECRET_KEY = re.compile(r"pass|pwd|secret|token|key|credential|auth|private", re.IGNORECASE)
_ASSIGNMENT = re.compile(
    r"""(?:pass(?:word|wd)?|pwd|secret|token|(?:api|access|secret|account)[-_]?key)["']?\s*[=:]\s*["']?([^\s"',;&]+)""",
    re.IGNORECASE,
)
_DELIMITERS = re.compile(r"[@/?#]")
_SCHEMES_WITHOUT_USERS = ("redis", "rediss", "http", "https", "unix")
"""Where the only word in front of the @ is a password or token."""


def is_url(secret: str) -> bool:
    """Whether only parts of a secret are secret: the rest of a URL may be shown."""
    return _URL.fullmatch(secret) is not None


def parts_of(secret: str) -> set[str]:
    """Texts of a secret that are secret: all of it, or of a URL the passwords; and the passwords within."""
    url = _URL.fullmatch(secret)
    parts = {*_assigned(secret), *_values_in_json(secret)}
    parts |= {*_secrets_of_url(url[1].lower(), url[2])} if url else {secret, secret.strip()}
    return {part for part in parts if len(part) >= SHORTEST_SECRET}


def lines_of(secret: str) -> set[str]:
    """Lines of a secret: logs may show them apart."""
    lines = secret.splitlines()
    if len(lines) < 2:
        return set()
    return {text for line in lines for text in (line, line.strip()) if len(text) >= SHORTEST_SECRET}


def forms_of(part: str) -> Iterator[bytes]:
    """Bytes that show a secret text, besides those that decoded escapes show."""
    yield from plain_forms_of(part)
    encoded = part.encode(errors="replace")
    if len(encoded) > LONGEST_ENCODED:
        yield from _in_base64(encoded, base64.b64encode)
        return
    yield encoded.hex().encode()
    yield encoded.hex().upper().encode()
    written = {encoded, quote(part, safe="", errors="replace").encode()}
    written |= {json.dumps(part, ensure_ascii=ascii_only)[1:-1].encode(errors="replace") for ascii_only in (True, False)}
    # As in the credentials of a registry: base64 of JSON with base64 of "user:password".
    written |= set(_in_base64(encoded, base64.b64encode))
    for text in written:
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield from _in_base64(text, encode)


def plain_forms_of(part: str) -> Iterator[bytes]:
    """A string as it is, quoted for a shell, SQL or YAML, with spaces as in a form, and where a log knows only ASCII."""
    quoted = {"'": ("''", "'\\''", "'\"'\"'"), '"': ('""',), " ": ("+",)}
    yield part.encode(errors="replace")
    for character, replacements in quoted.items():
        for replacement in replacements:
            yield part.replace(character, replacement).encode(errors="replace")
    yield part.encode("ascii", errors="replace")
    for replacement in ("\N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}" * 2):
        yield "".join(
            each if each.isascii() and (each.isprintable() or each in "\n\t") else replacement for each in part
        ).encode()


def _in_base64(text: bytes, encode: Any) -> Iterator[bytes]:
    """What base64 of a longer text shows of this one, whatever stands before it and whether anything is behind it."""
    for before, shared in enumerate((0, 2, 3)):
        whole = encode(bytes(before) + text)
        yield whole[shared : (before + len(text)) * 8 // 6]
        yield whole[shared:].rstrip(b"=")


def _secrets_of_url(scheme: str, rest: str) -> Iterator[str]:
    # A password that is not encoded as it has to be may hold any of the characters that end it.
    passwords = set()
    for at in (found.start() for found in re.finditer("@", rest)):
        user, colon, password = rest[:at].partition(":")
        if colon or scheme in _SCHEMES_WITHOUT_USERS:
            passwords.add(password if colon else user)
    for password in passwords:
        yield from (password, unquote(password), unquote_plus(password), *_DELIMITERS.split(password))
    _, slash, path = rest.partition("/")
    if scheme in ("http", "https") and len(path) >= LEAST_PATH:
        yield slash + path


def _assigned(secret: str) -> Iterator[str]:
    for value in _ASSIGNMENT.findall(secret):
        yield from (value, unquote(value), unquote_plus(value))


def _values_in_json(secret: str) -> Iterable[str]:
    if not secret.lstrip().startswith(("{", "[")):
        return ()
    try:
        return list(_secret_values(json.loads(secret), is_secret=False))
    except (ValueError, RecursionError):
        return ()


def _secret_values(value: Any, is_secret: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _secret_values(inner, is_secret or _SECRET_KEY.search(str(key)) is not None)
    elif isinstance(value, list):
        for inner in value:
            yield from _secret_values(inner, is_secret)
    elif isinstance(value, str):
        if url := _URL.fullmatch(value):
            yield from _secrets_of_url(url[1].lower(), url[2])
        elif is_secret:
            yield value
            yield from lines_of(value)
            yield from _password_in_base64(value)


def _password_in_base64(value: str) -> Iterator[str]:
    try:
        _, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return
    if colon:
        yield password
