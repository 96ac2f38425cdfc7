"""Names, labels and taints as Kubernetes takes them.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

import re
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from railbed.validation.types import InputText

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_WORD = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"

LONGEST_SUBDOMAIN, LONGEST_WORD = 253, 63

LARGEST_ANNOTATIONS = 256 * 1024
"""Bytes: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/"""


def _subdomain(value: str) -> str:
    if len(value) > LONGEST_SUBDOMAIN or not re.fullmatch(_SUBDOMAIN, value):
        raise ValueError(f"use lower case letters, digits, dashes and dots, {LONGEST_SUBDOMAIN} characters at most")
    return value


def _key(value: str) -> str:
    prefix, slash, word = value.rpartition("/")
    good_prefix = re.fullmatch(_SUBDOMAIN, prefix) and len(prefix) <= LONGEST_SUBDOMAIN if slash else True
    if not (good_prefix and re.fullmatch(_WORD, word) and len(word) <= LONGEST_WORD):
        raise ValueError(
            f"use letters, digits and - _ . between them, {LONGEST_WORD} characters at most, with a domain and a slash before "
            "them if wanted: example.com/role"
        )
    return value


def _label_value(value: str) -> str:
    if value and not (re.fullmatch(_WORD, value) and len(value) <= LONGEST_WORD):
        raise ValueError(f"use letters, digits and - _ . between them, {LONGEST_WORD} characters at most, or leave it empty")
    return value


def _annotations(values: Mapping[str, object]) -> Mapping[str, object]:
    size = sum(len(key.encode()) + len(value.encode()) for key, value in values.items() if isinstance(value, str))
    if size > LARGEST_ANNOTATIONS:
        raise ValueError(f"they have {size} bytes together, more than the {LARGEST_ANNOTATIONS} that Kubernetes allows")
    return values


SubdomainName: TypeAlias = Annotated[str, AfterValidator(_subdomain)]
"""Name of most Kubernetes objects."""

QualifiedKey: TypeAlias = Annotated[str, AfterValidator(_key)]
"""Key of a label, an annotation or a taint."""

LabelValue: TypeAlias = Annotated[str, AfterValidator(_label_value)]
"""Value of a label or a taint."""

Annotations: TypeAlias = Annotated[dict[QualifiedKey, InputText], AfterValidator(_annotations)]
"""Annotations of an object."""
