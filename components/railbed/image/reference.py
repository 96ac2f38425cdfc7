"""References to container images, as registries and Kubernetes read them.

https://pkg.go.dev/github.com/distribution/reference
"""

import re

_LABEL = "[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?"
_REGISTRY = re.compile(rf"(({_LABEL}(\.{_LABEL})*)|\[[0-9a-fA-F:]+\])(:(?P<port>[0-9]+))?")
_PART = re.compile("[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*")
_TAG = re.compile("[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}")
_SCHEME = re.compile("[A-Za-z][-A-Za-z0-9+.]*://")
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}

LONGEST_NAME = 255

PINNED = (
    "name a tag other than latest, or a digest: with a tag that moves nobody can say which release runs, "
    "and a new release would change nothing"
)


def check_reference(reference: str) -> None:
    """Raise `ValueError` for what is not a reference to an image, or for one that is not pinned."""
    if not reference or any(character.isspace() for character in reference):
        raise ValueError("specify an image reference without spaces, such as registry.example.com/shop:1f3c2ab")
    if scheme := _SCHEME.match(reference):
        raise ValueError(
            f"leave out {scheme[0]}: an image reference starts with the registry, as in registry.example.com/shop:1"
        )
    named, at, digest = reference.partition("@")
    if at:
        _check_digest(digest)
    name, tag = _split_tag(named)
    check_name(name)
    if tag:
        _check_tag(tag)
    if not at and tag in (None, "", "latest"):
        raise ValueError(PINNED)
    if tag == "":
        raise ValueError("name a tag after the colon, or leave the colon out")


def check_name(name: str) -> None:
    """Raise `ValueError` for what is not a name of a repository, with or without its registry."""
    first, slash, rest = name.partition("/")
    has_registry = bool(slash) and (bool(set(".:[") & set(first)) or first == "localhost")
    path = rest if has_registry else name
    if has_registry:
        check_registry(first)
    check_path(path)


def check_registry(registry: str) -> None:
    """Raise `ValueError` for what is not a host of a registry."""
    found = _REGISTRY.fullmatch(registry)
    if not found:
        raise ValueError("write the registry as a host name, with a port if it has one: registry.example.com:5000")
    if found["port"] and not 1 <= int(found["port"]) <= 65535:
        raise ValueError("the port of the registry should be 1 to 65535")


def check_path(path: str) -> None:
    """Raise `ValueError` for what is not a name of a repository in its registry."""
    if path != path.lower():
        raise ValueError(f"write the repository in lower case, {path.lower()}: registries take no capital letters there")
    if ":" in path:
        raise ValueError("write one tag, after one colon: registry.example.com/shop:1f3c2ab")
    if not all(_PART.fullmatch(part) for part in path.split("/")):
        raise ValueError(
            "write the repository in lower case letters and digits, with single dots, underscores or dashes between them, and "
            "a slash between its parts: acme/shop"
        )
    if len(path) > LONGEST_NAME:
        raise ValueError(f"the repository has {len(path)} characters, {LONGEST_NAME} is the most")


def _split_tag(named: str) -> tuple[str, str | None]:
    """Name and tag; the colon of a registry's port comes before a slash."""
    before, slash, last = named.rpartition("/")
    part, colon, tag = last.rpartition(":")
    return (f"{before}{slash}{part}", tag) if colon else (named, None)


def _check_tag(tag: str) -> None:
    if len(tag) > 128:
        raise ValueError(f"the tag has {len(tag)} characters, 128 is the most")
    if not _TAG.fullmatch(tag):
        raise ValueError("write the tag in letters, digits, underscores, dots and dashes, without a dot or dash first")


def _check_digest(digest: str) -> None:
    algorithm, _, value = digest.partition(":")
    digits = _DIGITS.get(algorithm)
    if digits is None:
        raise ValueError("write a digest after @, such as sha256: and 64 hexadecimal digits, or leave @ out")
    if len(value) != digits:
        raise ValueError(
            f"a {algorithm} digest has {digits} hexadecimal digits, this one has {len(value)} characters: copy it whole"
        )
    if not re.fullmatch("[0-9a-f]+", value):
        raise ValueError(f"a {algorithm} digest has the digits 0 to 9 and a to f, in lower case")
