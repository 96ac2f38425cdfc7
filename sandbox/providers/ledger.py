"""What a cloud that is written down holds: it outlives the commands of pulumi, whose stand-ins come and go."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from .properties import Properties, has_secret


@dataclass(frozen=True)
class Entry:
    """A resource that exists."""

    stack: str
    kind: str
    name: str
    identity: str
    inputs: Properties
    """Those that are not secret."""


class Ledger:
    """The resources that exist, in a folder, or without one in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder, self._entries = folder, dict[str, Entry]()

    def write(self, stack: str, kind: str, name: str, identity: str, inputs: Properties) -> None:
        """Keep a resource in place of what was known of it."""
        entry = Entry(stack, kind, name, identity, {key: value for key, value in inputs.items() if not has_secret(value)})
        self._entries[identity] = entry
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = self._file(identity).with_suffix(".partial")
            partial.write_text(json.dumps(asdict(entry)))
            partial.replace(self._file(identity))

    def strike(self, identity: str) -> None:
        """Forget a resource; nothing if it is not there."""
        self._entries.pop(identity, None)
        if self._folder is not None:
            self._file(identity).unlink(missing_ok=True)

    def find(self, identity: str) -> Entry | None:
        """The resource of an identity."""
        return self._entries.get(identity) if self._folder is None else _read(self._file(identity))

    def all(self) -> Iterator[Entry]:
        """Every resource."""
        if self._folder is None:
            yield from list(self._entries.values())
            return
        yield from filter(None, map(_read, sorted(self._folder.glob("*.json"))))

    def _file(self, identity: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:16]}.json"


def _read(file: Path) -> Entry | None:
    """What a file says; None if it is not there, also because the engine, which deletes side by side, struck it meanwhile."""
    try:
        return Entry(**json.loads(file.read_text()))
    except FileNotFoundError:
        return None
