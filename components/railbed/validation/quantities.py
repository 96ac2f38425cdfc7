"""CPU and memory in the notation of Kubernetes, which railbed uses on every target."""

import re
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

_MEMORY_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def millicores(quantity: str) -> int:
    """CPU in thousandths of a core: "250m" is 250, "0.5" is 500, "2" is 2000."""
    if re.fullmatch(r"[1-9][0-9]*m", quantity):
        return int(quantity[:-1])
    if re.fullmatch(r"[0-9]+(\.[0-9]{1,3})?", quantity) and float(quantity) > 0:
        return round(float(quantity) * 1000)
    raise ValueError('write CPU as thousandths of a core ("250m") or as cores ("0.5", "2")')


def mebibytes(quantity: str) -> int:
    """Memory or storage in MiB: "512Mi" is 512, "2Gi" is 2048."""
    match = re.fullmatch(r"([1-9][0-9]*)(Ki|Mi|Gi|Ti)", quantity)
    if not match:
        raise ValueError('write memory and storage with a binary unit: "512Mi", "2Gi"')
    size = int(match[1]) * _MEMORY_UNITS[match[2]]
    if size < 2**20:
        raise ValueError(f"{quantity} is less than 1Mi: is another unit meant, {match[1]}Mi or {match[1]}Gi?")
    return size // 2**20


def _cpu(value: object) -> object:
    text = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else value
    if isinstance(text, str):
        millicores(text)
    return text


def _memory(value: object) -> object:
    if isinstance(value, str):
        mebibytes(value)
    elif isinstance(value, int | float):
        raise ValueError('a number needs its unit: "512Mi", "2Gi"')
    return value


Cpu: TypeAlias = Annotated[str, BeforeValidator(_cpu)]
"""CPU: "250m", "0.5", "2"."""

Memory: TypeAlias = Annotated[str, BeforeValidator(_memory)]
"""Memory or storage: "512Mi", "2Gi"."""
