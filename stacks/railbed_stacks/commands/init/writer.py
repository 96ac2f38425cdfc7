"""The settings as the text of Pulumi.<stack>.yaml, with the reason for each value beside it."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from railbed_stacks.commands.init.draft import Draft, Path, SecretToSet

_PREFIX = "railbed:"
_SECRETS = f"{_PREFIX}secrets"
_ORDER = ("target", "region", "cluster", "docker", "ecs", "registry", "database", "redis", "app")
_ORDER_IN_APP = (*("name", "image", "workdir", "user", "databases", "env", "web", "workers", "migration", "cron"),)
_INDENT = 2
_WIDTH = 4096
"""No line is broken: a comment would go to the wrong one."""


def settings_text(draft: Draft, before: str | None = None) -> str:
    """The text of the stack's file.

    Of the file `before`, which it takes the place of, secrets, the salt and what is not railbed's stay.
    Raises `ValueError` where that is no YAML.
    """
    kept = _read(before) if before is not None else CommentedMap()
    top = CommentedMap()
    top["config"] = config = CommentedMap()
    for section in _sorted(draft.values, _ORDER):
        value = draft.values[section]
        config[f"{_PREFIX}{section}"] = _node(_in_order(section, value), (section,), draft)
        _comment(config, f"{_PREFIX}{section}", draft.reasons.get((section,)), 1)
    for key, value in (kept.get("config") or {}).items():
        if key == _SECRETS or not key.startswith(_PREFIX):
            config[key] = value
    for key, value in kept.items():
        if key != "config":
            top[key] = value
    out = io.StringIO()
    _yaml().dump(top, out)
    return "".join(f"# {line}\n" if line else "#\n" for line in _header(draft)) + out.getvalue()


def command_for(secret: SecretToSet, folder: str) -> str:
    """The command that sets a secret; it asks for the value, or reads the file that holds it."""
    source = f" < {folder}/{secret.file}" if secret.file is not None else ""
    return f"pulumi config set --secret --path {_SECRETS}.{secret.name}{source}"


def _header(draft: Draft) -> Iterator[str]:
    yield "Written by `railbed init`. Beside each value is the line that it comes from; look at those that are a guess."
    if draft.secrets:
        yield ""
        yield "Set these secrets, which end up in this file, encrypted:"
        yield from (
            f"  {command_for(secret, draft.get('app.image.build'))} # {secret.reason}" for secret in draft.secrets.values()
        )
    if draft.notes:
        yield ""
        yield "What the settings do not say:"
        yield from (f"- {note}" for note in draft.notes)


def _in_order(section: str, value: Any) -> Any:
    return {key: value[key] for key in _sorted(value, _ORDER_IN_APP)} if section == "app" else value


def _sorted(values: Mapping[str, Any], order: tuple[str, ...]) -> list[str]:
    return [*(key for key in order if key in values), *(key for key in values if key not in order)]


def _node(value: Any, path: Path, draft: Draft) -> Any:
    if isinstance(value, Mapping):
        mapping = CommentedMap()
        for key, inner in value.items():
            mapping[key] = _node(inner, (*path, key), draft)
            _comment(mapping, key, draft.reasons.get((*path, key)), len(path) + 1)
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(value)
        sequence.fa.set_flow_style()
        return sequence
    return value


def _comment(mapping: CommentedMap, key: str, reason: str | None, depth: int) -> None:
    if reason is None:
        return
    value = mapping[key]
    if isinstance(value, CommentedMap) and value:
        # At the end of the key's line the comment would be taken for one of the first value.
        value.yaml_set_start_comment(reason, indent=_INDENT * (depth + 1))
    else:
        mapping.yaml_add_eol_comment(reason, key, column=0)


def _read(text: str) -> CommentedMap:
    try:
        found = _yaml().load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"is no YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    return found if isinstance(found, CommentedMap) else CommentedMap()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=_INDENT, sequence=4, offset=2)
    return yaml
