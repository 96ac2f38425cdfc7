"""Commands that are written: not those that hold a secret."""

from collections.abc import Sequence

from railbed.secrets.clear_text import secrets_in_words
from railbed_stacks.application_files.place import Place
from railbed_stacks.commands.init.draft import Draft


def put_command(draft: Draft, part: str, words: Sequence[str], reason: str | Place) -> None:
    """Set the command of a part; one with a secret is told instead, without it."""
    if next(secrets_in_words(words), None) is None:
        draft.set(f"{part}.command", list(words), reason)
        return
    draft.put(part.split("."), draft.get(part) or {}, reason)
    draft.note(f"The command of {part} holds a secret, so it is not written ({reason}): take the secret from a variable there")
